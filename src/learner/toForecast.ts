import type { Expectation, Forecast, HorizonForecast, LearnerState } from '../domain/forecast.ts';
import type { Step } from '../domain/sample.ts';
import type { Horizon } from '../domain/streamSettings.ts';
import { toDurationMs } from '../domain/time.ts';
import type { Anomaly } from './anomaly.ts';
import type { Expert } from './experts/expert.ts';
import type { HorizonTrack } from './horizonTrack.ts';
import type { Row } from './row.ts';

/** Sources that the forecast is read from. Tracks and horizons: smallest horizon first. */
export interface Mind {
  readonly horizons: readonly Horizon[];
  readonly minSamples: number;
  readonly row: Row;
  readonly tracks: readonly HorizonTrack[];
  readonly experts: readonly Expert[];
  readonly anomaly: Anomaly;
}

/** The learner's insides as the words that everyone shares; NaN ("not known") becomes null. */
export function toForecast(step: Step, mind: Mind): Forecast {
  const { row, tracks, experts, anomaly } = mind;
  const first = tracks[0];
  return {
    stream: step.stream,
    at: step.at,
    ...(step.late && { late: true }),
    value: Number.isFinite(step.value) ? step.value : null,
    expected: toExpectation(first.expected, first.expectedLower, first.expectedUpper),
    horizons: toHorizons(mind),
    anomalyScore: anomaly.score,
    anomaly: anomaly.isActive,
    state: toState(mind),
    source: row.isInDoubt ? 'last_value' : experts[first.mix.source].name,
    skill: toNullable(first.skill),
    coverage: toNullable(first.interval.coverage),
    samples: row.taken,
    resolution: row.resolution,
    cadence: row.interval > 0 ? toDurationMs(row.interval) : null,
  };
}

/** Before the first reading there is nothing to say, and nothing has been learned. */
export function emptyForecast(step: Step, mind: Mind): Forecast {
  return { ...toForecast(step, mind), expected: null, horizons: [] };
}

function toHorizons({ horizons, tracks }: Mind): readonly HorizonForecast[] {
  const issued = new Array<HorizonForecast>(tracks.length);
  for (let k = 0; k < tracks.length; k++) {
    const { mean, lower, upper } = tracks[k];
    issued[k] = { horizon: horizons[k], mean, lower: toNullable(lower), upper: toNullable(upper) };
  }
  return issued;
}

function toExpectation(mean: number, lower: number, upper: number): Expectation | null {
  return Number.isFinite(mean) ? { mean, lower: toNullable(lower), upper: toNullable(upper) } : null;
}

function toState({ experts, row, tracks, minSamples }: Mind): LearnerState {
  for (let i = 0; i < experts.length; i++) if (!experts[i].isHealthy) return 'degraded';
  if (row.readings <= tracks[0].steps) return 'starting';
  return row.readings < minSamples ? 'learning' : 'active';
}

function toNullable(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
