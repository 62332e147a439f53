import type { LearnerState } from '../domain/forecast.ts';
import {
  AT,
  BOUNDS,
  CADENCE,
  COVERAGE,
  EXPECTED,
  type ForecastRow,
  HORIZONS,
  RESOLUTION,
  SAMPLES,
  SCORE,
  SKILL,
  VALUE,
} from '../domain/forecastRow.ts';
import type { Step } from '../domain/sample.ts';
import type { Horizon } from '../domain/streamSettings.ts';
import type { Anomaly } from './anomaly/anomaly.ts';
import type { Expert } from './experts/expert.ts';
import type { HorizonTrack } from './horizonTrack.ts';
import type { Observation } from './observation.ts';

/** Sources that the forecast is read from. Tracks and horizons: smallest horizon first. */
export interface ForecastSources {
  readonly horizons: readonly Horizon[];
  readonly minSamples: number;
  readonly row: Observation;
  readonly tracks: readonly HorizonTrack[];
  readonly experts: readonly Expert[];
  readonly anomaly: Anomaly;
}

const NO_HORIZONS: readonly Horizon[] = [];

/**
 * The learner's insides as the words that everyone shares.
 * @param isKnown false before the first reading: there is nothing to say, and nothing has been learned
 */
export function writeForecast(forecast: ForecastRow, step: Step, mind: ForecastSources, isKnown = true): void {
  const { row, tracks, experts, anomaly } = mind;
  const first = tracks[0];
  forecast.stream = step.stream;
  forecast.late = step.late === true;
  forecast.anomaly = anomaly.isActive;
  forecast.state = toState(mind);
  forecast.source = row.isInDoubt ? 'last_value' : experts[first.mix.source].name;
  forecast.classAnswer = undefined;
  forecast.setHorizons(isKnown ? mind.horizons : NO_HORIZONS);
  const { numbers } = forecast;
  numbers[AT] = step.at;
  numbers[VALUE] = Number.isFinite(step.value) ? step.value : Number.NaN;
  const hasExpected = isKnown && Number.isFinite(first.expected);
  numbers[EXPECTED] = hasExpected ? first.expected : Number.NaN;
  numbers[EXPECTED + 1] = hasExpected ? first.expectedLower : Number.NaN;
  numbers[EXPECTED + 2] = hasExpected ? first.expectedUpper : Number.NaN;
  numbers[SCORE] = anomaly.score;
  numbers[SKILL] = first.skill;
  numbers[COVERAGE] = first.interval.coverage;
  numbers[SAMPLES] = row.taken;
  numbers[RESOLUTION] = row.resolution;
  numbers[CADENCE] = row.interval > 0 ? row.interval : Number.NaN;
  if (isKnown) writeHorizons(numbers, tracks);
}

function writeHorizons(numbers: Float64Array, tracks: readonly HorizonTrack[]): void {
  for (let k = 0; k < tracks.length; k++) {
    const { mean, lower, upper } = tracks[k];
    const place = HORIZONS + BOUNDS * k;
    numbers[place] = mean;
    numbers[place + 1] = lower;
    numbers[place + 2] = upper;
  }
}

function toState({ experts, row, tracks, minSamples }: ForecastSources): LearnerState {
  for (let i = 0; i < experts.length; i++) if (!experts[i].isHealthy) return 'degraded';
  if (row.readings <= tracks[0].steps) return 'starting';
  return row.readings < minSamples ? 'learning' : 'active';
}
