import { type MonoTypeOperatorFunction, Subject } from 'rxjs';
import type { Submit, SubmitHistory } from '../domain/control.ts';
import type { Report } from '../domain/events.ts';
import type { StreamInput } from '../domain/streamInput.ts';
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
      if (input.kind === 'label') this.#options.report({ type: 'LabelReceived', label: input });
      this.#arrivals.next(this.#arrivalOf([input], resolve));
    });

  readonly submitHistory: SubmitHistory = (readings) =>
    new Promise((resolve) => {
      if (readings.length === 0) resolve();
      else this.#arrivals.next(this.#arrivalOf(readings, resolve));
    });

  /** Completes with its source: orders that come later are without an answer. */
  join(): MonoTypeOperatorFunction<Arrival> {
    return createOperator<Arrival, Arrival>((output) => {
      output.add(this.#arrivals.subscribe((arrival) => output.next(arrival)));
      return { next: (arrival) => output.next(arrival) };
    });
  }

  /** @param inputs of one stream, at least one */
  #arrivalOf(inputs: readonly StreamInput[], taken: () => void): Arrival {
    const receivedAt = this.#options.clock.now();
    const [{ stream }] = inputs as [StreamInput];
    return { message: { topic: stream, receivedAt, checksum: 0, order: { taken } }, inputs };
  }
}
