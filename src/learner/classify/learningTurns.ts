import { type Effort, NO_LEARNING } from '../../domain/effort.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Rows from one turn of learning to the next. */
const EVERY = 32;

/** Decides after which rows a network learns: at every 32nd, at every 16th for a long memory, less often under load. */
export class LearningTurns implements Stateful {
  readonly #every: number;
  #rows = 0;
  #turns = 0;

  constructor(isMemoryLong: boolean) {
    this.#every = isMemoryLong ? EVERY / 2 : EVERY;
  }

  /** Once after each row. */
  isDue(effort: Effort): boolean {
    if (++this.#rows < this.#every) return false;
    this.#rows = 0;
    if (effort === NO_LEARNING) return false;
    this.#turns++;
    return effort < 2 || this.#turns % 2 === 0;
  }

  exchange(io: StateIo): void {
    this.#rows = io.number('rows', this.#rows);
    this.#turns = io.number('turns', this.#turns);
  }
}
