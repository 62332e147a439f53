import type { Live } from '../data/live.ts';
import { button, fill, make, setText } from '../dom/make.ts';
import { mark } from '../dom/marks.ts';
import type { Wording } from '../words/wording.ts';

/** The state of the link, in the head of the page; what it says aloud are changes alone. */
export class LinkStatus {
  readonly #status: HTMLElement;
  readonly #banner: HTMLElement;
  readonly #wording: Wording;
  readonly #say: (text: string) => void;
  readonly #text: HTMLSpanElement = make('span');
  readonly #time: HTMLSpanElement = make('span', { class: 'long' });
  readonly #sentence: HTMLSpanElement = make('span');
  #shown = '';

  constructor(status: HTMLElement, banner: HTMLElement, wording: Wording, say: (text: string) => void) {
    this.#status = status;
    this.#banner = banner;
    this.#wording = wording;
    this.#say = say;
  }

  update(live: Live): void {
    const { state } = live.link;
    if (state.kind !== this.#shown) this.#change(live);
    setText(this.#time, live.isLoaded ? `· ${this.#wording.times.moment(live.now())}` : '');
    if (state.kind !== 'lost') return;
    const { times } = this.#wording;
    const wait = Math.max(0, Math.ceil((state.retryAt - Date.now()) / 1000)) * 1000;
    const then = `Last contact ${times.exact(state.since)}. Trying again in ${times.duration(wait)}.`;
    setText(this.#sentence, live.isLoaded ? `${then} Everything below is from then.` : then);
  }

  #change(live: Live): void {
    const { kind } = live.link.state;
    const before = this.#shown;
    this.#shown = kind;
    const isLost = kind === 'lost';
    const words = { connecting: 'connecting', live: 'live', polling: 'by polling', lost: 'no contact' }[kind];
    fill(this.#status, mark(isLost ? 'warning' : kind === 'connecting' ? 'idle' : 'good'), this.#text, this.#time);
    setText(this.#text, words);
    document.documentElement.classList.toggle('lost', isLost);
    this.#banner.hidden = !isLost;
    const again = button('Try now', () => live.link.retry());
    fill(this.#banner, mark('warning'), make('strong', {}, 'The daemon does not answer.'), this.#sentence, again);
    if (isLost) this.#say('The page has lost the daemon.');
    else if (before === 'lost' && kind !== 'connecting') this.#say('The daemon answers again.');
  }
}
