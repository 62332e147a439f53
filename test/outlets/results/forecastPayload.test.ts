import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { ANY_READING } from '../../../src/domain/validReadings.ts';
import { everyMessage, forecastOf } from '../../pipeline/samples.ts';
import { PayloadTexts } from '../../support/payloadTexts.ts';

const payloads = new PayloadTexts();

const AT = Date.parse('2026-11-24T05:00:00.250Z');

const FULL = forecastOf('kitchen/temperature', AT, {
  value: 20.123456789012,
  expected: { mean: 20.0000000049, lower: 19.5, upper: 20.5 },
  horizons: [
    { horizon: { label: '1', steps: 1 }, mean: 1 / 3, lower: -1 / 3, upper: 2 / 3 },
    { horizon: { label: '1h', steps: 60 }, mean: 21, lower: null, upper: null },
  ],
  anomalyScore: 0.123456,
  anomaly: false,
  state: 'active',
  source: 'lstm_direct',
  skill: -0.000049,
  coverage: 0.90005,
  samples: 18_231,
  resolution: 0.01,
  cadence: toDurationMs(60_000.4),
});

const EMPTY = forecastOf('s', AT, { value: null, state: 'starting', samples: 0 });

const SETTINGS = { step: everyMessage, valid: ANY_READING };

const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('ForecastPayloads.state', () => {
  it('says everything about the last reading, in this order', () => {
    expect(payloads.state(FULL, SETTINGS)).toBe(
      '{"ts":"2026-11-24T05:00:00.250Z","y":20.123456789012,"yhat":20,"yhat_lower":19.5,"yhat_upper":20.5,' +
        '"anomaly_score":0.1235,"anomaly":false,"forecast_at":{"1":{"at":"2026-11-24T05:01:00.250Z","yhat":0.333,' +
        '"yhat_lower":-0.333,"yhat_upper":0.667},"1h":{"at":"2026-11-24T06:00:00.274Z","yhat":21,"yhat_lower":null,"yhat_upper":null}},"state":"active",' +
        '"source":"lstm_direct","skill":0,"coverage":0.9001,"n":18231}',
    );
  });

  it('says so where the reading is late, and only there', () => {
    const late = payloads.state({ ...FULL, late: true }, SETTINGS);
    expect(late).toBe(payloads.state(FULL, SETTINGS).replace(',"y":', ',"late":true,"y":'));
    expect(parse(payloads.anomaly({ ...FULL, late: true }, 'id-1', SETTINGS))['late']).toBe(true);
    expect(payloads.anomaly(FULL, 'id-1', SETTINGS)).not.toContain('late');
  });

  it('has null where nothing is known yet', () => {
    expect(parse(payloads.state(EMPTY, SETTINGS))).toEqual({
      ts: '2026-11-24T05:00:00.250Z',
      y: null,
      yhat: null,
      yhat_lower: null,
      yhat_upper: null,
      anomaly_score: null,
      anomaly: false,
      forecast_at: {},
      state: 'starting',
      source: 'last_value',
      skill: null,
      coverage: null,
      n: 0,
    });
  });

  it('is JSON with the same keys whatever the numbers are, and null for what is not a number', () => {
    const number = fc.double();
    const known = fc.option(number);
    void fc.assert(
      fc.property(number, known, known, known, (mean, lower, score, value) => {
        const expectation = { mean, lower, upper: lower };
        const odd: Forecast = {
          ...FULL,
          value,
          expected: expectation,
          horizons: [{ horizon: { label: '1', steps: 1 }, ...expectation }],
          anomalyScore: score,
          skill: score,
          coverage: score,
        };
        const payload = parse(payloads.state(odd, SETTINGS));
        expect(Object.keys(payload)).toEqual(Object.keys(parse(payloads.state(FULL, SETTINGS))));
        expect(payload['yhat'] === null).toBe(!Number.isFinite(mean));
        expect(payload['yhat_lower'] === null).toBe(lower === null || !Number.isFinite(lower));
        expect(payload['anomaly_score'] === null).toBe(score === null || !Number.isFinite(score));
        expect(payload['y']).toBe(value === null || !Number.isFinite(value) ? null : value + 0);
      }),
    );
  });

  it('keeps scores that are too large for decimals', () => {
    expect(parse(payloads.state({ ...FULL, anomalyScore: 1e306 }, SETTINGS))['anomaly_score']).toBe(1e306);
  });
});

describe('the time of what is forecast', () => {
  const timesOf = (forecast: Forecast, settings: Parameters<typeof payloads.state>[1]): unknown[] => {
    const { forecast_at: each } = JSON.parse(payloads.state(forecast, settings));
    const { at } = JSON.parse(payloads.columns(forecast, settings));
    expect(Object.values(each as Record<string, { at: unknown }>).map((entry) => entry.at)).toEqual(at);
    return at;
  };

  it('is exact on a grid, whatever the cadence was', () => {
    const grid = { every: toDurationMs(300_000), gapAfter: toDurationMs(900_000) };
    expect(timesOf(FULL, { ...SETTINGS, step: grid })).toEqual([
      '2026-11-24T05:05:00.250Z',
      '2026-11-24T10:00:00.250Z',
    ]);
  });

  it('is null while nothing is known of the time between messages, and beyond all dates', () => {
    expect(timesOf({ ...FULL, cadence: null }, SETTINGS)).toEqual([null, null]);
    expect(timesOf({ ...FULL, cadence: toDurationMs(8.64e15) }, SETTINGS)).toEqual([null, null]);
  });
});

describe('what is valid', () => {
  it('is never left, be it by rounding', () => {
    const valid = { min: 0.00043, max: 20.4996, not: [] };
    const settings = { ...SETTINGS, valid };
    const expected = { mean: 20.4996, lower: 0.00043, upper: 20.4996 };
    const [horizon] = FULL.horizons;
    const edge: Forecast = { ...FULL, expected, horizons: horizon ? [{ ...horizon, ...expected }] : [] };
    const bounds = { yhat: 20.4996, yhat_lower: 0.00043, yhat_upper: 20.4996 };
    expect(JSON.parse(payloads.state(edge, settings))).toMatchObject({ ...bounds, forecast_at: { 1: bounds } });
    expect(JSON.parse(payloads.anomaly(edge, 'id', settings))).toMatchObject(bounds);
  });
});

describe('ForecastPayloads.columns', () => {
  it('has a column per bound, with the horizons as configured', () => {
    expect(parse(payloads.columns(FULL, SETTINGS))).toEqual({
      ts: '2026-11-24T05:00:00.250Z',
      horizon: ['1', '1h'],
      at: ['2026-11-24T05:01:00.250Z', '2026-11-24T06:00:00.274Z'],
      yhat: [0.333, 21],
      yhat_lower: [-0.333, null],
      yhat_upper: [0.667, null],
    });
  });
});

describe('ForecastPayloads.anomaly', () => {
  it('tells what happened at the start, and the end by the same id', () => {
    const start = { ...FULL, anomaly: true, anomalyScore: 1.5 };
    expect(parse(payloads.anomaly(start, 'id-1', SETTINGS))).toEqual({
      id: 'id-1',
      phase: 'start',
      ts: '2026-11-24T05:00:00.250Z',
      score: 1.5,
      y: 20.123456789012,
      yhat: 20,
      yhat_lower: 19.5,
      yhat_upper: 20.5,
    });
    expect(parse(payloads.anomaly({ ...start, anomaly: false }, 'id-1', SETTINGS))).toMatchObject({
      id: 'id-1',
      phase: 'end',
    });
  });
});
