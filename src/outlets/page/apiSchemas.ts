import * as v from 'valibot';
import { ALARM_CHANNELS, ALARM_VERDICTS } from '../../domain/alarm.ts';
import type { Finding } from '../../domain/finding.ts';
import type { AlarmView } from '../alarms/alarmView.ts';
import type {
  ApiDoctor,
  ApiError,
  ApiHistory,
  ApiHorizonForecast,
  ApiStream,
  ApiStreamDetail,
  ApiStreams,
} from './api.ts';

/** Schemas of `api.ts`: tests hold the answers against them, and config/openapi.json is made of them. */
type Schema<Answer> = v.GenericSchema<unknown, Answer>;

const nullableNumber = v.nullable(v.number());
const nullableText = v.nullable(v.string());
const isoTime = v.pipe(v.string(), v.isoTimestamp());

const expectation = { yhat: nullableNumber, yhat_lower: nullableNumber, yhat_upper: nullableNumber };
const horizonForecast: Schema<ApiHorizonForecast> = v.strictObject({ at: v.nullable(isoTime), ...expectation });

const numbers = v.array(v.number());
const nullableNumbers = v.array(nullableNumber);

const spark = v.strictObject({
  ts: numbers,
  y_min: nullableNumbers,
  y_max: nullableNumbers,
  yhat_lower: nullableNumbers,
  yhat_upper: nullableNumbers,
  anomaly: v.array(v.boolean()),
});

const stream = {
  index: v.pipe(v.number(), v.integer()),
  id: v.string(),
  topic: nullableText,
  device: nullableText,
  field: nullableText,
  unit: nullableText,
  device_class: nullableText,
  silent: v.boolean(),
  decimals: v.pipe(v.number(), v.integer(), v.minValue(0)),
  interval_ms: nullableNumber,
  zone: v.string(),
  interval: v.number(),
  min_samples: v.pipe(v.number(), v.integer()),
  ts: v.nullable(isoTime),
  late: v.exactOptional(v.literal(true)),
  y: nullableNumber,
  ...expectation,
  anomaly_score: nullableNumber,
  anomaly: v.boolean(),
  forecast_at: v.record(v.string(), horizonForecast),
  state: nullableText,
  source: nullableText,
  skill: nullableNumber,
  coverage: nullableNumber,
  n: v.pipe(v.number(), v.integer()),
  class: nullableText,
  spark: v.exactOptional(spark),
};

const streamSchema: Schema<ApiStream> = v.strictObject(stream);

export const streamsSchema: Schema<ApiStreams> = v.strictObject({
  now: isoTime,
  revision: v.number(),
  cursor: v.number(),
  streams: v.array(streamSchema),
});

const expert = v.strictObject({
  name: v.string(),
  weight: v.number(),
  mae: nullableNumber,
  baseline: v.boolean(),
});

const horizon = v.strictObject({
  label: v.string(),
  steps: v.pipe(v.number(), v.integer()),
  mae: nullableNumber,
  mae_baseline: nullableNumber,
  skill: nullableNumber,
  coverage: nullableNumber,
  source: v.string(),
  weights: numbers,
});

const network = v.strictObject({
  name: v.string(),
  gradient_norm: nullableNumber,
  rate: v.number(),
  updates: v.pipe(v.number(), v.integer()),
  rolled_back: v.pipe(v.number(), v.integer()),
  frozen_until: v.nullable(isoTime),
});

const label = v.strictObject({ from: isoTime, to: isoTime, label: v.string() });

export const streamDetailSchema: Schema<ApiStreamDetail> = v.strictObject({
  ...stream,
  experts: v.array(expert),
  horizons: v.array(horizon),
  networks: v.array(network),
  labels: v.array(label),
  learning: v.strictObject({ on: v.boolean(), until: v.nullable(isoTime) }),
});

export const historySchema: Schema<ApiHistory> = v.strictObject({
  step_ms: nullableNumber,
  ts: numbers,
  y: v.exactOptional(nullableNumbers),
  y_min: v.exactOptional(nullableNumbers),
  y_max: v.exactOptional(nullableNumbers),
  yhat: nullableNumbers,
  yhat_lower: nullableNumbers,
  yhat_upper: nullableNumbers,
  anomaly_score: nullableNumbers,
  anomaly: v.array(v.boolean()),
  source: numbers,
  sources: v.array(v.string()),
});

const alarm: Schema<AlarmView> = v.strictObject({
  id: v.string(),
  stream: v.string(),
  start: isoTime,
  end: v.nullable(isoTime),
  score: nullableNumber,
  channel: v.nullable(v.picklist(ALARM_CHANNELS)),
  y: nullableNumber,
  ...expectation,
  known_low: nullableNumber,
  known_high: nullableNumber,
  verdict: v.nullable(v.picklist(ALARM_VERDICTS)),
  readings: nullableNumber,
  error_ratio: nullableNumber,
});

/** Alarms, those that go on first, then the newest; how many more there are, and how many there was no room for. */
export const alarmsSchema: Schema<{ readonly alarms: readonly AlarmView[] }> = v.strictObject({
  alarms: v.array(alarm),
  left_off: v.number(),
  forgotten: v.number(),
});

const finding: Schema<Finding> = v.strictObject({
  check: v.string(),
  verdict: v.picklist(['ok', 'note', 'warning', 'failed']),
  found: v.string(),
  advice: v.exactOptional(v.string()),
});

/** When the doctor looked, and what it found. */
export const doctorSchema: Schema<ApiDoctor> = v.strictObject({ at: isoTime, findings: v.array(finding) });

/** The answer of the command `options`. */
export const optionsSchema: Schema<object> = v.looseObject({
  revision: v.string(),
  options: v.array(v.looseObject({ name: v.string() })),
});

export const errorSchema: Schema<ApiError> = v.strictObject({
  error: v.strictObject({ code: v.string(), message: v.string() }),
});

/** The content of `bridge/health`, of which the README of the outlets tells, with the link to the broker and what the configuration allows. */
export const healthSchema: Schema<object> = v.looseObject({
  uptime_s: v.number(),
  rss_mb: v.number(),
  heap_mb: v.number(),
  event_loop_delay_ms: nullableNumber,
  streams: v.number(),
  messages: v.number(),
  forecasts: v.number(),
  dropped: v.record(v.string(), v.number()),
  cpu_share: nullableNumber,
  broker: v.strictObject({ connected: v.boolean(), since: v.string() }),
  limits: v.strictObject({ writes_per_day: v.number(), memory_mb: v.number(), cpu_share: v.number() }),
  batches: v.nullable(
    v.strictObject({
      count: v.number(),
      readings: v.number(),
      half_within_ms: nullableNumber,
      most_within_ms: nullableNumber,
    }),
  ),
});

/** The content of `bridge/info`. */
export const infoSchema: Schema<object> = v.looseObject({
  version: v.string(),
  node: v.string(),
  arch: v.string(),
  restart_required: v.array(v.string()),
});

/** An answer of a command, as at `bridge/response/<command>`. */
export const responseSchema: Schema<object> = v.looseObject({
  status: v.picklist(['ok', 'error']),
  data: v.looseObject({}),
  error: v.exactOptional(v.strictObject({ code: v.string(), message: v.string(), remedy: v.string() })),
  answered_by: v.string(),
});
