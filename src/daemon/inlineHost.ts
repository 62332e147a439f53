import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { ForecastSink, LearnerHost } from '../domain/learnerHost.ts';
import type { Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Learner } from '../learner/learner.ts';

export interface InlineHostOptions {
  readonly learnerFor: (stream: StreamId) => Learner;
  readonly report: Report;
}

/**
 * Learners on this thread. All forecasts of a batch leave before its learning runs, wherever the order within a stream
 * allows: a stream that comes twice in a batch learns in between.
 */
export function createInlineHost({ learnerFor, report }: InlineHostOptions): LearnerHost {
  const learners = new Map<StreamId, Learner>();
  const tell = (stream: StreamId, error: unknown): void => report({ type: 'LearnerFailed', stream, error });
  let hand: ForecastSink = () => undefined;

  /** A learner that throws is a bug of ours: it is given up, the stream begins anew, the others do not notice. */
  function fail(stream: StreamId, error: unknown): void {
    tell(stream, error);
    report({ type: 'InputDropped', reason: 'learner-failed', topic: stream });
    evict(stream);
  }

  function answer(step: Step): Forecast | undefined {
    try {
      const learner = learners.get(step.stream) ?? learnerFor(step.stream);
      learners.set(step.stream, learner);
      return learner.step(step);
    } catch (error) {
      fail(step.stream, error);
      return undefined;
    }
  }

  function learn(stream: StreamId): void {
    try {
      learners.get(stream)?.learn();
    } catch (error) {
      fail(stream, error);
    }
  }

  function evict(stream: StreamId): void {
    const learner = learners.get(stream);
    learners.delete(stream);
    try {
      learner?.free();
    } catch (error) {
      tell(stream, error);
    }
  }

  return {
    start(sink) {
      hand = sink;
    },
    push(batch) {
      const forecasts: Forecast[] = [];
      for (const step of batch) {
        const forecast = answer(step);
        if (forecast !== undefined) forecasts.push(forecast);
      }
      if (forecasts.length > 0) hand(forecasts);
      for (const step of batch) learn(step.stream);
    },
    drain: () => Promise.resolve(),
    evict,
    snapshot: async (stream) => learners.get(stream)?.snapshot(),
    stop() {
      for (const stream of [...learners.keys()]) evict(stream);
      return Promise.resolve();
    },
  };
}
