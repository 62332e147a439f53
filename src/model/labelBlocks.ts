import type { ReplayWindow } from '../kernel/kernel.ts';
import { createRandom, type Random, restoreRandom } from '../kernel/random.ts';
import { fromFloat16, toFloat16 } from './float16.ts';
import { LabelBlock, type LabelBlockSizes, NO_LABEL } from './labelBlock.ts';
import type { Stateful, StateIo } from './stateIo.ts';

/** Rows of a window. */
export const WINDOW_ROWS = 96;
/** Blocks that stay when they are no longer recent. */
const STORED_BLOCKS = 32;

export interface LabelBlocksOptions extends LabelBlockSizes {
  readonly seed: number;
}

/**
 * Rows to learn classes from: the recent blocks, whose labels may still come, and a store of older ones that have some. The store
 * keeps what is rare: a block counts for the rarest class in it, and the class with the most blocks gives one up.
 */
export class LabelBlocks implements Stateful {
  #sizes: LabelBlockSizes;
  #random: Random;
  /** Oldest first; the newest is not full yet. */
  readonly #recent: LabelBlock[] = [];
  readonly #stored: LabelBlock[] = [];

  constructor({ seed, ...sizes }: LabelBlocksOptions) {
    this.#sizes = sizes;
    this.#random = createRandom(seed);
  }

  get recent(): readonly LabelBlock[] {
    return this.#recent;
  }

  get storedCount(): number {
    return this.#stored.length;
  }

  /** The block of the row to come. It asks `state` for the h, c before it where a window may begin there. */
  open(): LabelBlock {
    const newest = this.#recent.at(-1);
    if (newest !== undefined && !newest.isFull) return newest;
    const block = new LabelBlock(this.#sizes);
    this.#recent.push(block);
    return block;
  }

  /** The oldest recent block is too old for labels: it stays in the store if it has some. @param rarity (C) labels seen of each class */
  dropOldest(rarity: ArrayLike<number>): void {
    const block = this.#recent.shift();
    if (block === undefined || block.labelled === 0) return;
    block.rarest = rarestOf(block, rarity);
    this.#stored.push(block);
    if (this.#stored.length <= STORED_BLOCKS) return;
    const counts = new Array<number>(this.#sizes.classes).fill(0);
    for (const { rarest } of this.#stored) counts[rarest] = counts[rarest] + 1;
    const most = counts.indexOf(Math.max(...counts));
    let place = this.#random.integerBelow(counts[most]);
    const leaving = this.#stored.findIndex(({ rarest }) => rarest === most && place-- === 0);
    this.#stored.splice(leaving, 1);
  }

  /**
   * A window to learn from, half of the time around a labelled row of a class drawn at random, else anywhere in a labelled block.
   * @param weights (C): share of the rows of each class
   * @returns undefined while nothing is labelled; else valid until the next call, of whichever blocks
   */
  draw(weights: ArrayLike<number>): ReplayWindow | undefined {
    const labelled = [...this.#recent, ...this.#stored].filter((block) => block.labelled > 0);
    if (labelled.length === 0) return undefined;
    if (this.#random.integerBelow(2) === 0) {
      const { block, row } = this.#drawRow(labelled);
      return this.#windowOf(block, this.#startAround(block, row), weights);
    }
    const block = this.#drawBlock();
    const starts = 1 + Math.floor(Math.max(0, block.rows - WINDOW_ROWS) / block.stateEvery);
    return this.#windowOf(block, this.#random.integerBelow(starts) * block.stateEvery, weights);
  }

  #drawRow(blocks: readonly LabelBlock[]): { readonly block: LabelBlock; readonly row: number } {
    const totals = new Array<number>(this.#sizes.classes).fill(0);
    for (const block of blocks) for (let c = 0; c < totals.length; c++) totals[c] = totals[c] + block.counts[c];
    const seen = totals.flatMap((total, c) => (total > 0 ? [c] : []));
    const label = seen[this.#random.integerBelow(seen.length)];
    let place = this.#random.integerBelow(totals[label]);
    for (const block of blocks) {
      if (place < block.counts[label]) return { block, row: block.rowOf(label, place) };
      place -= block.counts[label];
    }
    throw new RangeError('a labelled row is counted that no block has');
  }

  /** Half of the time a recent block, else one of the store: a class first, then one of its blocks. */
  #drawBlock(): LabelBlock {
    const recent = this.#recent.filter((block) => block.labelled > 0);
    const fromRecent = this.#random.integerBelow(2) === 0;
    if (recent.length > 0 && (fromRecent || this.#stored.length === 0)) {
      return recent[this.#random.integerBelow(recent.length)];
    }
    const classes = [...new Set(this.#stored.map(({ rarest }) => rarest))].sort((a, b) => a - b);
    const drawn = classes[this.#random.integerBelow(classes.length)];
    const blocks = this.#stored.filter(({ rarest }) => rarest === drawn);
    return blocks[this.#random.integerBelow(blocks.length)];
  }

  /** A start from which the window holds the row, and is whole where the block is long enough. */
  #startAround({ rows, stateEvery }: LabelBlock, row: number): number {
    const first = Math.ceil(Math.max(0, row - WINDOW_ROWS + 1) / stateEvery);
    const whole = Math.floor(Math.max(0, rows - WINDOW_ROWS) / stateEvery);
    const last = Math.max(first, Math.min(Math.floor(row / stateEvery), whole));
    return (first + this.#random.integerBelow(last - first + 1)) * stateEvery;
  }

  #windowOf(block: LabelBlock, start: number, weights: ArrayLike<number>): ReplayWindow {
    const { inputSize: D, classes: C, hiddenSize: H } = this.#sizes;
    const rows = Math.min(WINDOW_ROWS, block.rows - start);
    const window = windowFor(D + C, C, H);
    for (let t = 0; t < rows; t++) {
      const row = start + t;
      const at = t * (D + C);
      for (let k = 0; k < D; k++) window.x[at + k] = fromFloat16(block.x[row * D + k]);
      for (let c = 0; c < C; c++) window.x[at + D + c] = block.logP[row * C + c] / -32;
      const label = block.labels[row];
      window.hasTarget[t * C] = label === NO_LABEL ? 0 : 1;
      window.target[t * C] = label === NO_LABEL ? 0 : label;
      window.weight[t] = label === NO_LABEL ? 0 : weights[label];
    }
    const state = (start / block.stateEvery) * 2 * H;
    for (let u = 0; u < H; u++) {
      window.h0[u] = fromFloat16(block.states[state + u]);
      window.c0[u] = fromFloat16(block.states[state + H + u]);
    }
    return { rows, burnIn: 0, ...window };
  }

  /** The states of the past belong to weights that are gone. */
  forgetStates(): void {
    for (const block of [...this.#recent, ...this.#stored]) block.states.fill(toFloat16(0));
  }

  /** @param from (new C): place of each class among those so far, −1 for one that is new */
  changeClasses(from: readonly number[]): void {
    this.#sizes = { ...this.#sizes, classes: from.length };
    for (const blocks of [this.#recent, this.#stored]) {
      const changed = blocks.map((block) => block.withClasses(from));
      blocks.splice(0, blocks.length, ...changed);
    }
    const kept = this.#stored.filter((block) => block.labelled > 0);
    this.#stored.splice(0, this.#stored.length, ...kept);
  }

  exchange(io: StateIo): void {
    const random = this.#random.save();
    io.array('random', random);
    if (io.isRestoring) this.#random = restoreRandom(random);
    this.#exchangeBlocks(io, 'recent', this.#recent);
    this.#exchangeBlocks(io, 'stored', this.#stored);
  }

  #exchangeBlocks(io: StateIo, name: string, blocks: LabelBlock[]): void {
    const count = io.number(`${name}Count`, blocks.length);
    if (io.isRestoring) {
      blocks.splice(0, blocks.length, ...Array.from({ length: count }, () => new LabelBlock(this.#sizes)));
    }
    blocks.forEach((block, i) => {
      block.exchange(io.within(`${name}${i}`));
    });
  }
}

/** The class of the block's rows with the fewest labels so far. */
function rarestOf(block: LabelBlock, rarity: ArrayLike<number>): number {
  let rarest = -1;
  for (let c = 0; c < block.counts.length; c++) {
    if (block.counts[c] > 0 && (rarest < 0 || rarity[c] < rarity[rarest])) rarest = c;
  }
  return rarest;
}

interface Window {
  x: Float32Array;
  target: Float32Array;
  hasTarget: Uint8Array;
  weight: Float32Array;
  h0: Float32Array;
  c0: Float32Array;
}

const windows = new Map<string, Window>();
const MOST_WINDOWS = 8;

/** One for each shape in use: a window is used up before the next is drawn, and a thousand streams need not keep one each. */
function windowFor(D: number, C: number, H: number): Window {
  const key = [D, C, H].join();
  let window = windows.get(key);
  if (window === undefined) {
    window = {
      x: new Float32Array(WINDOW_ROWS * D),
      target: new Float32Array(WINDOW_ROWS * C),
      hasTarget: new Uint8Array(WINDOW_ROWS * C),
      weight: new Float32Array(WINDOW_ROWS),
      h0: new Float32Array(H),
      c0: new Float32Array(H),
    };
    if (windows.size >= MOST_WINDOWS) windows.clear();
    windows.set(key, window);
  }
  return window;
}
