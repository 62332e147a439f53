import fc from 'fast-check';
import { expect, it } from 'vitest';
import { thin } from '../../src/state/thin.ts';
import { rounds } from '../support/rounds.ts';

const HOUR = 3_600_000;
const SLACK = 5 * HOUR;

/** Times of the saves that stay of all, at each save, youngest first. */
function* historyOf(gaps: readonly number[], options: Parameters<typeof thin>[1]) {
  let kept: readonly number[] = [];
  let now = 0;
  for (const gap of gaps) {
    now += gap;
    const before: readonly number[] = kept;
    const ages = before.map((at) => now - at);
    kept = [now, ...thin(ages, options).map((place) => before[place] as number)];
    yield { now, kept };
  }
}

const gapsOf = fc.array(fc.integer({ min: 1, max: 30 * HOUR }), { minLength: 20, maxLength: 150 });

it('keeps one that is early enough for each time within the reach, with few inputs to take in again', () => {
  fc.assert(
    fc.property(
      gapsOf,
      fc.integer({ min: 1, max: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (gaps, hours, share) => {
        const reach = hours * HOUR;
        const saves: number[] = [];
        for (const { now, kept } of historyOf(gaps, { reach, slack: SLACK, most: 100 })) {
          saves.unshift(now);
          const since = now - share * reach;
          const first = saves.find((at) => at <= since);
          if (first === undefined) continue;
          const base = kept.find((at) => at <= since) ?? Number.NaN;
          expect(base).toBeLessThanOrEqual(since);
          // As if none were left out, or not more than as much again and the slack. What was left out may have been younger than both.
          expect(since - base).toBeLessThanOrEqual(Math.max(since - first, now - since + SLACK));
          expect(kept.length).toBeLessThanOrEqual(4 + 2 * Math.log2(1 + (2 * reach + SLACK) / SLACK) + 2);
        }
      },
    ),
    { numRuns: rounds(100, 2000) },
  );
});

it('keeps no more than there is room for, and always the youngest', () => {
  fc.assert(
    fc.property(gapsOf, fc.integer({ min: 1, max: 8 }), (gaps, most) => {
      let before = 0;
      for (const { now, kept } of historyOf(gaps, { reach: 100 * HOUR, slack: SLACK, most })) {
        expect(kept.length).toBeLessThanOrEqual(most + 1);
        expect(kept[0]).toBe(now);
        if (before > 0) expect(kept[1]).toBe(before);
        before = now;
      }
    }),
    { numRuns: rounds(50, 500) },
  );
});

it('keeps the youngest alone where nothing is to be reached', () => {
  expect(thin([1, 2, 3], { reach: 0, slack: 1, most: 9 })).toEqual([0]);
  expect(thin([], { reach: 5, slack: 1, most: 9 })).toEqual([]);
});
