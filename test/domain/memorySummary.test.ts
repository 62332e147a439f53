import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupShares, meanSizes, reachOfShares } from '../../src/domain/memorySummary.ts';

const rowsOf = (...shares: readonly number[]) => shares.map((share, lag) => ({ lag, at: undefined, share }));

describe('the reach of shares', () => {
  it('is the least lag with half of them, and the lag of the largest before the newest row', () => {
    expect(reachOfShares({ rows: rowsOf(1, -1, 3, -4, 0.5), older: 0 })).toEqual({ half: 2, peak: 3 });
    expect(reachOfShares({ rows: rowsOf(9, 1, 2), older: -1 })).toEqual({ half: 0, peak: 2 });
    expect(reachOfShares({ rows: rowsOf(1, 1), older: -5 })).toEqual({ half: undefined, peak: 1 });
    expect(reachOfShares({ rows: rowsOf(1), older: 0 })).toEqual({ half: 0, peak: undefined });
    expect(reachOfShares({ rows: rowsOf(0, 0), older: 0 })).toEqual({ half: undefined, peak: undefined });
  });

  it('has half of all sizes up to it, and less before it', () => {
    const share = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 30 }), share, (shares, older) => {
        const { half } = reachOfShares({ rows: rowsOf(...shares), older });
        const within = (lags: number): number => shares.slice(0, lags).reduce((sum, each) => sum + Math.abs(each), 0);
        const all = within(shares.length) + Math.abs(older);
        if (half === undefined) return void expect(all === 0 || 2 * within(shares.length) < all).toBe(true);
        expect(2 * within(half + 1)).toBeGreaterThanOrEqual(all * (1 - 1e-12));
        expect(2 * within(half)).toBeLessThanOrEqual(all * (1 + 1e-12));
      }),
      // The half of the smallest float64 is 0.
      { examples: [[[Number.MIN_VALUE], 0]] },
    );
  });
});

it('shares of groups are the sums of their inputs, in the order in which they come', () => {
  const input = (group: string, share: number) => ({ name: 'x', group, share });
  expect(groupShares([input('b', 1), input('a', 2), input('b', -4)])).toEqual([
    { name: 'b', share: -3 },
    { name: 'a', share: 2 },
  ]);
});

it('mean sizes are those of each unit over the rows', () => {
  expect([...meanSizes(Float32Array.of(1, -2, 3, 4), 2)]).toEqual([2, 3]);
  expect([...meanSizes(new Float32Array(0), 2)]).toEqual([0, 0]);
});
