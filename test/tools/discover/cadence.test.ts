import { expect, test } from 'vitest';
import { toCadence } from '../../../src/tools/discover/cadence.ts';

test('is regular with some jitter and a lost message', () => {
  expect(toCadence([10_000, 10_200, 9_900, 20_100, 10_050])).toEqual({ kind: 'regular', medianMs: 10_050 });
});

test('is on change where intervals differ by multiples', () => {
  expect(toCadence([60_000, 420_000, 3_000, 900_000, 500_000])).toEqual({ kind: 'on-change', medianMs: 420_000 });
});

test('says unknown before there are three intervals', () => {
  expect(toCadence([])).toEqual({ kind: 'unknown', medianMs: undefined });
  expect(toCadence([5_000, 5_000])).toEqual({ kind: 'unknown', medianMs: 5_000 });
});
