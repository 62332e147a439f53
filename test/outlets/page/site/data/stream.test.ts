import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ApiStream } from '../../../../../src/outlets/page/api.ts';
import { sparkRange } from '../../../../../src/outlets/page/site/charts/sparkRange.ts';
import { Recent } from '../../../../../src/outlets/page/site/data/recent.ts';
import { Stream } from '../../../../../src/outlets/page/site/data/stream.ts';
import { fixtureStreams, streamAnswer } from '../../../../e2e/page/fixtureStreams.ts';

const NOW = Date.UTC(2026, 2, 12);
const MINUTE = 60_000;
const ANSWER: ApiStream = streamAnswer(fixtureStreams(1, NOW)[0] as never, 60);
const SOURCES = ['last_value', 'lstm_direct'];

function streamWithPicture(): Stream {
  const stream = new Stream(ANSWER, NOW);
  stream.takeSpark(ANSWER.spark as never);
  return stream;
}

it('takes readings in their order alone: one that is late, or comes twice, changes nothing', () => {
  const stream = streamWithPicture();
  stream.takeRow([0, NOW + 5 * MINUTE, 7, 6, 5, 8, 1.5, 1, 0], SOURCES, NOW);
  const { version } = stream;
  for (const at of [NOW + 5 * MINUTE, NOW]) stream.takeRow([0, at, 1, 1, 1, 1, 1, 0, 1], SOURCES, NOW);
  stream.take({ ...ANSWER, skill: 0.5 }, NOW);
  expect([stream.y, stream.score, stream.isAlarm, stream.source]).toEqual([7, 1.5, true, 'last_value']);
  expect(stream.version).toBe(version + 1);
  expect(stream.info.skill).toBe(0.5);
  expect(stream.recent?.newest).toBe(NOW + 5 * MINUTE);
});

it('shows no forecast of a time that is over, until the next forecast has come', () => {
  const stream = new Stream(ANSWER, NOW);
  expect(stream.fan.map(({ label }) => label)).toEqual(['1', '6', '12']);
  stream.takeRow([0, NOW + 5 * MINUTE, 7, 6, 5, 8, 1.5, 1, 0], SOURCES, NOW);
  expect(stream.fan.map(({ label }) => label)).toEqual(['6', '12']);
  stream.takeForecast([
    0,
    [
      [1, NOW + 10 * MINUTE, 3, 2, 4],
      [6, NOW + 35 * MINUTE, null, null, null],
    ],
  ]);
  expect(stream.fan).toEqual([{ label: '1', at: NOW + 10 * MINUTE, mean: 3, lower: 2, upper: 4 }]);
});

it('has a gap in its picture where readings are missing, and no picture where the page has missed some', () => {
  const stream = streamWithPicture();
  const before = stream.recent?.length ?? 0;
  stream.takeRow([0, NOW + 60 * MINUTE, 7, 6, 5, 8, 1.5, 1, 0], SOURCES, NOW + 60 * MINUTE);
  expect(stream.recent?.length).toBe(before + 2);
  expect(stream.recent?.low[before]).toBeNaN();
  expect([stream.isLeftOut, stream.isBehind]).toEqual([false, false]);
  stream.take({ ...ANSWER, ts: new Date(NOW + 90 * MINUTE).toISOString() }, NOW);
  expect(stream.recent).toBeUndefined();
});

it('has no gap where readings between two frames were left out, as in a replay that is faster than time', () => {
  const stream = streamWithPicture();
  const before = stream.recent?.length ?? 0;
  for (const frame of [1, 2, 3])
    stream.takeRow([0, NOW + frame * 60 * MINUTE, 7, 6, 5, 8, 1.5, 1, 0], SOURCES, NOW + frame * 250);
  // The picture stays as it was, with the forecasts that belong to it, until it is asked for anew.
  expect([stream.recent?.length, stream.isBehind]).toEqual([before, true]);
  expect(stream.pictureFan.map(({ label }) => label)).toEqual(['1', '6', '12']);
  stream.takeSpark(ANSWER.spark as never);
  expect([stream.isBehind, stream.pictureFan]).toEqual([false, stream.fan]);
});

it('knows that a stream is silent after three usual intervals', () => {
  const stream = new Stream(ANSWER, NOW);
  expect([14, 16].map((minutes) => stream.silence(NOW + minutes * MINUTE))).toEqual([null, 16 * MINUTE]);
  expect(new Stream({ ...ANSWER, interval_ms: null }, NOW).silence(NOW + 1e9)).toBeNull();
  expect(new Stream({ ...ANSWER, ts: null }, NOW).silence(NOW + 1e9)).toBeNull();
});

it('takes the clock of a sensor whose times are far from ours: it is silent once it sends no more', () => {
  const later = NOW + 300 * 24 * 60 * MINUTE;
  const stream = new Stream(ANSWER, later);
  // While no reading could have come it is open which of both it is.
  expect([0, 14, 16].map((minutes) => stream.silence(later + minutes * MINUTE))).toEqual([
    null,
    null,
    later - NOW + 16 * MINUTE,
  ]);
  expect(stream.hasOwnClock(later)).toBe(true);
  expect(new Stream(ANSWER, NOW).hasOwnClock(NOW + 60 * MINUTE)).toBe(false);
  stream.takeRow([0, NOW + 5 * MINUTE, 7, 6, 5, 8, 1.5, 1, 0], SOURCES, later);
  expect(stream.timeOf(later + MINUTE)).toBe(NOW + 6 * MINUTE);
  expect([14, 16].map((minutes) => stream.silence(later + minutes * MINUTE))).toEqual([null, 16 * MINUTE]);
  // A reading that is a little late says nothing of the clock.
  stream.takeRow([0, later, 7, 6, 5, 8, 1.5, 1, 0], SOURCES, later + 2 * MINUTE);
  expect(stream.timeOf(later + 3 * MINUTE)).toBe(later + 3 * MINUTE);
});

it('keeps 144 rows of a picture, the newest, and has all of them in its range', () => {
  const rows = fc.array(fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true })), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(rows, (values) => {
      const recent = new Recent();
      values.forEach((value, i) => {
        recent.add(NOW + i, value, value, value === null ? null : value - 1e12, null, false);
      });
      expect(recent.length).toBe(Math.min(144, values.length));
      expect(recent.newest).toBe(NOW + values.length - 1);
      const kept = values.slice(-144).filter((value) => value !== null);
      const range = sparkRange(recent, []);
      expect(range === undefined).toBe(kept.length === 0);
      if (range === undefined) return;
      expect(range.high).toBeGreaterThan(range.low);
      expect(range.to).toBeGreaterThan(range.from);
      for (const value of kept) expect(value >= range.low && value <= range.high).toBe(true);
    }),
  );
});

it('knows which readings the frames have left out: those of a sensor that sends more often than frames come', () => {
  const often = { ...ANSWER, interval_ms: 100 };
  const stream = new Stream(often, NOW);
  stream.takeSpark(ANSWER.spark as never);
  stream.takeRow([0, NOW + 100, 7, 6, 5, 8, 1.5, 1, 0], SOURCES, NOW + 100);
  expect(stream.isBehind).toBe(false);
  stream.takeRow([0, NOW + 400, 7, 6, 5, 8, 1.5, 1, 0], SOURCES, NOW + 400);
  expect(stream.isBehind).toBe(true);
});
