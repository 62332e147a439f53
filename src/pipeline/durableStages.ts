import { type Observable, type OperatorFunction, pipe } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { StreamInput } from '../domain/streamInput.ts';
import type { Clock, Delay } from '../domain/time.ts';
import type { DurableState } from '../state/durableState.ts';
import type { Arrival } from './arrival.ts';
import { createOperator } from './createOperator.ts';
import { isolatePoison } from './isolatePoison.ts';
import { journalWith } from './journalWith.ts';
import type { QueueDepth } from './queueDepth.ts';
import { restoreWith } from './restoreWith.ts';
import type { RoutedInput } from './routedInput.ts';
import type { Replay, RouteOptions } from './routeStreams.ts';

/** A replay of which nothing is new and whose end is not known. */
const UNDER_WAY: Replay = { last: Number.NaN, highest: Number.POSITIVE_INFINITY };

/** Stages and answers that durable state adds to the pipeline. */
export interface StateStages {
  readonly intake: OperatorFunction<Arrival, RoutedInput>;
  readonly ofStreams: Pick<RouteOptions, 'onEvict' | 'onRenew' | 'onCheckpoint' | 'onReplayed'>;
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
  /** Streams whose settings have changed. */
  readonly renewals$?: Observable<StreamId> | undefined;
}

/** Poison, journal, then restore. Forecasts that the replayed tail of the journal leads to are not new. */
export function durableStages(
  { journal, repeats, poison, residency, wanted$, awaited$ }: DurableState,
  downstream: Downstream,
  { restoring, isolating, report, renewals$ }: StageGauges,
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
        renewals$,
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
      onRenew: (stream) => {
        replays.delete(stream);
        return residency.leave(stream, true);
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

/** Without durable state: inputs go on as they are, and what is owed an acknowledgement gets it at once. */
export function volatileStages(): StateStages {
  return { intake: acknowledgeAtOnce(), ofStreams: {}, isNew: () => true };
}

function acknowledgeAtOnce(): OperatorFunction<Arrival, StreamInput> {
  return createOperator<Arrival, StreamInput>((output) => ({
    next({ message, inputs }) {
      for (const input of inputs) output.next(input);
      message.receipt?.ack();
      message.order?.taken();
    },
  }));
}
