import type { Forecast } from '../../src/domain/forecast.ts';
import type { ForecastSink, LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { forecastOf, keep } from '../pipeline/samples.ts';
import { lend } from './lent.ts';

/** A host without learners: answers each step at once. */
export function echoWith(answer: (step: Step) => Forecast): LearnerHost {
  let forecasts: ForecastSink | undefined;
  return {
    start(sink) {
      forecasts = sink;
    },
    push(batch) {
      for (const step of batch) lend(answer(step), (forecast) => forecasts?.take(forecast));
      forecasts?.endBatch();
    },
    drain: async () => undefined,
    instruct: () => undefined,
    evict: () => undefined,
    backlog: 0,
    restore: async () => 'restored',
    inspect: async () => undefined,
    probe: async () => undefined,
    snapshot: async () => undefined,
    stop: async () => undefined,
  };
}

export interface EchoHost {
  readonly host: LearnerHost;
  readonly batches: (readonly Step[])[];
  readonly evicted: StreamId[];
}

/** Remembers what it was given, and counts the steps of a stream since it was last forgotten. */
export function createEchoHost(): EchoHost {
  const batches: (readonly Step[])[] = [];
  const evicted: StreamId[] = [];
  const counts = new Map<StreamId, number>();
  const echo = echoWith(({ stream, at, value }) => {
    const samples = (counts.get(stream) ?? 0) + 1;
    counts.set(stream, samples);
    return forecastOf(stream, at, { value: Number.isNaN(value) ? null : value, samples });
  });
  const host: LearnerHost = {
    ...echo,
    push(batch) {
      batches.push(batch.map(keep));
      echo.push(batch);
    },
    evict(stream) {
      evicted.push(stream);
      counts.delete(stream);
    },
  };
  return { host, batches, evicted };
}
