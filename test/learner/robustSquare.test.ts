import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RobustSquare } from '../../src/learner/robustSquare.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries, normal } from '../support/series.ts';

const NORMAL = makeSeries(3000, 1, (_, random) => normal(random) ** 2);

/** Each square bounded by the mean itself. */
function take(square: RobustSquare, values: readonly number[]): RobustSquare {
  for (const value of values) square.add(value, square.limit(square.mean));
  return square;
}

it.each([20, 200, 3000])('is the plain weighted mean of %i squares of which none is far out', (rows) => {
  const { mean } = take(new RobustSquare(1 / 1000, 5), NORMAL.slice(0, rows));
  let plain = 0;
  NORMAL.slice(0, rows).forEach((square, row) => {
    plain += Math.max(1 / (row + 1), 1 / 1000) * (square - plain);
  });
  expect(mean).toBeCloseTo(plain, 12);
});

it('changes its root by a bounded factor for one value of any size', () => {
  const before = take(new RobustSquare(1 / 500, 4), NORMAL).mean;
  const value = fc.double({ min: 0, max: 1e74, noNaN: true });
  fc.assert(
    fc.property(value, (square) => {
      const after = take(take(new RobustSquare(1 / 500, 4), NORMAL), [square]).mean;
      expect(Math.sqrt(after / before)).toBeLessThanOrEqual(Math.sqrt(1 + 15 / 500) * (1 + 1e-12));
    }),
    { numRuns: 30 },
  );
});

describe('the first twenty', () => {
  const first = NORMAL.slice(0, 20);

  it('count the same in any order', () => {
    const { mean } = take(new RobustSquare(1 / 1000, 5), [...first, 1e9].slice(1));
    fc.assert(
      fc.property(fc.shuffledSubarray([...first, 1e9].slice(1), { minLength: 20 }), (shuffled) => {
        expect(take(new RobustSquare(1 / 1000, 5), shuffled).mean / mean).toBeCloseTo(1, 12);
      }),
    );
  });

  it('may hold two that mean nothing, of any size', () => {
    const plain = take(new RobustSquare(1 / 1000, 5), first).mean;
    const { mean } = take(new RobustSquare(1 / 1000, 5), [1e60, ...first.slice(0, 18), 1e74]);
    expect(mean / plain).toBeLessThan(4);
  });

  it('may hold a jump there and one back from the third on, of any size', () => {
    for (let rows = 4; rows <= 20; rows++) {
      const plain = take(new RobustSquare(1 / 1000, 5), first.slice(0, rows - 2)).mean;
      const { mean } = take(new RobustSquare(1 / 1000, 5), [...first.slice(0, rows - 2), 1e60, 1e74]);
      expect(mean / plain).toBeLessThan(26);
    }
  });

  it('may be nothing at all', () => {
    const square = take(new RobustSquare(1 / 1000, 5), [0, ...new Array<number>(40).fill(0)]);
    expect(square.mean).toBe(0);
    expect(take(square, [4]).mean).toBeGreaterThan(0);
  });
});

describe('its state', () => {
  statefulContract({
    create: () => new RobustSquare(1 / 50, 4),
    advance: (square, row) => void take(square, [(row % 17 === 16 ? 1e6 : 1) * (NORMAL[row] as number)]),
    observe: (square) => [square.mean, square.limit(1)],
    cuts: [0, 1, 2, 10, 19, 20, 21, 70],
    tail: 100,
  });
});
