import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../src/domain/time.ts';
import { WriteBudget } from '../../src/state/writeBudget.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = toEpochMs;

describe('WriteBudget', () => {
  it('gives out a day evenly, and lets three hours be saved up', () => {
    const budget = new WriteBudget(2400, at(0));
    expect(budget.left(at(0))).toBe(300);
    budget.spend(300);
    expect(budget.left(at(HOUR))).toBeCloseTo(87.5);
    expect(budget.left(at(2 * HOUR))).toBeCloseTo(175);
    expect(budget.left(at(100 * DAY))).toBe(300);
    expect(budget.perDay).toBe(2400);
  });

  it('says how much it gives out', () => {
    const budget = new WriteBudget(2400, at(0));
    budget.spend(1000);
    expect(budget.earn(at(HOUR))).toBeCloseTo(87.5);
    expect(budget.left(at(HOUR))).toBeCloseTo(-612.5);
    expect(budget.earn(at(HOUR))).toBe(0);
  });

  it('goes into debt, of a day at most', () => {
    const budget = new WriteBudget(2400, at(0));
    budget.spend(1e9);
    expect(budget.left(at(0))).toBe(-2400);
    for (let hour = 1; hour <= 24; hour++) budget.earn(at(hour * HOUR));
    expect(budget.left(at(DAY))).toBeCloseTo(-300);
  });

  it('gives nothing for a clock that goes back, and goes on from there', () => {
    const budget = new WriteBudget(2400, at(10 * DAY));
    budget.spend(300);
    expect(budget.left(at(0))).toBe(0);
    expect(budget.left(at(HOUR))).toBeCloseTo(87.5);
  });

  it('never gives out more than a day has, however it is asked', () => {
    const steps = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 6 * HOUR }), want: fc.nat(500) }), {
      maxLength: 80,
    });
    void fc.assert(
      fc.property(steps, (all) => {
        const budget = new WriteBudget(2400, at(0));
        let now = 0;
        const spent: { at: number; bytes: number }[] = [];
        for (const { ms, want } of all) {
          now += ms;
          if (budget.left(at(now)) < want) continue;
          budget.spend(want);
          spent.push({ at: now, bytes: want });
          const today = spent.filter((one) => one.at > now - DAY).reduce((sum, { bytes }) => sum + bytes, 0);
          expect(today).toBeLessThanOrEqual(2400 + 1e-6);
        }
      }),
    );
  });
});
