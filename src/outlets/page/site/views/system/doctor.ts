import type { ApiDoctor } from '../../../api.ts';
import { sentenceOf } from '../../data/client.ts';
import { epochOf } from '../../data/stream.ts';
import { button, fill, make, setText } from '../../dom/make.ts';
import { mark } from '../../dom/marks.ts';
import type { Page } from '../../shell/view.ts';
import { doctorWords, inOrderOfWorth } from './doctorWords.ts';

/** Findings of the doctor: what does not work, what can be lost, and what is well. */
export class Doctor {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #list: HTMLUListElement = make('ul', { class: 'alarm-list doctor' });
  readonly #say: HTMLSpanElement = make('span', { class: 'muted small', role: 'status' }, 'It looks at the broker …');
  readonly #again: HTMLButtonElement = button('Look again', () => void this.load());
  readonly #end = new AbortController();

  constructor(page: Page) {
    this.#page = page;
    const head = make('div', { class: 'head' }, make('h2', {}, 'Doctor'), this.#say, this.#again);
    this.element = make('section', { class: 'panel' }, head, this.#list);
  }

  async load(): Promise<void> {
    this.#again.disabled = true;
    try {
      this.#show(await this.#page.client.get<ApiDoctor>('api/doctor', { signal: this.#end.signal }));
    } catch (error) {
      if (!this.#end.signal.aborted) setText(this.#say, sentenceOf(error));
    } finally {
      this.#again.disabled = false;
    }
  }

  stop(): void {
    this.#end.abort();
  }

  #show({ at, findings }: ApiDoctor): void {
    const { times } = this.#page.wording;
    setText(this.#say, `${doctorWords(findings)}, at ${times.clock(epochOf(at))}`);
    const items = inOrderOfWorth(findings).map(({ check, kind, found, advice }) =>
      make(
        'li',
        {},
        mark(kind),
        make('div', {}, make('strong', {}, check), ` ${found}`),
        advice !== undefined && make('div', { class: 'why' }, advice),
      ),
    );
    fill(this.#list, ...items);
  }
}
