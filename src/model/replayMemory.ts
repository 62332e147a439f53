import type { ReplayWindow } from '../kernel/kernel.ts';
import { createRandom, type Random, restoreRandom } from '../kernel/random.ts';
import { fromFloat16, fromFloat16s, toFloat16 } from './float16.ts';
import type { Stateful, StateIo } from './stateIo.ts';

export interface ReplayMemoryOptions {
  /** M: rows kept. */ readonly rows: number;
  /** Numbers of one row of inputs; a network may take only the first of them. */ readonly inputSize: number;
  /** Targets of one row, of all networks together. */ readonly targetSize: number;
  readonly seed: number;
}

/** Share of the memory that belongs to one network. */
export interface ReplayShare {
  /** D: it takes the first D inputs. */ readonly inputSize: number;
  /** O: and O targets, from `firstTarget` on. */ readonly outputSize: number;
  readonly firstTarget: number;
  /** Rows until its first target arrives, at least: younger rows are not drawn as the end of a window. */
  readonly delay: number;
}

const NO_TARGET = toFloat16(Number.NaN);

/**
 * Rows of long ago to learn from again, shared by the networks of one stream: a ring of inputs and targets in half
 * precision. No states are kept: a window starts from zero, and its first rows only bring h and c to life. Learning each
 * row some times more, at random and much later, does for a single pass what epochs do for training.
 */
export class ReplayMemory implements Stateful {
  readonly #capacity: number;
  readonly #inputSize: number;
  readonly #targetSize: number;
  /** (M, inputs + targets) as half precision; a target that has not arrived is NaN. */
  readonly #rows: Uint16Array;
  #random: Random;
  #next = 0;
  #count = 0;

  constructor({ rows, inputSize, targetSize, seed }: ReplayMemoryOptions) {
    this.#capacity = rows;
    this.#inputSize = inputSize;
    this.#targetSize = targetSize;
    this.#rows = new Uint16Array(rows * (inputSize + targetSize));
    this.#random = createRandom(seed);
  }

  /** A new row. x (inputs) */
  push(x: Float32Array): void {
    const row = this.#rows;
    let at = this.#next * (this.#inputSize + this.#targetSize);
    for (let k = 0; k < this.#inputSize; k++) row[at++] = toFloat16(x[k]);
    for (let k = 0; k < this.#targetSize; k++) row[at++] = NO_TARGET;
    this.#next = (this.#next + 1) % this.#capacity;
    if (this.#count < this.#capacity) this.#count++;
  }

  /** A target of the row `age` rows ago (0 = newest) has arrived. A row that is no longer kept is ignored. */
  setTarget(age: number, target: number, value: number): void {
    if (age >= this.#count) return;
    const size = this.#inputSize + this.#targetSize;
    this.#rows[this.#slot(age) * size + this.#inputSize + target] = toFloat16(value);
  }

  /**
   * A window of `burnIn` + `learned` rows that ends at a row drawn at random; the burn-in is shorter where the memory begins.
   * @returns undefined while there are fewer than `learned` rows that are old enough; else valid until the next call, of whichever memory
   */
  draw(share: ReplayShare, burnIn: number, learned: number): ReplayWindow | undefined {
    const ends = this.#count - learned - share.delay + 1;
    if (ends < 1) return undefined;
    return this.windowAt(share.delay + this.#random.integerBelow(ends), { share, burnIn, learned });
  }

  /**
   * The window of `burnIn` + `learned` rows that ends at the row of that age, as `draw` gives it.
   * @param age at least the delay of the share
   * @returns undefined where there are not that many rows before it
   */
  windowAt(age: number, { share, burnIn, learned }: WindowSize): ReplayWindow | undefined {
    if (this.#count - learned - age < 0) return undefined;
    const before = Math.min(burnIn, this.#count - learned - age);
    const rows = before + learned;
    const window = windowFor(rows, share);
    for (let r = 0; r < rows; r++) this.#copyRow(age + rows - 1 - r, r, share, window);
    return { rows, burnIn: before, x: window.x, target: window.target, hasTarget: window.hasTarget };
  }

  #copyRow(age: number, r: number, { inputSize, outputSize, firstTarget }: ReplayShare, window: Window): void {
    const from = this.#slot(age) * (this.#inputSize + this.#targetSize);
    fromFloat16s(window.x, window.xBits, r * inputSize, this.#rows, from, inputSize);
    const targets = from + this.#inputSize + firstTarget;
    for (let o = 0; o < outputSize; o++) {
      const half = this.#rows[targets + o];
      const hasTarget = half !== NO_TARGET;
      window.hasTarget[r * outputSize + o] = hasTarget ? 1 : 0;
      window.target[r * outputSize + o] = hasTarget ? fromFloat16(half) : 0;
    }
  }

  #slot(age: number): number {
    const slot = this.#next - 1 - age;
    return slot < 0 ? slot + this.#capacity : slot;
  }

  exchange(io: StateIo): void {
    io.array('rows', this.#rows);
    const random = this.#random.save();
    io.array('random', random);
    if (io.isRestoring) this.#random = restoreRandom(random);
    this.#next = io.number('next', this.#next);
    this.#count = io.number('count', this.#count);
  }
}

export interface WindowSize {
  readonly share: ReplayShare;
  readonly burnIn: number;
  readonly learned: number;
}

interface Window {
  x: Float32Array;
  /** The memory of x as words. */
  xBits: Uint32Array;
  target: Float32Array;
  hasTarget: Uint8Array;
}

/** One for all: a window is used up before the next is drawn, and a thousand streams need not keep one each. */
const window: Window = {
  x: new Float32Array(0),
  xBits: new Uint32Array(0),
  target: new Float32Array(0),
  hasTarget: new Uint8Array(0),
};

function windowFor(rows: number, { inputSize, outputSize }: ReplayShare): Window {
  if (window.x.length < rows * inputSize) {
    window.x = new Float32Array(rows * inputSize);
    window.xBits = new Uint32Array(window.x.buffer);
  }
  if (window.target.length < rows * outputSize) {
    window.target = new Float32Array(rows * outputSize);
    window.hasTarget = new Uint8Array(rows * outputSize);
  }
  return window;
}
