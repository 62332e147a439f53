import { describe, expect, it } from 'vitest';
import type { NetState } from '../../src/kernel/kernel.ts';
import { firstState } from '../../src/model/firstState.ts';
import { NetworkGuard, type Verdict } from '../../src/model/networkGuard.ts';

const HOUR = 3_600_000;
const SHAPE = { cell: 'lstm', inputSize: 2, hiddenSize: 4, outputSize: 1, rows: 8 } as const;

const stateWith = (weight: number): NetState => {
  const state = firstState(SHAPE, { seed: 1 });
  state.weights.fill(weight);
  return state;
};
const PARAMETERS = stateWith(0).weights.length;
const create = (): NetworkGuard => new NetworkGuard(PARAMETERS, 1);

/** Makes `count` updates of this loss and norm. @returns the verdicts that were not `fine` */
function learn(guard: NetworkGuard, count: number, loss = 1, norm = 0.5, weight?: number): Verdict[] {
  const verdicts: Verdict[] = [];
  for (let n = 0; n < count; n++) {
    const verdict = guard.judge(loss, norm);
    if (verdict === 'look' && weight !== undefined) guard.look(stateWith(weight));
    if (verdict !== 'fine') verdicts.push(verdict);
  }
  return verdicts;
}

const weightOf = (guard: NetworkGuard): number | undefined => {
  const weights = new Float32Array(PARAMETERS);
  return guard.giveWeights(weights) ? weights[0] : undefined;
};

describe('the largest norm', () => {
  it('is a hundred times the usual one, or the clip norm where that is larger, once some were seen', () => {
    const guard = create();
    learn(guard, 19, 1, 30);
    expect(guard.largestNorm).toBe(Number.POSITIVE_INFINITY);
    learn(guard, 1, 1, 30);
    expect(guard.largestNorm).toBeGreaterThan(2900);
    expect(guard.largestNorm).toBeLessThan(3100);
    const small = create();
    learn(small, 300, 1, 1e-6);
    expect(small.largestNorm).toBe(100);
  });

  it('is above which an update was skipped; what goes on for long becomes usual', () => {
    const guard = create();
    learn(guard, 100);
    expect(learn(guard, 3, 1, 101)).toEqual(['skipped', 'skipped', 'skipped']);
    const skipped = learn(guard, 400, 1, 101).filter((verdict) => verdict === 'skipped').length;
    expect(skipped).toBeLessThan(60);
  });
});

describe('what is not finite', () => {
  it.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [Number.POSITIVE_INFINITY, 1],
    [1, Number.POSITIVE_INFINITY],
  ])('is broken: loss %d, norm %d', (loss, norm) => {
    expect(create().judge(loss, norm)).toBe('broken');
  });

  it('is seen when it looks at the net', () => {
    const guard = create();
    expect(guard.look(stateWith(Number.NaN))).toBe(false);
    const state = stateWith(1);
    state.h[3] = 2;
    expect(guard.look(state)).toBe(false);
    expect(guard.look(stateWith(1))).toBe(true);
  });
});

describe('the copy', () => {
  it('is made after 128 updates without a fault, and renewed after as many', () => {
    const guard = create();
    expect(learn(guard, 127, 1, 0.5, 3)).toEqual([]);
    expect(weightOf(guard)).toBeUndefined();
    expect(learn(guard, 1, 1, 0.5, 3)).toEqual(['look']);
    expect(weightOf(guard)).toBeCloseTo(3, 2);
    learn(guard, 128, 1, 0.5, 4);
    expect(weightOf(guard)).toBeCloseTo(4, 2);
  });

  it('is looked at less often when the network is old', () => {
    const guard = create();
    learn(guard, 2048);
    expect(learn(guard, 511)).toEqual([]);
    expect(learn(guard, 1)).toEqual(['look']);
  });

  it('is not renewed while the loss is more than one and a half times the usual one', () => {
    const guard = create();
    learn(guard, 1280, 1, 0.5, 3);
    learn(guard, 128, 2, 0.5, 4);
    expect(weightOf(guard)).toBeCloseTo(3, 2);
    learn(guard, 256, 1, 0.5, 5);
    expect(weightOf(guard)).toBeCloseTo(5, 2);
  });
});

describe('a roll back', () => {
  it('lets so many turns go by, and halves the learning rate until 1024 updates went well', () => {
    const guard = create();
    guard.countRollback(0, 3);
    expect([1, 2, 3, 4].map((at) => guard.mayLearn(at))).toEqual([false, false, false, true]);
    expect(guard.rateScale).toBe(0.5);
    learn(guard, 1023);
    expect(guard.rateScale).toBe(0.5);
    learn(guard, 1);
    expect(guard.rateScale).toBe(1);
    learn(guard, 5000);
    expect(guard.rateScale).toBe(1);
  });

  it('freezes at the third within an hour of sample time, for a day', () => {
    const guard = create();
    expect([0, 1, 2].map((n) => guard.countRollback(n * 0.6 * HOUR, 0))).toEqual([false, false, false]);
    expect(guard.countRollback(1.5 * HOUR, 0)).toBe(true);
    expect(guard.mayLearn(25 * HOUR)).toBe(false);
    expect(guard.isFrozen).toBe(true);
    expect(guard.mayLearn(25.5 * HOUR)).toBe(true);
    expect(guard.isFrozen).toBe(false);
    // It has three again.
    expect([26, 26.1, 26.2].map((at) => guard.countRollback(at * HOUR, 0))).toEqual([false, false, true]);
  });

  it('does not freeze for ten years where the clock was set back', () => {
    const guard = create();
    for (let n = 0; n < 3; n++) guard.countRollback(1e5 * HOUR, 0);
    expect(guard.isFrozen).toBe(true);
    expect(guard.mayLearn(0)).toBe(true);
  });

  it('never makes the rate nothing', () => {
    const guard = create();
    for (let n = 0; n < 2000; n++) guard.countRollback(n * HOUR, 0);
    expect(guard.rateScale).toBeGreaterThan(0.01);
  });
});
