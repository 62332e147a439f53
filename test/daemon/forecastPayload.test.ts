import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anomalyPayload, columnsPayload, statePayload } from '../../src/daemon/forecastPayload.ts';
import type { Forecast } from '../../src/domain/forecast.ts';
import { forecastOf } from '../pipeline/samples.ts';

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
});

const EMPTY = forecastOf('s', AT, { value: null, state: 'starting', samples: 0 });

const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('statePayload', () => {
  it('says everything about the last reading, in this order', () => {
    expect(statePayload(FULL)).toBe(
      '{"ts":"2026-11-24T05:00:00.250Z","y":20.123456789012,"yhat":20,"yhat_lower":19.5,"yhat_upper":20.5,' +
        '"anomaly_score":0.1235,"anomaly":false,"forecast_at":{"1":{"yhat":0.333333333,"yhat_lower":-0.333333333,' +
        '"yhat_upper":0.666666667},"1h":{"yhat":21,"yhat_lower":null,"yhat_upper":null}},"state":"active",' +
        '"source":"lstm_direct","skill":0,"coverage":0.9001,"n":18231}',
    );
  });

  it('says so where the reading is late, and only there', () => {
    const late = statePayload({ ...FULL, late: true });
    expect(late).toBe(statePayload(FULL).replace(',"y":', ',"late":true,"y":'));
    expect(parse(anomalyPayload({ ...FULL, late: true }, 'id-1'))['late']).toBe(true);
    expect(anomalyPayload(FULL, 'id-1')).not.toContain('late');
  });

  it('has null where nothing is known yet', () => {
    expect(parse(statePayload(EMPTY))).toEqual({
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
        const payload = parse(statePayload(odd));
        expect(Object.keys(payload)).toEqual(Object.keys(parse(statePayload(FULL))));
        expect(payload['yhat'] === null).toBe(!Number.isFinite(mean));
        expect(payload['yhat_lower'] === null).toBe(lower === null || !Number.isFinite(lower));
        expect(payload['anomaly_score'] === null).toBe(score === null || !Number.isFinite(score));
        expect(payload['y']).toBe(value === null || !Number.isFinite(value) ? null : value + 0);
      }),
    );
  });

  it('keeps scores that are too large for decimals', () => {
    expect(parse(statePayload({ ...FULL, anomalyScore: 1e306 }))['anomaly_score']).toBe(1e306);
  });
});

describe('columnsPayload', () => {
  it('has a column per bound, with the horizons as configured', () => {
    expect(parse(columnsPayload(FULL))).toEqual({
      ts: '2026-11-24T05:00:00.250Z',
      horizon: ['1', '1h'],
      yhat: [0.333333333, 21],
      yhat_lower: [-0.333333333, null],
      yhat_upper: [0.666666667, null],
    });
  });
});

describe('anomalyPayload', () => {
  it('tells what happened at the start, and the end by the same id', () => {
    const start = { ...FULL, anomaly: true, anomalyScore: 1.5 };
    expect(parse(anomalyPayload(start, 'id-1'))).toEqual({
      id: 'id-1',
      phase: 'start',
      ts: '2026-11-24T05:00:00.250Z',
      score: 1.5,
      y: 20.123456789012,
      yhat: 20,
      yhat_lower: 19.5,
      yhat_upper: 20.5,
    });
    expect(parse(anomalyPayload({ ...start, anomaly: false }, 'id-1'))).toMatchObject({ id: 'id-1', phase: 'end' });
  });
});
