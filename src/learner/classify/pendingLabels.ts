import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Labels that wait at a time. */
const MOST = 16;
const WIDTH = 4;

/** Labels whose span has not ended yet: they teach its readings as these come. */
export class PendingLabels implements Stateful {
  /** (MOST, 4): class, from, to, whether it has taught a row */
  readonly #spans: Float64Array = new Float64Array(MOST * WIDTH);
  #count = 0;

  /** @returns false where too many wait already */
  add(label: number, from: number, to: number, hasTaught: boolean): boolean {
    if (this.#count === MOST) return false;
    this.#spans.set([label, from, to, Number(hasTaught)], WIDTH * this.#count++);
    return true;
  }

  /**
   * A row has come. `teach` is called for each label of its, oldest first, and with `isBefore` for the row before it where a span
   * has ended without a row of its own.
   */
  meet(at: number, teach: (label: number, isBefore: boolean, from: number) => void): void {
    if (this.#count === 0) return;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const place = WIDTH * i;
      const [label, from, to] = this.#spans.subarray(place, place + 3) as unknown as readonly number[] & {
        readonly length: 3;
      };
      const isIn = at >= from && at <= to;
      if (isIn) {
        teach(label, false, from);
        this.#spans[place + 3] = 1;
      } else if (at > to && this.#spans[place + 3] === 0) teach(label, true, from);
      if (at >= to) continue;
      this.#spans.copyWithin(WIDTH * kept++, place, place + WIDTH);
    }
    this.#shrink(kept);
  }

  #shrink(count: number): void {
    this.#spans.fill(0, WIDTH * count);
    this.#count = count;
  }

  /** @param from (new C): place of each class among those so far; labels of a class that is gone go too */
  changeClasses(from: readonly number[]): void {
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const label = from.indexOf(this.#spans[WIDTH * i]);
      if (label < 0) continue;
      this.#spans.copyWithin(WIDTH * kept, WIDTH * i, WIDTH * (i + 1));
      this.#spans[WIDTH * kept++] = label;
    }
    this.#shrink(kept);
  }

  exchange(io: StateIo): void {
    this.#count = io.number('count', this.#count);
    io.array('spans', this.#spans);
  }
}
