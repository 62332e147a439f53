import { type MonoTypeOperatorFunction, Subject } from 'rxjs';
import type { OrderedInput, Submit } from '../domain/control.ts';
import type { Report } from '../domain/events.ts';
import type { Clock } from '../domain/time.ts';
import type { Arrival } from './arrival.ts';
import { createOperator } from './createOperator.ts';

export interface OrdersOptions {
  readonly clock: Clock;
  readonly report: Report;
}

/** Inputs that no message brought: they join the arrivals at the front door, so that journal, restore and learners see them in one sequence with the readings. */
export class Orders {
  readonly #options: OrdersOptions;
  readonly #arrivals = new Subject<Arrival>();

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  readonly submit: Submit = (input) =>
    new Promise((resolve) => {
      if (input.kind === 'label') this.#options.report({ type: 'LabelReceived' });
      this.#arrivals.next(this.#arrivalOf(input, resolve));
    });

  /** Completes with its source: orders that come later are without an answer. */
  join(): MonoTypeOperatorFunction<Arrival> {
    return createOperator<Arrival, Arrival>((output) => {
      output.add(this.#arrivals.subscribe((arrival) => output.next(arrival)));
      return { next: (arrival) => output.next(arrival) };
    });
  }

  #arrivalOf(input: OrderedInput, taken: () => void): Arrival {
    const receivedAt = this.#options.clock.now();
    return { message: { topic: input.stream, receivedAt, checksum: 0, order: { taken } }, inputs: [input] };
  }
}
