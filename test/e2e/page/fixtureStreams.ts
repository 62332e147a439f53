import type { ApiHistory, ApiSpark, ApiStream, ApiStreamDetail } from '../../../src/outlets/page/api.ts';

const MINUTE = 60_000;

/** A stream of the fixture: a curve with a rhythm, whose forecasts are a little off. */
export interface FixtureStream {
  readonly index: number;
  readonly id: string;
  readonly device: string;
  readonly field: string;
  readonly unit: string;
  readonly decimals: number;
  readonly interval: number;
  /** Middle and height of the curve, and readings of a rhythm. */
  readonly shape: readonly [number, number, number];
  isAlarm: boolean;
  /** Time of the newest reading. */
  at: number;
  /** Added to each reading from here on. */
  shift: number;
  state: string;
}

const KINDS: readonly (readonly [string, string, string, number, readonly [number, number, number]])[] = [
  ['pump7', 'vibration', 'mm/s', 2, [2.9, 0.4, 12]],
  ['livingroom', 'temperature', '°C', 1, [21, 1.5, 96]],
  ['fridge_plug', 'power', 'W', 0, [40, 40, 10]],
  ['solar', 'irradiance', 'W/m²', 0, [300, 280, 144]],
  ['office', 'co2', 'ppm', 0, [700, 280, 90]],
  ['washer', 'apower', 'W', 1, [2, 0.1, 70]],
];

/** @param now time of the newest reading of all, epoch ms */
export function fixtureStreams(count: number, now: number): FixtureStream[] {
  return Array.from({ length: count }, (_, index) => {
    const [device, field, unit, decimals, shape] = KINDS[index % KINDS.length] as (typeof KINDS)[number];
    const name = index < KINDS.length ? device : `${device}_${Math.floor(index / KINDS.length)}`;
    return {
      index,
      id: `home/${name}/${field}`,
      device: name,
      field,
      unit,
      decimals,
      interval: 5 * MINUTE,
      shape,
      isAlarm: false,
      at: now,
      shift: 0,
      state: 'active',
    };
  });
}

/** The reading of a time. */
export function valueAt(
  { shape: [middle, height, rhythm], interval, shift, at: newest }: FixtureStream,
  at: number,
): number {
  const wave = Math.sin((at / interval / rhythm) * 2 * Math.PI) + 0.2 * Math.sin(at / interval);
  return middle + (height * wave) / 1.2 + (at > newest - 12 * interval ? shift : 0);
}

function expectedAt(stream: FixtureStream, at: number): { yhat: number; lower: number; upper: number } {
  const yhat = valueAt({ ...stream, shift: 0 }, at) + stream.shape[1] * 0.06;
  const width = stream.shape[1] * 0.25;
  return { yhat, lower: yhat - width, upper: yhat + width };
}

/** Entry of `api/streams`. */
export function streamAnswer(stream: FixtureStream, sparkPoints?: number): ApiStream {
  const { index, id, device, field, unit, decimals, interval, at, isAlarm, state } = stream;
  const { yhat, lower, upper } = expectedAt(stream, at);
  const horizons = [1, 6, 12].map((steps) => [`${steps}`, horizonAt(stream, at + steps * interval, steps)]);
  return {
    ...{ index, id, device, field, unit, decimals, state, topic: `home/${device}`, device_class: null, silent: false },
    ...{ interval_ms: interval, zone: 'Europe/Berlin', interval: 0.9, min_samples: 200, class: null },
    ...{ ts: new Date(at).toISOString(), y: valueAt(stream, at), yhat, yhat_lower: lower, yhat_upper: upper },
    ...{ anomaly_score: isAlarm ? 3.5 : 0.2, anomaly: isAlarm, forecast_at: Object.fromEntries(horizons) },
    ...{ source: 'lstm_direct', skill: 0.19 - index * 0.05, coverage: 0.882, n: 2557 },
    ...(sparkPoints === undefined ? {} : { spark: sparkOf(stream, sparkPoints) }),
  };
}

function horizonAt(stream: FixtureStream, at: number, steps: number): ApiStream['forecast_at'][string] {
  const { yhat, lower, upper } = expectedAt(stream, at);
  const more = stream.shape[1] * 0.05 * steps;
  return { at: new Date(at).toISOString(), yhat, yhat_lower: lower - more, yhat_upper: upper + more };
}

function timesOf({ at, interval }: FixtureStream, count: number, step = interval): number[] {
  return Array.from({ length: count }, (_, i) => at - (count - 1 - i) * step);
}

function sparkOf(stream: FixtureStream, points: number): ApiSpark {
  const ts = timesOf(stream, points);
  const y = ts.map((at) => valueAt(stream, at));
  return {
    ts,
    y_min: y,
    y_max: y,
    yhat_lower: ts.map((at) => expectedAt(stream, at).lower),
    yhat_upper: ts.map((at) => expectedAt(stream, at).upper),
    anomaly: ts.map((at) => isAlarmAt(stream, at)),
  };
}

function isAlarmAt({ isAlarm, at: newest, interval }: FixtureStream, at: number): boolean {
  return isAlarm && at > newest - 10 * interval;
}

const KEPT_MS = 10 * 24 * 60 * MINUTE;

/** Columns of a span: in full up to 600 rows, else by buckets. A gap of an hour is in it. */
export function historyAnswer(stream: FixtureStream, from: number | undefined, points: number): ApiHistory {
  const start = from ?? stream.at - KEPT_MS;
  const rows = Math.floor((stream.at - start) / stream.interval) + 1;
  const isThinned = rows > 600;
  const step = isThinned ? Math.ceil((stream.at - start) / (points / 2)) : stream.interval;
  const ts = timesOf(stream, isThinned ? Math.floor(points / 2) : rows, step);
  const y = ts.map((at, i) => (!isThinned && i > 3 && i < 8 ? null : valueAt(stream, at)));
  const expected = ts.map((at) => expectedAt(stream, at));
  const readings = isThinned
    ? {
        y_min: y.map((value) => (value ?? 0) - stream.shape[1] * 0.1),
        y_max: y.map((value) => (value ?? 0) + stream.shape[1] * 0.1),
      }
    : { y };
  return {
    step_ms: isThinned ? step : null,
    ts,
    ...readings,
    yhat: expected.map(({ yhat }) => yhat),
    yhat_lower: expected.map(({ lower }) => lower),
    yhat_upper: expected.map(({ upper }) => upper),
    anomaly_score: ts.map((at) => (isAlarmAt(stream, at) ? 3.5 : 0.2)),
    anomaly: ts.map((at) => isAlarmAt(stream, at)),
    source: ts.map((_, i) => (i < ts.length / 3 ? 0 : i < ts.length / 2 ? 1 : 3)),
    sources: ['last_value', 'linear', 'lstm_residual', 'lstm_direct'],
  };
}

/** Answer of `api/stream`. */
export function detailAnswer(stream: FixtureStream, label: string): ApiStreamDetail {
  const expert = (
    name: string,
    weight: number,
    mae: number,
    baseline: boolean,
  ): ApiStreamDetail['experts'][number] => ({ name, weight, mae, baseline });
  const horizon = (steps: number): ApiStreamDetail['horizons'][number] => ({
    ...{
      label: `${steps}`,
      steps,
      mae: 0.103 * steps ** 0.4,
      mae_baseline: 0.128 * steps ** 0.4,
      skill: 0.19,
      coverage: 0.886,
    },
    ...{ source: 'lstm_direct', weights: [0.01, 0.11, 0.19, 0.69] },
  });
  const network = { gradient_norm: 0.14, rate: 0.0004, updates: 640, rolled_back: 0, frozen_until: null };
  return {
    ...streamAnswer(stream),
    experts: [
      expert('last_value', 0.01, 0.199, true),
      expert('linear', 0.11, 0.128, true),
      expert('lstm_residual', 0.19, 0.114, false),
      expert('lstm_direct', 0.69, 0.099, false),
    ],
    horizons: [horizon(1), horizon(6), horizon(12)],
    networks: [
      { name: 'lstm_residual', ...network },
      { name: 'lstm_direct', ...network },
    ],
    labels: [
      {
        from: new Date(stream.at - 60 * MINUTE).toISOString(),
        to: new Date(stream.at - 20 * MINUTE).toISOString(),
        label,
      },
    ],
    learning: { on: true, until: null },
  };
}
