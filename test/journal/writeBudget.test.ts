import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../src/domain/time.ts';
import { WriteBudget } from '../../src/journal/writeBudget.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = toEpochMs;

describe('WriteBudget', () => {
  it('gives out a day evenly, and lets three hours be saved up', () => {
    const budget = new WriteBudget(2400, at(0));
    expect(budget.left(at(0))).toBe(300);
    budget.spend(300);
    expect(budget.left(at(HOUR))).toBeCloseTo(100);
    expect(budget.left(at(2 * HOUR))).toBeCloseTo(200);
    expect(budget.left(at(100 * DAY))).toBe(300);
  });

  it('goes into debt, which is paid back within a day', () => {
    const budget = new WriteBudget(2400, at(0));
    budget.spend(1e9);
    expect(budget.left(at(0))).toBe(-2400);
    expect(budget.left(at(DAY))).toBeCloseTo(0);
  });

  it('gives nothing for a clock that goes back, and goes on from there', () => {
    const budget = new WriteBudget(2400, at(10 * DAY));
    budget.spend(300);
    expect(budget.left(at(0))).toBe(0);
    expect(budget.left(at(HOUR))).toBeCloseTo(100);
  });

  it('never gives out more than a day has, however it is asked', () => {
    const steps = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 6 * HOUR }), want: fc.nat(500) }), {
      maxLength: 80,
    });
    void fc.assert(
      fc.property(steps, (all) => {
        const budget = new WriteBudget(2400, at(0));
        let now = 0;
        let spent = 0;
        for (const { ms, want } of all) {
          now += ms;
          if (budget.left(at(now)) < want) continue;
          budget.spend(want);
          spent += want;
        }
        expect(spent).toBeLessThanOrEqual(300 + (2400 * now) / DAY + 1e-6);
      }),
    );
  });
});
