import type { Forecast } from '../../src/domain/forecast.ts';
import type { ForecastSink, LearnerHost } from '../../src/domain/learnerHost.ts';
import { toDurationMs } from '../../src/domain/time.ts';

const HORIZON = { label: '1', steps: 1 };
const CADENCE = toDurationMs(1000);

/** Answers at once and learns nothing: what is left is the handing over. */
export function createEchoHost(): LearnerHost {
  let hand: ForecastSink = () => undefined;
  return {
    start(sink) {
      hand = sink;
    },
    push(batch) {
      hand(
        batch.map(
          ({ stream, at, value }): Forecast => ({
            ...{ stream, at, value, expected: { mean: value, lower: value - 1, upper: value + 1 } },
            horizons: [{ horizon: HORIZON, mean: value, lower: value - 1, upper: value + 1 }],
            ...{ anomalyScore: 0.5, anomaly: false, state: 'active', source: 'lstm_direct' },
            ...{ skill: 0.1, coverage: 0.9, samples: 1, resolution: 0.1, cadence: CADENCE },
          }),
        ),
      );
    },
    drain: async () => undefined,
    instruct: () => undefined,
    evict: () => undefined,
    backlog: 0,
    restore: async () => 'restored',
    inspect: async () => undefined,
    snapshot: async () => undefined,
    stop: async () => undefined,
  };
}
