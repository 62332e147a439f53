import type { Stream } from '../../data/stream.ts';
import { make, setText } from '../../dom/make.ts';
import type { Wording } from '../../words/wording.ts';
import type { Group } from './arrange.ts';
import { Card } from './card.ts';
import { columnsFor, GAP, heightOf, type Line, linesInView, linesOf } from './windowOf.ts';

/** Inner edges of a card at both sides, CSS pixels: its padding and border. */
const CARD_EDGES = 34;
/** Cards of as many streams are made all together: a print and a picture of the whole page have them too. */
const ALL_UP_TO = 24;

/** Cards of the streams that are in view; those that are far are in no document, so 1,000 streams cost what 20 do. */
export class CardList {
  readonly element: HTMLUListElement = make('ul', { class: 'cards', 'aria-label': 'Streams' });
  readonly #wording: Wording;
  readonly #onView: (streams: readonly Stream[]) => void;
  readonly #cards = new Map<Stream, Card>();
  readonly #headings = new Map<string, HTMLLIElement>();
  #groups: readonly Group[] = [];
  #streams: readonly Stream[] = [];
  #lines: readonly Line[] = [];
  #width = 0;
  #columns = 1;
  #inView = '';

  /** @param onView called with the streams in view once they are others */
  constructor(wording: Wording, onView: (streams: readonly Stream[]) => void) {
    this.#wording = wording;
    this.#onView = onView;
  }

  show(groups: readonly Group[]): void {
    this.#groups = groups;
    this.#streams = groups.flatMap(({ streams }) => streams);
    this.#width = 0;
    this.place();
  }

  /** Puts the cards in view into the document. To be called after a scroll or another size of the window. */
  place(): void {
    const { left: _, top, width } = this.element.getBoundingClientRect();
    if (width !== this.#width) this.#measure(width);
    const isShort = this.#streams.length <= ALL_UP_TO;
    const visible = isShort ? this.#lines : linesInView(this.#lines, -top, window.innerHeight);
    const before = visible[0]?.top ?? 0;
    const last = visible.at(-1);
    const after = last === undefined ? 0 : heightOf(this.#lines) - last.top - last.height;
    this.element.style.paddingTop = `${before}px`;
    this.element.style.paddingBottom = `${after}px`;
    const streams = visible.flatMap(({ first, count }) => this.#streams.slice(first, first + count));
    this.#put(visible.flatMap((line) => this.#elementsOf(line)));
    for (const stream of this.#cards.keys()) if (!streams.includes(stream)) this.#cards.delete(stream);
    const inView = streams.map(({ id }) => id).join('\n');
    if (inView === this.#inView) return;
    this.#inView = inView;
    this.#onView(streams);
  }

  /** Brings texts and pictures up to date, of the cards that are made. */
  update(now: number): void {
    const width = (this.#width - GAP * (this.#columns - 1)) / this.#columns - CARD_EDGES;
    for (const card of this.#cards.values()) card.update(now, Math.max(1, Math.floor(width)));
  }

  /** Draws all pictures anew: their colours are others. */
  redraw(): void {
    for (const card of this.#cards.values()) card.forget();
    this.place();
  }

  #measure(width: number): void {
    this.#width = width;
    this.#columns = columnsFor(width);
    const sizes = this.#groups.map(({ heading, streams }) => ({ size: streams.length, hasHeading: heading !== null }));
    this.#lines = linesOf(sizes, this.#columns);
  }

  #elementsOf({ group, first, count }: Line): readonly HTMLLIElement[] {
    if (count === 0) return [this.#heading(this.#groups[group]?.heading ?? '')];
    return this.#streams.slice(first, first + count).map((stream, i) => this.#card(stream, first + i));
  }

  #card(stream: Stream, place: number): HTMLLIElement {
    let card = this.#cards.get(stream);
    if (card === undefined) {
      card = new Card(stream, this.#wording);
      this.#cards.set(stream, card);
    }
    // The document has only some of them.
    card.element.ariaSetSize = `${this.#streams.length}`;
    card.element.ariaPosInSet = `${place + 1}`;
    return card.element;
  }

  #heading(text: string): HTMLLIElement {
    let heading = this.#headings.get(text);
    if (heading === undefined) {
      heading = make('li', { class: 'group' }, make('h3', {}, text));
      this.#headings.set(text, heading);
    }
    const count = this.#groups.find((group) => group.heading === text)?.streams.length ?? 0;
    heading.title = `${count} streams`;
    return heading;
  }

  /** Elements that stay are not moved: one that has the focus keeps it. */
  #put(elements: readonly HTMLLIElement[]): void {
    const wanted = new Set<Element>(elements);
    for (const child of [...this.element.children]) if (!wanted.has(child)) child.remove();
    let next = this.element.firstElementChild;
    for (const element of elements) {
      if (element === next) next = next.nextElementSibling;
      else this.element.insertBefore(element, next);
    }
  }
}

/** `6 of 12 streams`. */
export function countWords(element: Element, found: number, all: number, { numbers }: Wording): void {
  setText(element, `${numbers.format(found)} of ${numbers.format(all)}`);
}
