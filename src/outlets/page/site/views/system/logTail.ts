import type { LogLine } from '../../data/answers.ts';
import { fill, make } from '../../dom/make.ts';
import type { Page } from '../../shell/view.ts';
import { isoTime } from '../../words/times.ts';

/** The newest lines of the daemon's log, newest first, while the view is open. */
export class LogTail {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #lines: HTMLUListElement = make('ul', { class: 'log' });

  constructor(page: Page) {
    this.#page = page;
    const box = make(
      'div',
      { class: 'scroll tall', tabindex: 0, role: 'region', 'aria-label': 'Newest lines of the log' },
      this.#lines,
    );
    this.element = make('section', { class: 'panel' }, make('h2', {}, 'Log'), box);
  }

  update(): void {
    const { log } = this.#page.live;
    const lines =
      log.length === 0
        ? [make('li', { class: 'muted' }, 'Lines come here as the daemon writes them.')]
        : log.map((line) => this.#line(line)).reverse();
    fill(this.#lines, ...lines);
  }

  #line({ at, level, message, fields = {} }: LogLine): HTMLLIElement {
    const time = typeof at === 'number' ? at : Date.parse(at);
    const rest = Object.entries(fields).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    return make(
      'li',
      { class: level === 'error' || level === 'warning' ? level : null },
      make('time', { datetime: isoTime(time), title: isoTime(time) }, this.#page.wording.times.exact(time)),
      make('b', {}, level),
      make('span', {}, message, rest.length > 0 && make('span', { class: 'muted' }, ` ${rest.join(' ')}`)),
    );
  }
}
