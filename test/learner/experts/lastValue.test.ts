import { describe, expect, it } from 'vitest';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { LastValue } from '../../../src/learner/experts/lastValue.ts';
import { Observation } from '../../../src/learner/observation.ts';
import { expertContract } from '../../contract/expertContract.ts';

describe('as any expert', () => {
  expertContract(() => new LastValue());
});

it('says at every horizon that nothing will change', () => {
  const row = new Observation([1, 5]);
  const forecast = new Float64Array(2);
  for (const value of [3, 4.5, Number.NaN]) {
    row.advance({ at: toEpochMs(row.at + 1000), zoneOffset: toDurationMs(0), value });
    new LastValue().predict(forecast, row);
    expect([...forecast]).toEqual([row.value, row.value]);
  }
  expect(row.value).toBe(4.5);
});

it('is a baseline that never fails', () => {
  const { name, isBaseline, isHealthy } = new LastValue();
  expect([name, isBaseline, isHealthy]).toEqual(['last_value', true, true]);
});
