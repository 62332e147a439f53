import { type Effort, NO_LEARNING } from '../../domain/effort.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Rows from one turn of learning to the next at least. */
const LEAST_ROWS = 32;
/** Rows of windows that are learned for each row of the stream at most, in the mean: the price of learning. */
const ROWS_A_ROW = 3;

/**
 * Decides after which rows a network learns: as soon as the rows of its last windows are paid for, each row of the stream paying
 * for three. So it costs the same whether few rows are labelled, and windows are short, or all; twice as much for a long memory.
 * Under load every second turn is left out, or all.
 */
export class LearningTurns implements Stateful {
  readonly #least: number;
  readonly #pay: number;
  /** Rows since the last turn. */
  #rows = 0;
  /** Rows of windows that are still to be paid for. */
  #debt = 0;
  #turns = 0;

  constructor(isMemoryLong: boolean) {
    this.#least = isMemoryLong ? LEAST_ROWS / 2 : LEAST_ROWS;
    this.#pay = isMemoryLong ? 2 * ROWS_A_ROW : ROWS_A_ROW;
  }

  /** Once after each row. */
  isDue(effort: Effort): boolean {
    this.#rows++;
    this.#debt = Math.max(0, this.#debt - this.#pay);
    if (this.#rows < this.#least || this.#debt > 0) return false;
    this.#rows = 0;
    if (effort === NO_LEARNING) return false;
    this.#turns++;
    return effort < 2 || this.#turns % 2 === 0;
  }

  /** @param rows of a window that has been learned */
  spend(rows: number): void {
    this.#debt += rows;
  }

  exchange(io: StateIo): void {
    this.#rows = io.number('rows', this.#rows);
    this.#debt = io.number('debt', this.#debt);
    this.#turns = io.number('turns', this.#turns);
  }
}
