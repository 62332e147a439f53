import { BLOCK_ROWS, NO_LABEL } from '../../model/labelBlock.ts';
import type { LabelBlocks } from '../../model/labelBlocks.ts';
import type { StateIo } from '../../model/stateIo.ts';
import { AnswerBlock } from './answerBlock.ts';

/** Blocks that are always kept: more than a window of rows even where no label may be late. */
const LEAST_BLOCKS = 3;
/** Blocks at most, 4,608 rows: a stream that is too fast for its delay loses the oldest. */
export const MOST_RECENT = 24;

/** A row by its block among the recent ones and its place there. */
export interface RowPlace {
  readonly block: number;
  readonly row: number;
}

/** The recent rows by their time: inputs and labels lie in the label blocks, what was said at them beside these. */
export class RecentRows {
  readonly #blocks: LabelBlocks;
  readonly #delay: number;
  #answers: AnswerBlock[] = [];
  /** Rows that are no longer recent. */
  #gone = 0;

  /** @param delay within which labels come, ms */
  constructor(blocks: LabelBlocks, delay: number) {
    this.#blocks = blocks;
    this.#delay = delay;
  }

  get gone(): number {
    return this.#gone;
  }

  /** Rows so far, those that are gone among them. */
  get count(): number {
    return this.#answers.length === 0 ? this.#gone : this.#gone + this.#before(this.#answers.length);
  }

  /** Rows of the first n recent blocks. */
  #before(n: number): number {
    return n === 0 ? 0 : (n - 1) * BLOCK_ROWS + this.#blocks.recent[n - 1].rows;
  }

  /** Number of a row since the beginning of the stream. */
  numberOf({ block, row }: RowPlace): number {
    return this.#gone + block * BLOCK_ROWS + row;
  }

  answersOf(place: RowPlace): AnswerBlock {
    return this.#answers[place.block];
  }

  timeOf({ block, row }: RowPlace): number {
    return this.#answers[block].times[row];
  }

  /** Makes room for the row to come, at its time. @param rarity (C) labels seen of each class @returns its answers' block */
  open(at: number, rarity: ArrayLike<number>, classes: number): AnswerBlock {
    const isNew = this.#blocks.recent.at(-1)?.isFull !== false;
    this.#blocks.open();
    if (!isNew) return this.#answers[this.#answers.length - 1];
    const answers = new AnswerBlock(classes);
    this.#answers.push(answers);
    while (this.#isOldestDone(at)) {
      this.#answers.shift();
      this.#blocks.dropOldest(rarity);
      this.#gone += BLOCK_ROWS;
    }
    return answers;
  }

  #isOldestDone(at: number): boolean {
    const count = this.#answers.length;
    if (count <= LEAST_BLOCKS) return false;
    return count > MOST_RECENT || this.#answers[0].times[BLOCK_ROWS - 1] < at - this.#delay;
  }

  /** The newest row at or before the time; undefined where none is recent. */
  newestUntil(at: number): RowPlace | undefined {
    for (let block = this.#answers.length - 1; block >= 0; block--) {
      const { times } = this.#answers[block];
      let row = this.#blocks.recent[block].rows - 1;
      if (row < 0 || times[0] > at) continue;
      while (times[row] > at) row--;
      return { block, row };
    }
    return undefined;
  }

  /** The newest row that is labelled; undefined where none is. */
  newestLabelled(): RowPlace | undefined {
    let place = this.newestUntil(Number.POSITIVE_INFINITY);
    while (place !== undefined && this.labelOf(place) === NO_LABEL) place = this.before(place);
    return place;
  }

  labelOf({ block, row }: RowPlace): number {
    return this.#blocks.recent[block].labels[row];
  }

  /** The row before it; undefined where that is gone. */
  before({ block, row }: RowPlace): RowPlace | undefined {
    if (row > 0) return { block, row: row - 1 };
    return block === 0 ? undefined : { block: block - 1, row: BLOCK_ROWS - 1 };
  }

  /** @param from (new C): place of each class among those so far, −1 for one that is new */
  changeClasses(from: readonly number[]): void {
    this.#answers = this.#answers.map((answers) => answers.withClasses(from));
  }

  /** After the blocks themselves. */
  exchange(io: StateIo, classes: number): void {
    this.#gone = io.number('gone', this.#gone);
    if (io.isRestoring) this.#answers = this.#blocks.recent.map(() => new AnswerBlock(classes));
    this.#answers.forEach((answers, i) => {
      answers.exchange(io.within(`answers${i}`));
    });
  }
}
