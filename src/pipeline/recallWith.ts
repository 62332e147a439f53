import type { Observable, OperatorFunction } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Sample } from '../domain/sample.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Recollection } from '../journal/recall.ts';
import { createOperator } from './createOperator.ts';
import type { Gauge } from './gauge.ts';
import type { PerStreamInput } from './perStream.ts';

/** What `recallWith` asks of whoever keeps the states. */
export interface RecallPort {
  /** @returns whether the sample may go on to its learner; else its stream has to be recalled first */
  note(sample: Sample, position: JournalPosition): boolean;
  /** Never rejects. */
  recall(stream: StreamId, first: JournalPosition): Promise<Recollection>;
}

export interface RecallWithOptions {
  readonly keeper: RecallPort;
  /** Of the sample that is coming in. */
  readonly position: () => JournalPosition;
  /** Streams whose state is to be taken. */
  readonly wanted$: Observable<StreamId>;
  /** Forecasts of the stream up to that moment were published in a life before. */
  readonly onReplayed: (stream: StreamId, until: EpochMs) => void;
  /** Shows how many samples wait here. */
  readonly gauge: Gauge;
  readonly report: Report;
}

/**
 * Brings the state of a stream back before its first sample: the samples of the stream wait meanwhile, those of others pass.
 * What the journal knows beyond the state goes before them. Completes when nothing waits any more.
 */
export function recallWith(options: RecallWithOptions): OperatorFunction<Sample, PerStreamInput> {
  const { keeper, position, wanted$, onReplayed, gauge, report } = options;
  return createOperator<Sample, PerStreamInput>((output) => {
    const coming = new Map<StreamId, Sample[]>();
    let isSourceComplete = false;
    const wanted = wanted$.subscribe((stream) => output.next({ wanted: stream }));

    function bring(stream: StreamId, first: Sample): void {
      const waiting = [first];
      coming.set(stream, waiting);
      gauge.waiting++;
      keeper.recall(stream, position()).then(
        (recollection) => {
          coming.delete(stream);
          gauge.waiting -= waiting.length;
          release(stream, recollection, waiting);
          if (isSourceComplete && coming.size === 0) output.complete();
        },
        (error: unknown) => output.error(error),
      );
    }

    function release(stream: StreamId, { outcome, carried, tail }: Recollection, waiting: readonly Sample[]): void {
      if (outcome === 'no-memory') {
        for (const _ of waiting) report({ type: 'InputDropped', reason: 'no-memory', topic: stream });
        return;
      }
      if (carried !== undefined) output.next({ opened: stream, carried });
      const last = tail.at(-1);
      if (last !== undefined) onReplayed(stream, last.at);
      for (const sample of tail) output.next(sample);
      for (const sample of waiting) output.next(sample);
    }

    return {
      next(sample) {
        const waiting = coming.get(sample.stream);
        const mayPass = keeper.note(sample, position());
        if (waiting !== undefined) {
          waiting.push(sample);
          gauge.waiting++;
        } else if (mayPass) output.next(sample);
        else bring(sample.stream, sample);
      },
      complete() {
        isSourceComplete = true;
        if (coming.size === 0) output.complete();
      },
      stop: () => wanted.unsubscribe(),
    };
  });
}
