import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HistoryBook } from '../../../../src/outlets/page/history/historyBook.ts';
import { LAYOUTS } from '../../../../src/outlets/page/history/layout.ts';
import { PageStreams } from '../../../../src/outlets/page/pageStreams.ts';
import { forecastOf, idOf } from '../../../pipeline/samples.ts';
import { lend } from '../../../support/lent.ts';
import { rounds } from '../../../support/rounds.ts';

/** A book, and the streams that keep the places of their histories. */
function bookOf(bytes: number) {
  const book = new HistoryBook(bytes);
  const streams = new PageStreams();
  const add = (name: string, at: number): void =>
    lend(forecastOf(name, at, { value: at }), (it) => book.add(it, streams.take(it)));
  return { book, streams, add };
}

/** Bytes of the shortest history that there is. */
const SHORTEST = Math.min(...LAYOUTS.map(({ bytes }) => bytes));

const anyStep = fc.record({
  stream: fc.nat(60),
  /** `renewed`: the stream comes back at once, and keeps its history. */
  kind: fc.constantFrom('reading', 'reading', 'reading', 'evicted', 'forgotten', 'renewed'),
});

test('histories never take more than their bytes, and each has the last reading of its stream, however many come and go', () => {
  void fc.assert(
    fc.property(fc.integer({ min: 1000, max: 300_000 }), fc.array(anyStep, { maxLength: 150 }), (bytes, steps) => {
      const { book, streams, add } = bookOf(bytes);
      const lastTimes = new Map<string, number>();
      for (const [at, { stream, kind }] of steps.entries()) {
        const name = `s${stream}`;
        if (kind === 'reading') {
          add(name, at + 1);
          lastTimes.set(name, at + 1);
        } else {
          if (kind !== 'forgotten') streams.change({ kind: 'evicted', stream: idOf(name) });
          if (kind !== 'renewed') book.forget(idOf(name));
          if (kind !== 'renewed') lastTimes.delete(name);
        }
        expect(book.bytes).toBeLessThanOrEqual(bytes);
        for (const [id, { lastTime }] of book.all) expect([id, lastTime]).toEqual([id, lastTimes.get(id)]);
        if (kind === 'reading' && lastTimes.size * SHORTEST <= bytes)
          expect(book.find(idOf(name))?.lastTime).toBe(at + 1);
      }
    }),
    { numRuns: rounds(50, 500) },
  );
});

test('what was kept of a stream comes back, unless it has begun anew, and goes on', () => {
  const before = bookOf(50_000);
  for (const name of ['a', 'b']) before.add(name, 5);
  const after = bookOf(50_000);
  after.add('b', 9);
  for (const [id, history] of before.book.all) after.book.restore(id, history);
  const lastTimes = (): unknown[] => ['a', 'b'].map((name) => after.book.find(idOf(name))?.lastTime);
  expect(lastTimes()).toEqual([5, 9]);
  for (const name of ['a', 'b']) after.add(name, 11);
  expect(lastTimes()).toEqual([11, 11]);
  expect(after.book.find(idOf('a'))?.readings().at).toEqual([5, 11]);
});
