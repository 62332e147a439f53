import { toFloat16 } from './float16.ts';
import type { Stateful, StateIo } from './stateIo.ts';

export const BLOCK_ROWS = 192;
/** Rows from one kept state to the next. */
const STATE_EVERY = 16;
export const NO_LABEL = 255;
/** −32·ln p of the smallest probability that a log-probability input may have, e⁻⁶. */
export const SMALLEST_LOG_P = 192;

export interface LabelBlockSizes {
  /** D: inputs of a row without the log-probabilities. */ readonly inputSize: number;
  /** C, at most 32 */ readonly classes: number;
  /** H */ readonly hiddenSize: number;
}

/** Rows in a row of time, with the states of the net before every 16th, in half precision. */
export class LabelBlock implements Stateful {
  readonly stateEvery: number = STATE_EVERY;
  readonly sizes: LabelBlockSizes;
  /** (rows, D) as half precision */ readonly x: Uint16Array;
  /** (rows, C): −32·ln p of the model without memory, as it was then. */ readonly logP: Uint8Array;
  /** (rows) class, or NO_LABEL */ readonly labels: Uint8Array;
  /** (12, 2H): h, c as half precision */ readonly states: Uint16Array;
  /** (C) labelled rows of each class. */ readonly counts: Uint8Array;
  rows = 0;
  labelled = 0;
  /** Class that it counts for in the store. */
  rarest = 0;

  constructor(sizes: LabelBlockSizes) {
    const { inputSize: D, classes: C, hiddenSize: H } = sizes;
    this.sizes = sizes;
    this.x = new Uint16Array(BLOCK_ROWS * D);
    this.logP = new Uint8Array(BLOCK_ROWS * C);
    this.labels = new Uint8Array(BLOCK_ROWS).fill(NO_LABEL);
    this.states = new Uint16Array((BLOCK_ROWS / STATE_EVERY) * 2 * H);
    this.counts = new Uint8Array(C);
  }

  get isFull(): boolean {
    return this.rows === BLOCK_ROWS;
  }

  /** A window may begin at the row to come: `keepState` wants the state before it. */
  get wantsState(): boolean {
    return this.rows % STATE_EVERY === 0;
  }

  /** h, c (H): the state before the row to come. */
  keepState(h: Float32Array, c: Float32Array): void {
    const H = this.sizes.hiddenSize;
    const at = (this.rows / STATE_EVERY) * 2 * H;
    for (let u = 0; u < H; u++) {
      this.states[at + u] = toFloat16(h[u]);
      this.states[at + H + u] = toFloat16(c[u]);
    }
  }

  /** x (D), logP (C) as −32·ln p in whole numbers */
  push(x: Float32Array, logP: Uint8Array): void {
    const { inputSize: D, classes: C } = this.sizes;
    for (let k = 0; k < D; k++) this.x[this.rows * D + k] = toFloat16(x[k]);
    for (let c = 0; c < C; c++) this.logP[this.rows * C + c] = logP[c];
    this.rows++;
  }

  /** @returns the label that the row had */
  label(row: number, label: number): number {
    const before = this.labels[row];
    if (before === NO_LABEL) this.labelled++;
    else this.counts[before] = this.counts[before] - 1;
    this.labels[row] = label;
    this.counts[label] = this.counts[label] + 1;
    return before;
  }

  /** The row of the labelled ones of a class at that place, counted from 0. */
  rowOf(label: number, place: number): number {
    let left = place;
    for (let row = 0; row < this.rows; row++) if (this.labels[row] === label && left-- === 0) return row;
    throw new RangeError(`the block has not ${place + 1} rows of class ${label}`);
  }

  /** A copy for another list of classes. @param from (new C): place of each among those so far, −1: new */
  withClasses(from: readonly number[]): LabelBlock {
    const next = new LabelBlock({ ...this.sizes, classes: from.length });
    const C = this.sizes.classes;
    next.x.set(this.x);
    next.states.set(this.states);
    next.rows = this.rows;
    for (let row = 0; row < this.rows; row++) {
      from.forEach((source, c) => {
        next.logP[row * from.length + c] = source < 0 ? SMALLEST_LOG_P : this.logP[row * C + source];
      });
      const label = this.labels[row] === NO_LABEL ? -1 : from.indexOf(this.labels[row]);
      if (label >= 0) next.label(row, label);
    }
    const rarest = from.indexOf(this.rarest);
    next.rarest =
      rarest >= 0
        ? rarest
        : Math.max(
            0,
            next.counts.findIndex((count) => count > 0),
          );
    return next;
  }

  exchange(io: StateIo): void {
    io.array('x', this.x);
    io.array('logP', this.logP);
    io.array('labels', this.labels);
    io.array('states', this.states);
    this.rows = io.number('rows', this.rows);
    this.rarest = io.number('rarest', this.rarest);
    if (io.isRestoring) this.#recount();
  }

  /** @throws RangeError for a class that there is not */
  #recount(): void {
    for (const label of this.labels) {
      if (label === NO_LABEL) continue;
      if (label >= this.counts.length) throw new RangeError(`a row has class ${label} of ${this.counts.length}`);
      this.labelled++;
      this.counts[label] = this.counts[label] + 1;
    }
    const isRarest = this.rarest >= 0 && this.rarest < Math.max(1, this.counts.length);
    if (!(this.rows >= 0 && this.rows <= BLOCK_ROWS) || !isRarest) {
      throw new RangeError('a block of labelled rows has impossible numbers');
    }
  }
}
