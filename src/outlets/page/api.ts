import type { Finding } from '../../domain/finding.ts';
import type { AlarmView } from '../alarms/alarmView.ts';

/**
 * Answers of the API of the page, all below `api/`, relative to the address of the page. Times are ISO 8601 UTC in objects and ms since 1970 in
 * columns; what is not known is null. config/openapi.json is made of the same, from `apiSchemas.ts`.
 */

/** Expected value and its interval, in the sensor's unit. */
interface ApiExpectation {
  readonly yhat: number | null;
  readonly yhat_lower: number | null;
  readonly yhat_upper: number | null;
}

/** The forecast of one horizon. `at`: the time that it is for; null while the usual interval is not known. */
export interface ApiHorizonForecast extends ApiExpectation {
  readonly at: string | null;
}

/** A stream as a card shows it. From `ts` on it is what `<base>/<stream>` has over MQTT; null before the first reading. */
export interface ApiStream {
  /** Its number in the frames of `api/events`, the same for as long as the daemon runs. */
  readonly index: number;
  readonly id: string;
  readonly topic: string | null;
  readonly device: string | null;
  readonly field: string | null;
  readonly unit: string | null;
  readonly device_class: string | null;
  /** The device, or the bridge before it, has said that it is gone. */
  readonly silent: boolean;
  /** Decimals with which a reading is shown. */
  readonly decimals: number;
  /** Usual time between readings. */
  readonly interval_ms: number | null;
  /** Time zone of its times. */
  readonly zone: string;
  /** Share of readings that the interval is meant to hold, such as 0.9. */
  readonly interval: number;
  /** Readings before there is a score. */
  readonly min_samples: number;
  readonly ts: string | null;
  /** The reading was old when it came. */
  readonly late?: true;
  readonly y: number | null;
  readonly yhat: number | null;
  readonly yhat_lower: number | null;
  readonly yhat_upper: number | null;
  /** 1 is the threshold. */
  readonly anomaly_score: number | null;
  readonly anomaly: boolean;
  /** By the label of the horizon. */
  readonly forecast_at: Readonly<Record<string, ApiHorizonForecast>>;
  readonly state: string | null;
  readonly source: string | null;
  readonly skill: number | null;
  readonly coverage: number | null;
  readonly n: number;
  /** Class of the last reading, where the stream has classes. */
  readonly class: string | null;
  /** The last readings in small, only where they were asked for. */
  readonly spark?: ApiSpark;
}

/** Columns, times in ms since 1970, oldest first. A row of nulls is a gap. */
export interface ApiSpark {
  readonly ts: readonly number[];
  readonly y_min: readonly (number | null)[];
  readonly y_max: readonly (number | null)[];
  readonly yhat_lower: readonly (number | null)[];
  readonly yhat_upper: readonly (number | null)[];
  readonly anomaly: readonly boolean[];
}

/** `GET api/streams?spark=60&streams=3,17&since=412` */
export interface ApiStreams {
  readonly now: string;
  /** Changes when streams come or go. */
  readonly revision: number;
  /** For the next `since`: streams with a reading after it. */
  readonly cursor: number;
  readonly streams: readonly ApiStream[];
}

export interface ApiExpert {
  readonly name: string;
  /** Share of the answer at the smallest horizon. */
  readonly weight: number;
  /** Mean absolute error at the smallest horizon, in the sensor's unit, of the last readings most; null while nothing was scored. */
  readonly mae: number | null;
  /** It is a plain forecast that the answer must never be worse than. */
  readonly baseline: boolean;
}

export interface ApiHorizon {
  readonly label: string;
  readonly steps: number;
  /** Mean absolute error of what was published, of the last 500 readings or so, and of the best plain forecast. */
  readonly mae: number | null;
  readonly mae_baseline: number | null;
  readonly skill: number | null;
  readonly coverage: number | null;
  readonly source: string;
  /** In the order of `experts`. */
  readonly weights: readonly number[];
}

/** A network's learning. */
export interface ApiNetwork {
  readonly name: string;
  /** Norm of the gradient of the last update, before it was clipped; null before the first one. */
  readonly gradient_norm: number | null;
  readonly rate: number;
  readonly updates: number;
  /** Roll-backs that are remembered: within an hour, three freeze the network. */
  readonly rolled_back: number;
  readonly frozen_until: string | null;
}

/** A class that somebody has told for the readings of a span; both ends belong to it. */
export interface ApiLabel {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** `GET api/stream?id` */
export interface ApiStreamDetail extends ApiStream {
  readonly experts: readonly ApiExpert[];
  readonly horizons: readonly ApiHorizon[];
  readonly networks: readonly ApiNetwork[];
  /** The newest labels, in the order in which they came. */
  readonly labels: readonly ApiLabel[];
  /** `until`: null with `on: false` where the pause ends when it is told to. */
  readonly learning: { readonly on: boolean; readonly until: string | null };
}

/**
 * `GET api/stream/history?id&from&to&points`, times in ms since 1970. A row whose `y` is null is a gap. In full (`step_ms` null) `y` is the reading;
 * else each row stands for `step_ms` from its `ts` on, with the least and the greatest reading, the mean forecast, the widest interval and the greatest score.
 */
export interface ApiHistory {
  readonly step_ms: number | null;
  readonly ts: readonly number[];
  readonly y?: readonly (number | null)[];
  readonly y_min?: readonly (number | null)[];
  readonly y_max?: readonly (number | null)[];
  readonly yhat: readonly (number | null)[];
  readonly yhat_lower: readonly (number | null)[];
  readonly yhat_upper: readonly (number | null)[];
  readonly anomaly_score: readonly (number | null)[];
  readonly anomaly: readonly boolean[];
  /** Place in `sources`. */
  readonly source: readonly number[];
  readonly sources: readonly string[];
}

/** `GET api/doctor` */
export interface ApiDoctor {
  /** When it looked: an answer is a minute old at most. */
  readonly at: string;
  readonly findings: readonly Finding[];
}

/** An error of the API. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string };
}

/** Frames of `GET api/events?streams=3,17`, by the name of their event. */
export interface ApiEvents {
  /** The first one. */
  readonly hello: {
    readonly now: string;
    readonly version: string;
    readonly revision: number;
    readonly cursor: number;
    readonly sources: readonly string[];
  };
  /** The newest reading of each stream since the frame before. */
  readonly readings: { readonly rows: readonly ApiReadingRow[] };
  /** The forecasts of a stream that was asked for: place, then a row for each horizon. */
  readonly forecast: readonly [index: number, rows: readonly ApiForecastRow[]];
  /** An alarm that has begun or ended, as `api/alarms` has it. */
  readonly alarm: AlarmView;
  /** A line of the log, only with `log=1`. */
  readonly log: { readonly at: number; readonly level: string; readonly message: string; readonly fields?: object };
  /** The members of `api/health`, every five seconds. */
  readonly health: object;
  /** The list of streams has changed: it is to be loaded anew. */
  readonly again: { readonly revision: number };
}

/** Index, ts, y, yhat, yhat_lower, yhat_upper, anomaly_score, anomaly (0 or 1), place of the source in `SOURCES`. */
export type ApiReadingRow = readonly [
  index: number,
  ts: number,
  y: number | null,
  yhat: number | null,
  yhat_lower: number | null,
  yhat_upper: number | null,
  anomaly_score: number | null,
  anomaly: 0 | 1,
  source: number,
];

/** Steps, the time that it is for, and the forecast with its interval. */
export type ApiForecastRow = readonly [
  steps: number,
  at: number | null,
  yhat: number | null,
  yhat_lower: number | null,
  yhat_upper: number | null,
];
