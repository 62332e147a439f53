import type { ForecastSink, LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { forecastOf } from './samples.ts';

export interface EchoHost {
  readonly host: LearnerHost;
  readonly batches: (readonly Step[])[];
  readonly evicted: StreamId[];
}

/** A host without learners: answers each step at once, and counts the steps of a stream since it was last forgotten. */
export function createEchoHost(): EchoHost {
  const batches: (readonly Step[])[] = [];
  const evicted: StreamId[] = [];
  const counts = new Map<StreamId, number>();
  let sink: ForecastSink | undefined;
  const host: LearnerHost = {
    start(given) {
      sink = given;
    },
    push(batch) {
      batches.push(batch);
      sink?.(
        batch.map(({ stream, at, value }) => {
          const samples = (counts.get(stream) ?? 0) + 1;
          counts.set(stream, samples);
          return forecastOf(stream, at, { value: Number.isNaN(value) ? null : value, samples });
        }),
      );
    },
    drain: async () => undefined,
    instruct: () => undefined,
    evict(stream) {
      evicted.push(stream);
      counts.delete(stream);
    },
    backlog: 0,
    restore: async () => 'restored',
    inspect: async () => undefined,
    snapshot: async () => undefined,
    stop: async () => undefined,
  };
  return { host, batches, evicted };
}
