import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellTrace } from '../../../src/kernel/plain/cellTrace.ts';
import {
  halfLives,
  keptShares,
  lagOfHalf,
  networkHalfLife,
  unitImportance,
} from '../../../src/kernel/plain/halfLives.ts';

const gate = fc.double({ min: 0.01, max: 0.999, noNaN: true });

describe('the half-life of a unit', () => {
  it('is the number of rows that leaves half of it, where its gate is always the same', () => {
    fc.assert(
      fc.property(gate, fc.integer({ min: 1, max: 50 }), (f, T) => {
        const [life] = halfLives(new Float32Array(T).fill(f), 1);
        expect(Math.fround(f) ** (life as number)).toBeCloseTo(0.5, 4);
      }),
    );
  });

  it('is that of what is left after all rows together, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(gate, gate), { minLength: 1, maxLength: 60 }), (rows) => {
        const kept = Float32Array.from(rows.flat());
        const lives = halfLives(kept, 2);
        for (const u of [0, 1] as const) {
          const left = rows.reduce((product, row) => product * Math.fround(row[u]), 1);
          expect(0.5 ** (rows.length / (lives[u] as number)) / left).toBeCloseTo(1, 3);
        }
        expect(halfLives(Float32Array.from(rows.toReversed().flat()), 2)[0]).toBeCloseTo(lives[0] as number, 2);
      }),
    );
  });

  it('stays a number where a gate is shut or open to the last bit', () => {
    const lives = halfLives(Float32Array.of(0, 1, 0, 1), 2);
    expect(lives[0]).toBeCloseTo(1 / 9, 6);
    expect(lives[1]).toBeGreaterThan(1e7);
    expect(Number.isFinite(lives[1])).toBe(true);
  });
});

const trace = (c: readonly number[], o: readonly number[]): CellTrace => [
  { name: 'f', values: Float32Array.from(c, () => 0.5) },
  { name: 'o', values: Float32Array.from(o) },
  { name: 'c', values: Float32Array.from(c) },
  { name: 'h', values: Float32Array.from(c, (value, k) => (o[k] as number) * Math.tanh(value)) },
];

describe('the part of a unit in an answer', () => {
  it('is |∂y/∂c · c|, beside that of all units, found by moving c', () => {
    const [c, o, Wy] = [[0.3, -1.2, 2, 0.1, 0.5, -0.7], [0.9, 0.5, 0.2, 0.7, 0.1, 1], Float32Array.of(0.5, -2, 1)];
    const effect = (k: number): number => {
      const y = (value: number): number => (Wy[k % 3] as number) * (o[k] as number) * Math.tanh(value);
      const [value, step] = [c[k] as number, 1e-5];
      return Math.abs(((y(value + step) - y(value - step)) / (2 * step)) * value);
    };
    const sums = [0, 1, 2].map((u) => effect(u) + effect(u + 3));
    const all = sums.reduce((a, b) => a + b);
    const parts = unitImportance(trace(c, o), Wy);
    sums.forEach((sum, u) => void expect(parts[u]).toBeCloseTo(sum / all, 4));
  });

  it('is that of h where there is no c, and 0 where nothing comes of any unit', () => {
    const gru: CellTrace = [
      { name: 'z', values: Float32Array.of(0.5, 0.5) },
      { name: 'h', values: Float32Array.of(1, -3) },
    ];
    expect([...unitImportance(gru, Float32Array.of(1, 1))]).toEqual([0.25, 0.75]);
    expect([...unitImportance(gru, Float32Array.of(0, 0))]).toEqual([0, 0]);
    expect(keptShares(gru)).toEqual(Float32Array.of(0.5, 0.5));
    expect(keptShares([{ name: 'h', values: Float32Array.of(1) }])).toBeUndefined();
  });
});

it('the half-life of a network lies between those of its units, as their parts have it', () => {
  expect(networkHalfLife(Float32Array.of(2, 8), Float32Array.of(0.5, 0.5))).toBeCloseTo(4, 5);
  expect(networkHalfLife(Float32Array.of(2, 8), Float32Array.of(1, 0))).toBeCloseTo(2, 5);
  expect(networkHalfLife(Float32Array.of(2, 8), Float32Array.of(0, 0))).toBeNaN();
});

it('the lag of half is found between two lags, past a rise, and not where all is left', () => {
  expect(lagOfHalf(Float32Array.of(1, 0.75, 0.25, 0))).toBeCloseTo(1.5, 6);
  expect(lagOfHalf(Float32Array.of(1, 3, 0.6, 0.4))).toBeCloseTo(2.5, 5);
  expect(lagOfHalf(Float32Array.of(1, 0.9, 0.8))).toBeNaN();
  expect(lagOfHalf(new Float32Array(0))).toBeNaN();
});
