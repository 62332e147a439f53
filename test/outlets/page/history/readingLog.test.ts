import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AT, VALUE } from '../../../../src/domain/forecastRow.ts';
import { fromScoreByte } from '../../../../src/outlets/page/history/codes.ts';
import { isAnomalous, sourceOf } from '../../../../src/outlets/page/history/flags.ts';
import { ReadingLog } from '../../../../src/outlets/page/history/readingLog.ts';
import { placeOfSource } from '../../../../src/outlets/page/history/sourcePlace.ts';
import { forecastOf } from '../../../pipeline/samples.ts';
import { lend } from '../../../support/lent.ts';

interface TestPlace {
  readonly name: string;
  newestRow: number;
}

function add(log: ReadingLog<TestPlace>, place: TestPlace, at: number): void {
  lend(forecastOf(place.name, at, { value: 2 * at }), (forecast) => log.add(forecast, place));
}

/** Times of the readings that it gives, by place. */
function drained(log: ReadingLog<TestPlace>): [name: string, times: number[]][] {
  const found: [string, number[]][] = [];
  log.drain((place, numbers) => {
    expect(numbers[VALUE]).toBe(2 * numbers[AT]!);
    if (found.at(-1)?.[0] !== place.name) found.push([place.name, []]);
    found.at(-1)![1].push(numbers[AT]!);
  });
  return found;
}

test('each place gets its readings in their order, all of them at once, and each of them once', () => {
  void fc.assert(
    fc.property(fc.array(fc.array(fc.nat(9), { maxLength: 40 }), { maxLength: 5 }), (rounds) => {
      const log = new ReadingLog<TestPlace>();
      const places = Array.from({ length: 10 }, (_, i) => ({ name: `s${i}`, newestRow: -1 }));
      let at = 0;
      for (const round of rounds) {
        const expected = new Map<string, number[]>();
        for (const i of round) {
          at++;
          add(log, places[i]!, at);
          expected.set(`s${i}`, [...(expected.get(`s${i}`) ?? []), at]);
        }
        expect(drained(log)).toEqual([...expected]);
        expect(log.isEmpty).toBe(true);
        expect(places.every(({ newestRow }) => newestRow === -1)).toBe(true);
      }
    }),
  );
});

test('it is full at some moment, and takes as many again once it is drained', () => {
  const log = new ReadingLog<TestPlace>();
  const place = { name: 'a', newestRow: -1 };
  const fill = (): number => {
    let count = 0;
    while (!log.isFull) add(log, place, ++count);
    return count;
  };
  const count = fill();
  expect(drained(log)).toEqual([['a', Array.from({ length: count }, (_, i) => i + 1)]]);
  expect(fill()).toBe(count);
});

test('score and flags of a reading are those of its forecast', () => {
  const log = new ReadingLog<TestPlace>();
  const place = { name: 'a', newestRow: -1 };
  for (const [at, source] of (['linear', 'lstm_direct', 'linear'] as const).entries())
    lend(forecastOf('a', at, { anomalyScore: at, anomaly: at === 1, source }), (forecast) => log.add(forecast, place));
  const found: unknown[] = [];
  log.drain((_, __, score, flags) =>
    found.push([Math.round(fromScoreByte(score)), sourceOf(flags), isAnomalous(flags)]),
  );
  const [linear, lstm] = [placeOfSource('linear'), placeOfSource('lstm_direct')];
  expect(found).toEqual([
    [0, linear, false],
    [1, lstm, true],
    [2, linear, false],
  ]);
});
