import type { ReplayWindow } from '../kernel/kernel.ts';
import { createRandom, type Random, restoreRandom } from '../kernel/random.ts';
import { toFloat16 } from './float16.ts';
import { LabelBlock, type LabelBlockSizes, NO_LABEL } from './labelBlock.ts';
import { readWindow } from './labelWindow.ts';
import type { Stateful, StateIo } from './stateIo.ts';

/** Blocks that stay when they are no longer recent. */
export const MOST_STORED = 32;

export interface LabelBlocksOptions extends LabelBlockSizes {
  readonly seed: number;
  /** Rows of a window, 96 at most. */
  readonly windowRows: number;
}

/**
 * Rows to learn classes from: the recent blocks, whose labels may still come, and a store of older ones that have some. The store
 * keeps what is rare: a block counts for the rarest class in it, and the class with the most blocks gives one up.
 */
export class LabelBlocks implements Stateful {
  #sizes: LabelBlockSizes;
  readonly #windowRows: number;
  #random: Random;
  /** Oldest first; the newest is not full yet. */
  readonly #recent: LabelBlock[] = [];
  readonly #stored: LabelBlock[] = [];
  readonly #all: readonly (readonly LabelBlock[])[] = [this.#recent, this.#stored];
  /** (C) labelled rows of each class in all blocks. */
  #labels: Uint32Array;

  constructor({ seed, windowRows, ...sizes }: LabelBlocksOptions) {
    this.#sizes = sizes;
    this.#windowRows = windowRows;
    this.#labels = new Uint32Array(sizes.classes);
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

  /** A row of a recent block has that class. @returns the label that it had */
  label(place: number, row: number, label: number): number {
    const before = this.#recent[place].label(row, label);
    if (before !== NO_LABEL) this.#labels[before] = this.#labels[before] - 1;
    this.#labels[label] = this.#labels[label] + 1;
    return before;
  }

  #count(): void {
    this.#labels = new Uint32Array(this.#sizes.classes);
    for (const blocks of this.#all) {
      for (const { counts } of blocks) {
        for (let c = 0; c < counts.length; c++) this.#labels[c] = this.#labels[c] + counts[c];
      }
    }
  }

  /** The oldest recent block is too old for labels: it stays in the store if it has some. @param rarity (C) labels seen of each class */
  dropOldest(rarity: ArrayLike<number>): void {
    const block = this.#recent.shift();
    if (block === undefined || block.labelled === 0) return;
    block.rarest = rarestOf(block, rarity);
    this.#stored.push(block);
    if (this.#stored.length <= MOST_STORED) return;
    const counts = this.#blocksOfClasses();
    const most = counts.indexOf(Math.max(...counts));
    let place = this.#random.integerBelow(counts[most]);
    const leaving = this.#stored.findIndex(({ rarest }) => rarest === most && place-- === 0);
    const [gone] = this.#stored.splice(leaving, 1) as [LabelBlock];
    for (let c = 0; c < this.#labels.length; c++) this.#labels[c] = this.#labels[c] - gone.counts[c];
  }

  /**
   * A window to learn from, half of the time around a labelled row of a class drawn at random, else anywhere in a labelled block.
   * @param weights (C): share of the rows of each class
   * @returns undefined while nothing is labelled; else valid until the next call, of whichever blocks
   */
  draw(weights: ArrayLike<number>): ReplayWindow | undefined {
    if (this.#labels.every((count) => count === 0)) return undefined;
    if (this.#random.integerBelow(2) === 0) {
      const { block, row } = this.#drawRow();
      return this.#windowOf(block, this.#startAround(block, row), weights);
    }
    const block = this.#drawBlock();
    const starts = 1 + Math.floor(Math.max(0, block.rows - this.#windowRows) / block.stateEvery);
    return this.#windowOf(block, this.#random.integerBelow(starts) * block.stateEvery, weights);
  }

  #windowOf(block: LabelBlock, start: number, weights: ArrayLike<number>): ReplayWindow {
    return readWindow(block, start, start + this.#windowRows, weights);
  }

  #drawRow(): { readonly block: LabelBlock; readonly row: number } {
    const label = this.#drawPlace(this.#labels);
    let place = this.#random.integerBelow(this.#labels[label]);
    for (const blocks of this.#all) {
      for (const block of blocks) {
        if (place < block.counts[label]) return { block, row: block.rowOf(label, place) };
        place -= block.counts[label];
      }
    }
    throw new RangeError('a labelled row is counted that no block has');
  }

  /** Place of one of the numbers that are not 0. */
  #drawPlace(numbers: Uint32Array): number {
    let seen = 0;
    for (const number of numbers) if (number > 0) seen++;
    let left = this.#random.integerBelow(seen);
    return numbers.findIndex((number) => number > 0 && left-- === 0);
  }

  /** Half of the time a recent block, else one of the store: a class first, then one of its blocks. */
  #drawBlock(): LabelBlock {
    let recent = 0;
    for (const block of this.#recent) if (block.labelled > 0) recent++;
    const fromRecent = this.#random.integerBelow(2) === 0;
    if (recent > 0 && (fromRecent || this.#stored.length === 0)) {
      let left = this.#random.integerBelow(recent);
      return this.#recent.find((block) => block.labelled > 0 && left-- === 0) as LabelBlock;
    }
    const counts = this.#blocksOfClasses();
    const drawn = this.#drawPlace(counts);
    let left = this.#random.integerBelow(counts[drawn]);
    return this.#stored.find(({ rarest }) => rarest === drawn && left-- === 0) as LabelBlock;
  }

  /** (C) blocks of the store that count for each class. */
  #blocksOfClasses(): Uint32Array {
    const counts = new Uint32Array(this.#sizes.classes);
    for (const { rarest } of this.#stored) counts[rarest] = counts[rarest] + 1;
    return counts;
  }

  /** A start from which the window holds the row, and is whole where the block is long enough. */
  #startAround({ rows, stateEvery }: LabelBlock, row: number): number {
    const first = Math.ceil(Math.max(0, row - this.#windowRows + 1) / stateEvery);
    const whole = Math.floor(Math.max(0, rows - this.#windowRows) / stateEvery);
    const last = Math.max(first, Math.min(Math.floor(row / stateEvery), whole));
    return (first + this.#random.integerBelow(last - first + 1)) * stateEvery;
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
    this.#count();
  }

  exchange(io: StateIo): void {
    const random = this.#random.save();
    io.array('random', random);
    if (io.isRestoring) this.#random = restoreRandom(random);
    this.#exchangeBlocks(io, 'recent', this.#recent);
    this.#exchangeBlocks(io, 'stored', this.#stored);
    if (io.isRestoring) this.#count();
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
