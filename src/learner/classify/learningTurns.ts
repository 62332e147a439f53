import { type Effort, NO_LEARNING } from '../../domain/effort.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Rows from one turn of learning to the next, while the network is young and later. */
const YOUNG = 32;
const GROWN = 48;
/** Rows of the youth: what is learned in it by more turns is learned later by more rows. */
const YOUTH = 16_000;

/** Decides after which rows a network learns: at every 32nd, later every 48th; twice as often for a long memory, less often under load. */
export class LearningTurns implements Stateful {
  readonly #young: number;
  readonly #grown: number;
  #rows = 0;
  #turns = 0;

  constructor(isMemoryLong: boolean) {
    const often = isMemoryLong ? 2 : 1;
    this.#young = YOUNG / often;
    this.#grown = GROWN / often;
  }

  /** Once after each row. */
  isDue(effort: Effort): boolean {
    const every = this.#turns * this.#young < YOUTH ? this.#young : this.#grown;
    if (++this.#rows < every) return false;
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
