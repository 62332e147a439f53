import { type OperatorFunction, pipe } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { Sample } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Clock, Delay } from '../domain/time.ts';
import type { DurableState } from '../state/durableState.ts';
import type { Arrival } from './arrival.ts';
import { createOperator } from './createOperator.ts';
import type { Gauge } from './gauge.ts';
import { isolateSuspects } from './isolateSuspects.ts';
import { journalWith } from './journalWith.ts';
import { recallWith } from './recallWith.ts';
import type { RoutedInput } from './routedInput.ts';
import type { Replay, RouteOptions } from './routeStreams.ts';

/** Nothing of it is new, and its end is not known. */
const UNDER_WAY: Replay = { last: Number.NaN, highest: Number.POSITIVE_INFINITY };

/** The stages and answers that a keeping adds to the pipeline. */
export interface KeepingStages {
  readonly intake: OperatorFunction<Arrival, RoutedInput>;
  readonly ofStreams: Pick<RouteOptions, 'onEvict' | 'onCheckpoint' | 'onReplayed'>;
  readonly isNew: (forecast: Forecast) => boolean;
}

/** The stages behind the recall, so that a replay does not overrun them. */
export interface Behind {
  /** Steps that wait there, and the most that may. */
  readonly backlog: () => number;
  readonly credit: number;
  readonly clock: Clock;
  readonly delay: Delay;
  /** Resolves when everything that was handed over so far has been answered and learned. */
  readonly idle: () => Promise<void>;
}

/** Show how much waits at each place. */
export interface KeepingGauges {
  readonly recalling: Gauge;
  readonly isolating: Gauge;
  readonly report: Report;
}

/** Journal, then recall. Forecasts that the replayed tail of the journal leads to are not new. */
export function keepWith(
  { journal, redeliveries, suspects, keeper, wanted$, awaited$ }: DurableState,
  behind: Behind,
  { recalling, isolating, report }: KeepingGauges,
): KeepingStages {
  /** Replays of streams that are not answered yet. */
  const replays = new Map<StreamId, Replay>();
  return {
    intake: pipe(
      isolateSuspects({ suspects, idle: behind.idle, gauge: isolating, report }),
      journalWith({ journal, redeliveries, clock: behind.clock, report }),
      recallWith({
        ...behind,
        keeper,
        position: () => journal.position,
        wanted$,
        awaited$,
        suspects,
        onReplay: (stream) => replays.set(stream, UNDER_WAY),
        gauge: recalling,
        report,
      }),
    ),
    ofStreams: {
      onCheckpoint: (stream) => keeper.checkpoint(stream),
      onReplayed: (stream, replay) => replays.set(stream, replay),
      onEvict: (stream) => {
        replays.delete(stream);
        return keeper.leave(stream);
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

/** Without a keeping: samples go on as they are, and what is owed an acknowledgement gets it at once. */
export function keepNothing(): KeepingStages {
  return { intake: acknowledgeAtOnce(), ofStreams: {}, isNew: () => true };
}

function acknowledgeAtOnce(): OperatorFunction<Arrival, Sample> {
  return createOperator<Arrival, Sample>((output) => ({
    next({ message, samples }) {
      for (const sample of samples) output.next(sample);
      message.delivery?.acknowledge();
    },
  }));
}
