import { expect, it } from 'vitest';
import type { LearnOptions, Net, NetShape, ReplayWindow } from '../../src/kernel/kernel.ts';
import { createRandom } from '../../src/kernel/random.ts';

const OPTIONS: LearnOptions = {
  learningRate: 0.01,
  clipNorm: 1,
  loss: 'huber',
  huberDelta: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/** An update from rows of long ago, as every kernel must do it. */
export function describeReplay(create: () => Net): void {
  it('a replay without burn-in is what a fresh net learns from the same rows', () => {
    const [replaying, living] = [create(), create()];
    const window = windowOf(replaying.shape, 7, 0);
    stepThrough(living, window);

    expect(replaying.replay(window, OPTIONS)).toBe(true);
    expect(living.learn(7, OPTIONS)).toBe(true);

    expect([replaying.loss, replaying.gradientNorm]).toEqual([living.loss, living.gradientNorm]);
    expect(replaying.save().weights).toEqual(living.save().weights);
    expect(replaying.save().adam).toEqual(living.save().adam);
  });

  it('the burn-in brings the state to life and is not learned from, however long it is', () => {
    for (const burnIn of [1, 3, 8, 9, 25]) {
      const [replaying, living] = [create(), create()];
      const window = windowOf(replaying.shape, burnIn + 5, burnIn);
      stepThrough(living, window);

      replaying.replay(window, OPTIONS);
      living.learn(5, OPTIONS);

      expect([replaying.loss, replaying.gradientNorm]).toEqual([living.loss, living.gradientNorm]);
      expect(replaying.save().weights).toEqual(living.save().weights);
    }
  });

  it('leaves the ring and the carried state as they are, and the inputs it is given', () => {
    const net = create();
    stepThrough(net, windowOf(net.shape, 12, 0));
    const before = net.save();
    const window = windowOf(net.shape, 13, 6);
    const given = structuredClone(window);

    net.replay(window, OPTIONS);

    const { rowCount, x, target, hasTarget, h, c } = net.save();
    expect({ rowCount, x, target, hasTarget, h, c }).toEqual({
      rowCount: before.rowCount,
      x: before.x,
      target: before.target,
      hasTarget: before.hasTarget,
      h: before.h,
      c: before.c,
    });
    expect(net.save().weights).not.toEqual(before.weights);
    expect(window).toEqual(given);
  });

  it('changes nothing where no target is known, or one is not finite', () => {
    const net = create();
    const window = windowOf(net.shape, 6, 2);
    const before = net.save();

    expect(net.replay({ ...window, hasTarget: window.hasTarget.map(() => 0) }, OPTIONS)).toBe(false);
    expect([net.loss, net.gradientNorm]).toEqual([0, 0]);
    expect(net.replay({ ...window, target: window.target.map(() => Number.NaN) }, OPTIONS)).toBe(false);
    expect(net.replay({ ...window, x: window.x.map(() => Number.POSITIVE_INFINITY) }, OPTIONS)).toBe(false);

    expect(net.save()).toEqual(before);
  });

  it('refuses windows that cannot be meant', () => {
    const net = create();
    const window = windowOf(net.shape, 10, 4);
    const before = net.save();

    for (const change of [
      { rows: 4 },
      { rows: 3 },
      { rows: 4 + net.shape.rows + 1, burnIn: 4 },
      { burnIn: -1 },
      { burnIn: 0.5 },
      { rows: Number.NaN },
      { x: window.x.subarray(1) },
      { target: window.target.subarray(1) },
      { hasTarget: window.hasTarget.subarray(1) },
    ]) {
      expect(() => net.replay({ ...window, ...change }, OPTIONS)).toThrow(RangeError);
    }
    expect(net.save()).toEqual(before);
  });
}

/** Seeded rows; every third target is not known. */
function windowOf({ inputSize: D, outputSize: O }: NetShape, rows: number, burnIn: number): ReplayWindow {
  const random = createRandom(rows);
  return {
    rows,
    burnIn,
    x: Float32Array.from({ length: rows * D }, () => random.uniform(-1, 1)),
    target: Float32Array.from({ length: rows * O }, () => random.uniform(-1, 1)),
    hasTarget: Uint8Array.from({ length: rows * O }, (_, j) => (j % 3 === 2 ? 0 : 1)),
  };
}

/** The same rows as live steps, with their targets. */
function stepThrough(net: Net, { rows, x, target, hasTarget }: ReplayWindow): void {
  const { inputSize: D, outputSize: O } = net.shape;
  const y = new Float32Array(O);
  for (let t = 0; t < rows; t++) {
    net.step(y, x.subarray(t * D, (t + 1) * D));
    for (let o = 0; o < O; o++) {
      if (hasTarget[t * O + o] === 1) net.setTarget(0, o, target[t * O + o]);
    }
  }
}
