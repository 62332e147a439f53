import type { ExpertName } from './expertName.ts';
import type { StreamId } from './streamId.ts';
import type { Horizon } from './streamSettings.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** Expected value and its interval, in the sensor's unit. */
export interface Expectation {
  readonly mean: number;
  /** null until the first errors have arrived and the interval has a scale. */
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface HorizonForecast extends Expectation {
  readonly horizon: Horizon;
}

export const LEARNER_STATES = ['starting', 'learning', 'active', 'degraded'] as const;

/**
 * Life of a learner. `starting`: no forecast could be scored yet. `learning`: fewer than `min_samples` samples.
 * `active`: everything is published. `degraded`: a network is frozen, its numbers were not finite again and again.
 */
export type LearnerState = (typeof LEARNER_STATES)[number];

/**
 * Experts that judge the class of a reading. `last`: the newest label known. `instant`: a softmax regression on this reading alone.
 * `recent`: the same on the last readings too. `recent_label`: the same on the newest label too. `net`: the recurrent
 * network. `net_label`: the network's answer and the newest label.
 */
export const CLASS_SOURCES = ['last', 'instant', 'recent', 'recent_label', 'net', 'net_label'] as const;
export type ClassSource = (typeof CLASS_SOURCES)[number];

/**
 * Measures of the published answers against the labels that came later; of the newest few thousand labels most.
 * Each reading counts once, with the first label that it got.
 */
export interface ClassScores {
  /** Readings that have been labelled so far, and their share of all readings. */
  readonly labels: number;
  readonly labelled: number;
  /** Share of right answers. */
  readonly accuracy: number;
  /** Mean F1 over the classes that have been seen, and how many these are. */
  readonly macroF1: number;
  readonly seen: number;
  /** Expected calibration error: mean distance of a probability (in 15 bins) from the share of right answers. */
  readonly calibrationError: number;
}

/** Class of a reading, as judged from it and all that came before it. */
export interface ClassAnswer {
  readonly label: string;
  /** Names in the order of the probabilities, which add up to 1; `label` is one of them. */
  readonly classes: readonly string[];
  readonly probabilities: readonly number[];
  /** Time of the reading from which on `label` has been the answer. */
  readonly since: EpochMs;
  readonly source: ClassSource;
  /** null until an answer could be compared with a label. */
  readonly scores: ClassScores | null;
}

/** All that is known about a stream right after one step. */
export interface Forecast {
  /** The class of this reading. Missing: the stream has no classes, or too few of them have been labelled to tell. */
  readonly classAnswer?: ClassAnswer;
  readonly stream: StreamId;
  readonly at: EpochMs;
  /** The reading was old when it came (`anomaly.max_age`): it starts no anomaly. Default: it was not. */
  readonly late?: true;
  /** The reading itself; null when this grid point had none. */
  readonly value: number | null;
  /** Expectation of this very reading before it was seen, at the smallest horizon; null while there was none. */
  readonly expected: Expectation | null;
  /** One per configured horizon, smallest first, made right after this reading. Empty before the first reading. */
  readonly horizons: readonly HorizonForecast[];
  /** 0 = as expected, 1.0 = the alert threshold; null while warming up. */
  readonly anomalyScore: number | null;
  /** The score after hold-off. */
  readonly anomaly: boolean;
  readonly state: LearnerState;
  /** The expert with the largest weight, or the baseline that the gate put in its place. */
  readonly source: ExpertName;
  /** 1 − MAE of the published forecast / MAE of the best always-on baseline; null while nothing was scored. */
  readonly skill: number | null;
  /** Share of the last 500 changed readings inside their interval; null while there is none. */
  readonly coverage: number | null;
  /** Readings taken in so far. A doubted one counts: nothing is learned from it alone, but it can become a new level. */
  readonly samples: number;
  /** Smallest change of the readings so far other than none, in the sensor's unit; 0 while they never changed. */
  readonly resolution: number;
  /** The usual time from row to row; null while fewer than two have come. */
  readonly cadence: DurationMs | null;
}

/**
 * A forecast that is lent: its owner writes the next one into it as soon as the call that gave it has returned. A reader that
 * needs it later keeps `toForecast()`, or copies it into a `ForecastRow` of its own; no field may hold it.
 */
export interface BorrowedForecast {
  readonly stream: StreamId;
  readonly at: EpochMs;
  /** False where `Forecast.late` is absent. */
  readonly late: boolean;
  readonly anomaly: boolean;
  readonly state: LearnerState;
  readonly source: ExpertName;
  /** Configured horizons, smallest first; none before the first reading. */
  readonly horizons: readonly Horizon[];
  /** The answer of `Forecast.classAnswer`, which stays as it is and may be kept. */
  readonly classAnswer: ClassAnswer | undefined;
  /** All numbers of the forecast, at the places that `forecastRow.ts` names. It may be longer than the forecast. */
  readonly numbers: Float64Array;
  /** A copy, to be kept. */
  toForecast(): Forecast;
}
