import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { PoisonDetector } from '../state/poisonDetector.ts';
import { type Arrival, ownArrival } from './arrival.ts';
import { createOperator } from './createOperator.ts';
import type { QueueDepth } from './queueDepth.ts';

export interface IsolatePoisonOptions {
  readonly poison: PoisonDetector;
  /** Resolves when everything that was handed over so far has been answered and learned. */
  readonly idle: () => Promise<void>;
  /** Shows how many inputs wait here; a message without inputs counts as one. */
  readonly depth: QueueDepth;
  readonly report: Report;
}

/**
 * Messages that the broker sends again are noted while they are under way: one of them may be what killed the process. A suspect
 * goes on alone, while all after it wait, as copies; one in quarantine goes on without its inputs, so that it is acknowledged at last.
 */
export function isolatePoison(options: IsolatePoisonOptions): MonoTypeOperatorFunction<Arrival> {
  const { poison, idle, depth, report } = options;
  return createOperator<Arrival, Arrival>((output) => {
    const waiting: Arrival[] = [];
    let isBusy = false;
    let isSourceComplete = false;

    async function passAlone(arrival: Arrival, key: string): Promise<void> {
      isBusy = true;
      await idle();
      poison.beginIsolated(key);
      output.next(arrival);
      await idle();
      poison.endIsolated();
      isBusy = false;
      while (!isBusy && waiting.length > 0) {
        const next = waiting.shift() as Arrival;
        depth.waiting -= weightOf(next);
        take(next);
      }
      if (isSourceComplete && !isBusy) output.complete();
    }

    function take(arrival: Arrival): void {
      const { message, inputs } = arrival;
      const key = message.receipt?.isRedelivery ? `message ${message.checksum}` : undefined;
      if (key === undefined) output.next(arrival);
      else if (poison.isQuarantined(key)) {
        for (const { stream } of inputs) report({ type: 'InputDropped', reason: 'quarantined', topic: stream });
        output.next({ message, inputs: [] });
      } else if (poison.isSuspect(key))
        passAlone(ownArrival(arrival), key).catch((error: unknown) => output.error(error));
      else {
        poison.beginBatch(key, idle);
        output.next(arrival);
      }
    }

    return {
      next(arrival) {
        if (!isBusy) {
          take(arrival);
          return;
        }
        waiting.push(ownArrival(arrival));
        depth.waiting += weightOf(arrival);
      },
      complete() {
        isSourceComplete = true;
        if (!isBusy) output.complete();
      },
    };
  });
}

function weightOf({ inputs }: Arrival): number {
  return Math.max(1, inputs.length);
}
