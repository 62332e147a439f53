import { type Observable, type OperatorFunction, pipe } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Clock, Delay } from '../domain/time.ts';
import type { DurableState } from '../state/durableState.ts';
import type { Arrival } from './arrival.ts';
import { createOperator } from './createOperator.ts';
import { type Departure, toRouted } from './departure.ts';
import { isolatePoison } from './isolatePoison.ts';
import { journalWith } from './journalWith.ts';
import type { QueueDepth } from './queueDepth.ts';
import { restoreWith } from './restoreWith.ts';
import type { RoutedInput } from './routedInput.ts';
import type { Replay, RouteOptions } from './routeOptions.ts';

/** A replay of which nothing is new and whose end is not known. */
const UNDER_WAY: Replay = { last: Number.NaN, highest: Number.POSITIVE_INFINITY };

/** Stages and answers that durable state adds to the pipeline. */
export interface StateStages {
  readonly intake: OperatorFunction<Arrival, RoutedInput>;
  readonly ofStreams: Pick<RouteOptions, 'onEvict' | 'onReconfigure' | 'onRewind' | 'onCheckpoint' | 'onReplayed'>;
  readonly isNew: (forecast: BorrowedForecast) => boolean;
}

/** The way behind the restore, which a replay must not overrun. */
export interface Downstream {
  /** Steps that wait there, and the most that may. */
  readonly backlog: () => number;
  readonly credit: number;
  readonly clock: Clock;
  readonly delay: Delay;
  /** Resolves when everything that was handed over so far has been answered and learned. */
  readonly idle: () => Promise<void>;
}

/** Show how much waits at each place. */
export interface StageGauges {
  readonly restoring: QueueDepth;
  readonly isolating: QueueDepth;
  readonly report: Report;
  /** Streams whose settings have changed, and streams that no entry gives any more. */
  readonly departures$?: Observable<Departure> | undefined;
}

/** Poison, journal, then restore. Forecasts that the replayed tail of the journal leads to are not new. */
export function durableStages(
  { journal, repeats, poison, residency, wanted$, awaited$ }: DurableState,
  downstream: Downstream,
  { restoring, isolating, report, departures$ }: StageGauges,
): StateStages {
  /** Replays that are not answered yet, by stream. */
  const replays = new Map<StreamId, Replay>();
  return {
    intake: pipe(
      isolatePoison({ poison, idle: downstream.idle, depth: isolating, report }),
      journalWith({ journal, repeats, report }),
      restoreWith({
        ...downstream,
        residency,
        position: () => journal.position,
        wanted$,
        awaited$,
        departures$,
        poison,
        onReplay: (stream) => replays.set(stream, UNDER_WAY),
        depth: restoring,
        report,
      }),
    ),
    ofStreams: {
      onCheckpoint: (stream) => residency.checkpoint(stream),
      onReplayed: (stream, replay) => replays.set(stream, replay),
      onEvict: (stream) => {
        replays.delete(stream);
        return residency.leave(stream);
      },
      onReconfigure: (stream) => {
        replays.delete(stream);
        return residency.leave(stream, true);
      },
      onRewind: (stream) => {
        replays.delete(stream);
        return residency.rewind?.(stream);
      },
    },
    isNew({ stream, at }) {
      if (replays.size === 0) return true;
      const replay = replays.get(stream);
      if (replay === undefined) return true;
      if (at !== replay.last && at <= replay.highest) return false;
      // The last of them goes out again: it cannot be known whether it had left before the end.
      replays.delete(stream);
      return true;
    },
  };
}

/**
 * Without durable state: inputs go on as they are, and what is owed an acknowledgement gets it at once. A stream that leaves takes with it what it has
 * learned, and begins anew where it comes back.
 */
export function volatileStages(departures$?: Observable<Departure> | undefined): StateStages {
  return { intake: acknowledgeAtOnce(departures$), ofStreams: {}, isNew: () => true };
}

function acknowledgeAtOnce(departures$: Observable<Departure> | undefined): OperatorFunction<Arrival, RoutedInput> {
  return createOperator<Arrival, RoutedInput>((output) => {
    output.add(departures$?.subscribe((departure) => departure.isDue() && output.next(toRouted(departure))));
    return {
      next({ message, inputs }) {
        for (const input of inputs) output.next(input);
        message.receipt?.ack();
        message.order?.taken();
      },
    };
  });
}
