import { type Observable, type OperatorFunction, pipe } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { Sample } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Journal } from '../journal/journal.ts';
import type { Redeliveries } from '../journal/redeliveries.ts';
import type { Suspects } from '../journal/suspects.ts';
import type { Arrival } from './arrival.ts';
import { createOperator } from './createOperator.ts';
import type { Gauge } from './gauge.ts';
import { isolateSuspects } from './isolateSuspects.ts';
import { journalWith } from './journalWith.ts';
import type { PerStreamInput, PerStreamOptions } from './perStream.ts';
import { type RecallPort, recallWith } from './recallWith.ts';
import type { TakeSnapshot } from './work.ts';

/** Whoever keeps what is learned, as the pipeline sees it. */
export interface Keeping {
  readonly journal: Journal;
  readonly redeliveries: Redeliveries;
  readonly suspects: Suspects;
  readonly keeper: RecallPort & {
    checkpoint(stream: StreamId, carried: unknown): TakeSnapshot | undefined;
    leave(stream: StreamId, carried: unknown): TakeSnapshot | undefined;
  };
  /** Streams whose state is to be taken. */
  readonly wanted$: Observable<StreamId>;
}

export interface KeepingPorts {
  /** Shows how many samples wait. */
  readonly gauge: Gauge;
  /** Resolves when everything that was handed over so far has been answered and learned. */
  readonly idle: () => Promise<void>;
  readonly report: Report;
}

/** The stages and answers that a keeping adds to the pipeline. */
export interface KeepingStages {
  readonly intake: OperatorFunction<Arrival, PerStreamInput>;
  readonly ofStreams: Pick<PerStreamOptions, 'onEvict' | 'onCheckpoint'>;
  readonly isNew: (forecast: Forecast) => boolean;
}

/** Journal, then recall. Forecasts that the replayed tail of the journal leads to are not new. */
export function keepWith(keeping: Keeping, { gauge, idle, report }: KeepingPorts): KeepingStages {
  const { journal, redeliveries, suspects, keeper, wanted$ } = keeping;
  /** Of streams whose replay is not answered yet. */
  const replayed = new Map<StreamId, EpochMs>();
  return {
    intake: pipe(
      isolateSuspects({ suspects, idle, gauge, report }),
      journalWith({ journal, redeliveries, report }),
      recallWith({
        keeper,
        position: () => journal.position,
        wanted$,
        onReplayed: (stream, until) => replayed.set(stream, until),
        idle,
        suspects,
        gauge,
        report,
      }),
    ),
    ofStreams: {
      onCheckpoint: (stream, carried) => keeper.checkpoint(stream, carried),
      onEvict: (stream, carried) => {
        replayed.delete(stream);
        return keeper.leave(stream, carried);
      },
    },
    isNew({ stream, at }) {
      if (replayed.size === 0) return true;
      const until = replayed.get(stream);
      if (until === undefined) return true;
      if (at < until) return false;
      // The last of them goes out again: nobody knows whether it had left before the end.
      replayed.delete(stream);
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
