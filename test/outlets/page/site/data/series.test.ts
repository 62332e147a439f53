import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ApiHistory, ApiStream } from '../../../../../src/outlets/page/api.ts';
import { Series } from '../../../../../src/outlets/page/site/data/series.ts';
import { Stream } from '../../../../../src/outlets/page/site/data/stream.ts';
import { fixtureStreams, streamAnswer } from '../../../../e2e/page/fixtureStreams.ts';

const START = Date.UTC(2026, 2, 12);
const MINUTE = 60_000;

function history(step: number | null): ApiHistory {
  const columns = {
    ts: [START],
    yhat: [1],
    yhat_lower: [0],
    yhat_upper: [2],
    anomaly_score: [0.5],
    anomaly: [false],
    source: [0],
    sources: ['linear'],
  };
  return step === null ? { step_ms: step, ...columns, y: [1] } : { step_ms: step, ...columns, y_min: [1], y_max: [1] };
}

function streamAt(at: number, y: number): Stream {
  const answer: ApiStream = streamAnswer(fixtureStreams(1, START)[0] as never);
  return new Stream({ ...answer, interval_ms: MINUTE, ts: new Date(at).toISOString(), y }, at);
}

it('takes a reading once, with a gap before it where others are missing', () => {
  const series = new Series(history(null));
  for (const minutes of [1, 1, 2, 9]) series.add(streamAt(START + minutes * MINUTE, minutes), 0);
  expect(series.ts.map((at) => (at - START) / MINUTE)).toEqual([0, 1, 2, 5.5, 9]);
  expect(series.high).toEqual([1, 1, 2, null, 9]);
  expect(series.sources).toEqual(['linear', 'lstm_direct']);
  expect(series.source).toEqual([0, 1, 1, null, 1]);
});

it('loses no peak in a bucket, and keeps as many rows as the span has', () => {
  const readings = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 20 }), fc.double({ min: -1e3, max: 1e3, noNaN: true })),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(readings, (steps) => {
      const series = new Series(history(10 * MINUTE));
      const all = [1];
      let at = START;
      for (const [minutes, y] of steps) {
        at += minutes * MINUTE;
        all.push(y);
        series.add(streamAt(at, y), 0);
      }
      const present = (column: readonly (number | null)[]): number[] =>
        column.filter((value): value is number => value !== null);
      expect(Math.max(...present(series.high))).toBe(Math.max(...all));
      expect(Math.min(...present(series.low))).toBe(Math.min(...all));
      expect(series.ts.every((time, i) => i === 0 || time > (series.ts[i - 1] as number))).toBe(true);
      const columns = [
        series.low,
        series.high,
        series.yhat,
        series.lower,
        series.upper,
        series.score,
        series.alarm,
        series.source,
      ];
      series.add(streamAt(at + 10 * MINUTE, 0), at);
      expect(columns.map((column) => column.length)).toEqual(columns.map(() => series.ts.length));
      expect(series.ts[0]).toBeGreaterThanOrEqual(at);
    }),
  );
});
