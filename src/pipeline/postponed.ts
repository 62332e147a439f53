import type { MonoTypeOperatorFunction } from 'rxjs';
import { type Delay, delayUntil } from '../domain/time.ts';
import type { OnNextTurn } from './batchPerTurn.ts';
import { createOperator } from './createOperator.ts';

export interface PostponedPorts {
  readonly delay: Delay;
  readonly onNextTurn: OnNextTurn;
}

/**
 * Work that the operators of one way put off, to later or to the next turn. It ends with the way. An error that it
 * throws ends the way, as one that an operator throws at once does: nothing else would catch it.
 */
export class Postponed implements PostponedPorts {
  readonly delay: Delay;
  readonly onNextTurn: OnNextTurn;
  readonly #end = new AbortController();
  #fail: (error: unknown) => void = () => undefined;

  constructor({ delay, onNextTurn }: PostponedPorts) {
    const bound = delayUntil(this.#end.signal, delay);
    this.delay = (run, after) => bound(() => this.#run(run), after);
    this.onNextTurn = (run) => onNextTurn(() => this.#run(run));
  }

  /** The last operator of the way. */
  untilEnd<T>(): MonoTypeOperatorFunction<T> {
    return createOperator<T, T>((output) => {
      this.#fail = (error) => output.error(error);
      return { next: (value) => output.next(value), stop: () => this.#end.abort() };
    });
  }

  #run(run: () => void): void {
    if (this.#end.signal.aborted) return;
    try {
      run();
    } catch (error) {
      this.#fail(error);
    }
  }
}
