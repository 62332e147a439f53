import type { Live } from '../../data/live.ts';
import { fill, make } from '../../dom/make.ts';
import { mark } from '../../dom/marks.ts';
import type { Wording } from '../../words/wording.ts';
import { findings } from '../system/findings.ts';

/** Faults of the daemon itself, above everything else: what is below may be from before them. */
export class Notices {
  readonly element: HTMLUListElement = make('ul', {
    class: 'panel opened alarm-list',
    'aria-label': 'Faults',
    hidden: true,
  });
  readonly #wording: Wording;
  #shown = '';

  constructor(wording: Wording) {
    this.#wording = wording;
  }

  update({ health }: Live): void {
    const texts = findings(health, this.#wording).flatMap((one) => (one.mark === 'alarm' ? [one.text] : []));
    const key = texts.join('\n');
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.hidden = texts.length === 0;
    fill(this.element, ...texts.map((text) => make('li', {}, mark('alarm'), make('div', {}, text))));
  }
}
