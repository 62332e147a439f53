import { expect, it } from 'vitest';
import type { LearnOptions, Net, NetShape, ReplayWindow } from '../../src/kernel/kernel.ts';
import { createRandom } from '../../src/kernel/random.ts';

const OPTIONS: LearnOptions = {
  learningRate: 0.01,
  clipNorm: Number.POSITIVE_INFINITY,
  loss: 'softmax',
  huberDelta: 1,
  beta1: 0,
  beta2: 0.999,
  epsilon: 1e-3,
};
const SHAPE = { inputSize: 7, headInputSize: 4, outputSize: 4, rows: 1, windowRows: 12 } as const;

type Create = (seed?: number, change?: Partial<NetShape>) => Net;

/** Classes, windows that begin at a state of their own, and inputs of the head alone, as every kernel must do them. */
export function describeClassReplay(create: Create): void {
  it('a window of classes has the gradient of its mean cross entropy, through the cell and through the head', () => {
    const net = create(1, SHAPE);
    const window = windowOf(net.shape, 12);
    const before = net.save();

    net.replay(window, OPTIONS);

    // With β1 = 0 and no clipping the first moment is the gradient.
    const gradient = net.save().moment1;
    const lossAt = (p: number, step: number): number => {
      const weights = before.weights.slice();
      weights[p] = weights[p] + step;
      net.load({ ...before, weights });
      net.replay(window, { ...OPTIONS, learningRate: 0 });
      return net.loss;
    };
    const step = 2e-3;
    const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let p = 0; p < gradient.length; p++) {
      const numeric =
        (8 * (lossAt(p, step) - lossAt(p, -step)) - (lossAt(p, 2 * step) - lossAt(p, -2 * step))) / (12 * step);
      // Losses of float32 logits: their rounding alone is worth some 2e-4 of the largest slope.
      expect(Math.abs(gradient[p] - numeric) / largest).toBeLessThan(1e-3);
    }
  });

  it('a window that begins with the state of a live net says what that net says', () => {
    const [living, replaying] = [create(1, SHAPE), create(1, SHAPE)];
    const { inputSize: D, hiddenSize: H, outputSize: O } = living.shape;
    const before = windowOf(living.shape, 9);
    for (let t = 0; t < 9; t++) living.step(new Float32Array(O), before.x.subarray(t * D, (t + 1) * D));
    const [h0, c0] = [new Float32Array(H), new Float32Array(H)];
    living.copyState(h0, c0);
    expect(h0.every((value) => value === 0)).toBe(false);
    const { h, c } = living.save();
    expect([h.slice(-H), c.slice(-H)]).toEqual([h0, c0]);

    const window = { ...windowOf(living.shape, 1), h0, c0, weight: undefined };
    replaying.replay(window, { ...OPTIONS, learningRate: 0 });

    living.step(new Float32Array(O), window.x);
    living.setTarget(0, 0, window.target[0]);
    living.learn(1, { ...OPTIONS, learningRate: 0 });
    expect([replaying.loss, replaying.gradientNorm]).toEqual([living.loss, living.gradientNorm]);
  });

  it('a row of weight 2 counts as much as two of it, one of weight 0 not at all', () => {
    const learn = (weights: readonly number[]): Net => {
      const net = create(1, SHAPE);
      const { rows, ...window } = windowOf(net.shape, 12);
      net.replay({ ...window, rows, hasTarget: all(window.hasTarget, 4), weight: Float32Array.from(weights) }, OPTIONS);
      return net;
    };
    const ones = new Array<number>(12).fill(1);
    const twice = learn(ones.map(() => 2));
    const once = learn(ones);
    const first = learn(ones.map((_, t) => (t === 0 ? 1 : 0)));

    expect([twice.loss, twice.gradientNorm]).toEqual([once.loss, once.gradientNorm]);
    const only = create(1, SHAPE);
    const { x, target, hasTarget, h0, c0 } = windowOf(only.shape, 12);
    only.replay({ rows: 1, burnIn: 0, x, target, hasTarget: all(hasTarget, 4), h0, c0 }, OPTIONS);
    expect(first.loss).toBe(only.loss);
    const none = create(1, SHAPE);
    const kept = none.save();
    const empty = { ...windowOf(none.shape, 12), weight: new Float32Array(12) };
    expect(none.replay(empty, OPTIONS)).toBe(false);
    expect(none.save()).toEqual(kept);
  });

  it('S and by take steps as much larger as they are told to, all else does not', () => {
    const at = (headRate: number): Float32Array => {
      const net = create(1, SHAPE);
      net.replay(windowOf(net.shape, 12), { ...OPTIONS, headRate });
      return net.save().weights;
    };
    const start = create(1, SHAPE).save().weights;
    const [usual, fast] = [at(1), at(4)];
    const { outputSize: O, inputSize: D } = SHAPE;
    const head = O * (D + 1);

    for (let p = 0; p < start.length - head; p++) expect(fast[p]).toBe(usual[p]);
    for (let p = start.length - head; p < start.length; p++) {
      expect(Math.abs(fast[p] - start[p] - 4 * (usual[p] - start[p]))).toBeLessThan(1e-6);
    }
  });

  it('a class that there is not changes nothing', () => {
    for (const wrong of [-1, 4, 0.5, Number.NaN, 1e9]) {
      const net = create(1, SHAPE);
      const window = windowOf(net.shape, 12);
      const before = net.save();
      const target = window.target.map((label, j) => (j === 5 * 4 ? wrong : label));
      expect(net.replay({ ...window, target, hasTarget: all(window.hasTarget, 4) }, OPTIONS)).toBe(false);
      expect(net.save()).toEqual(before);
    }
  });

  it('refuses states and weights of another length, and inputs of the head that are all there are', () => {
    const net = create(1, SHAPE);
    const window = windowOf(net.shape, 12);
    for (const change of [{ h0: new Float32Array(2) }, { c0: new Float32Array(2) }, { weight: new Float32Array(11) }]) {
      expect(() => net.replay({ ...window, ...change }, OPTIONS)).toThrow(RangeError);
    }
    expect(() => net.copyState(new Float32Array(1), new Float32Array(1))).toThrow(RangeError);
    for (const headInputSize of [7, -1, 0.5]) expect(() => create(1, { ...SHAPE, headInputSize })).toThrow(RangeError);
    for (const windowRows of [0, 1.5]) expect(() => create(1, { ...SHAPE, windowRows })).toThrow(RangeError);
  });
}

function all(hasTarget: Uint8Array, O: number): Uint8Array {
  return hasTarget.map((_, j) => (j % O === 0 ? 1 : 0));
}

/** Seeded rows from a state of their own; two of three have a class. */
function windowOf({ inputSize: D, hiddenSize: H, outputSize: O }: NetShape, rows: number) {
  const random = createRandom(rows);
  const floats = (n: number, size: number): Float32Array =>
    Float32Array.from({ length: n }, () => random.uniform(-size, size));
  const target = new Float32Array(rows * O);
  const hasTarget = new Uint8Array(rows * O);
  for (let t = 0; t < rows; t++) {
    target[t * O] = random.integerBelow(O);
    hasTarget[t * O] = t % 3 === 1 ? 0 : 1;
  }
  const weight = floats(rows, 1).map((value) => value + 1.5);
  return {
    rows,
    burnIn: 0,
    x: floats(rows * D, 1),
    target,
    hasTarget,
    weight,
    h0: floats(H, 0.9),
    c0: floats(H, 2),
  } satisfies ReplayWindow;
}
