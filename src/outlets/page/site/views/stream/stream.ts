import { make } from '../../dom/make.ts';
import { hashOf } from '../../shell/route.ts';
import type { Page, View } from '../../shell/view.ts';
import { StreamPanels } from './streamPanels.ts';

/** The view of one stream, which answers: was this expected, what comes next, can it be trusted? */
export function streamView(page: Page, id: string): View {
  return new StreamView(page, id);
}

/** Waits until the list has come; a name that is in no list is told. */
class StreamView implements View {
  readonly content: readonly Element[];
  readonly #page: Page;
  readonly #id: string;
  readonly #box: HTMLDivElement = make('div', { class: 'stack' });
  #panels: StreamPanels | undefined;
  #isMissing = false;

  constructor(page: Page, id: string) {
    this.#page = page;
    this.#id = id;
    this.content = [this.#box];
  }

  get title(): string {
    return this.#page.live.byId.get(this.#id)?.title ?? this.#id;
  }

  shown(): void {
    this.#open();
  }

  update(changes: Parameters<View['update']>[0]): void {
    if (this.#panels === undefined) this.#open();
    this.#panels?.update(changes);
  }

  redraw(): void {
    this.#panels?.redraw();
  }

  leave(): void {
    this.#panels?.leave();
    this.#page.live.want([]);
  }

  key(key: string): boolean {
    if (key === 'm') {
      this.#page.go({ view: 'memory', stream: this.#id });
      return true;
    }
    return this.#panels?.key(key) ?? false;
  }

  #open(): void {
    const { live } = this.#page;
    const stream = live.byId.get(this.#id);
    if (stream === undefined) {
      if (live.isLoaded && !this.#isMissing) this.#tellMissing();
      return;
    }
    this.#panels = new StreamPanels(this.#page, stream);
    this.#box.replaceChildren(...this.#panels.content);
    live.want([stream]);
    this.#panels.load();
  }

  #tellMissing(): void {
    this.#isMissing = true;
    const overview = make('a', { href: hashOf({ view: 'overview' }) }, 'overview');
    this.#box.replaceChildren(
      make('h1', {}, this.#id),
      make(
        'p',
        {},
        'There is no stream of this name now. It may have left, or not have sent since the start. The ',
        overview,
        ' has those that are here.',
      ),
    );
  }
}
