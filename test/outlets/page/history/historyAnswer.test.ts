import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerHistory, answerSpark } from '../../../../src/outlets/page/history/historyAnswer.ts';
import { historyOf, START, series } from './readings.ts';

const MINUTE = 60_000;
const ALL = { from: START, to: START + 1e12, interval: MINUTE, decimals: 2 };
const known = (values: readonly (number | null)[] = []): number[] => values.filter((value) => value !== null);

test('few rows are in full, and the forecast has the decimals that were asked for', () => {
  const readings = series(100, MINUTE, (i) => i / 10).map((each) => ({ ...each, mean: 1.23456, half: 0.5 }));
  const answer = answerHistory(historyOf(readings).all(), { ...ALL, points: 100 });
  expect([answer.step_ms, answer.ts.length, answer.y_min]).toEqual([null, 100, undefined]);
  expect(answer.y).toEqual(readings.map(({ value }) => value));
  expect(new Set(answer.yhat)).toEqual(new Set([1.23]));
  expect(answer.sources[answer.source[0] as number]).toBe('linear');
});

test('more are thinned to spans of equal time, whose least and greatest are those of the full ones, for every span', () => {
  const readings = series(500, MINUTE, (i) => ((i * 7919) % 1000) / 10);
  const rows = historyOf(readings).all();
  void fc.assert(
    fc.property(fc.nat(499), fc.nat(499), fc.integer({ min: 2, max: 120 }), (a, b, points) => {
      const [from, to] = [START + Math.min(a, b) * MINUTE, START + Math.max(a, b) * MINUTE];
      const full = answerHistory(rows, { ...ALL, from, to, points: 2000 });
      const thin = answerHistory(rows, { ...ALL, from, to, points });
      expect(thin.ts.length).toBeLessThanOrEqual(points);
      expect(Math.max(...known(thin.y_max ?? thin.y))).toBe(Math.max(...known(full.y)));
      expect(Math.min(...known(thin.y_min ?? thin.y))).toBe(Math.min(...known(full.y)));
      expect(thin.ts).toEqual([...thin.ts].sort((x, y) => x - y));
    }),
  );
});

test('all that is kept is thinned over the time of its rows, however wide the span that is asked for', () => {
  const rows = historyOf(series(500, MINUTE, (i) => i)).all();
  const { ts, step_ms } = answerHistory(rows, { ...ALL, from: -8.64e15, to: 8.64e15, points: 50 });
  expect([ts.length, ts[0], step_ms]).toEqual([50, START, Math.ceil((499 * MINUTE + 1) / 50)]);
});

test('a gap is an empty row between readings that are further apart than three usual intervals', () => {
  const readings = [...series(10, MINUTE, (i) => i), { at: START + 60 * MINUTE, value: 5 }];
  const { ts, y } = answerHistory(historyOf(readings).all(), { ...ALL, points: 600 });
  expect([ts.length, y?.indexOf(null), ts[10]]).toEqual([12, 10, START + 34.5 * MINUTE]);
  const unknown = answerHistory(historyOf(readings).all(), { ...ALL, interval: Number.NaN, points: 600 });
  expect(unknown.y).not.toContain(null);
});

test('nothing is an answer without rows', () => {
  const answer = answerHistory(historyOf([]).all(), { ...ALL, points: 10 });
  expect([answer.ts, answer.y]).toEqual([[], []]);
  expect(answerSpark(historyOf([]).readings(), 10, ALL).ts).toEqual([]);
});

test('a spark has as many rows as were asked for, with every peak', () => {
  const readings = series(500, MINUTE, (i) => (i === 321 ? 99 : i % 5));
  const spark = answerSpark(historyOf(readings).readings(), 60, ALL);
  expect(spark.ts.length).toBeLessThanOrEqual(60);
  expect([Math.max(...known(spark.y_max)), Math.min(...known(spark.y_min))]).toEqual([99, 0]);
});
