import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HistoryBook } from '../../../../src/outlets/page/history/historyBook.ts';
import { forecastOf, idOf } from '../../../pipeline/samples.ts';
import { lend } from '../../../support/lent.ts';
import { rounds } from '../../../support/rounds.ts';

test('histories never take more than their bytes, however many streams come and go', () => {
  void fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 300_000 }),
      fc.array(fc.record({ stream: fc.nat(60), isGone: fc.boolean() }), { maxLength: 150 }),
      (bytes, steps) => {
        const book = new HistoryBook(bytes);
        for (const [at, { stream, isGone }] of steps.entries()) {
          if (isGone) book.forget(idOf(`s${stream}`));
          else lend(forecastOf(`s${stream}`, at + 1, { value: at }), (forecast) => book.add(forecast));
          expect(book.bytes).toBeLessThanOrEqual(bytes);
        }
      },
    ),
    { numRuns: rounds(50, 500) },
  );
});

test('what was kept of a stream comes back, unless it has begun anew', () => {
  const before = new HistoryBook(50_000);
  for (const name of ['a', 'b']) lend(forecastOf(name, 5, { value: 1 }), (it) => before.add(it));
  const after = new HistoryBook(50_000);
  lend(forecastOf('b', 9, { value: 2 }), (it) => after.add(it));
  for (const [id, history] of before.all) after.restore(id, history);
  expect([after.find(idOf('a'))?.lastTime, after.find(idOf('b'))?.lastTime]).toEqual([5, 9]);
});
