import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CELL_KINDS } from '../../../src/domain/streamSettings.ts';
import type { CellKind, NetShape } from '../../../src/kernel/kernel.ts';
import { parameterCount } from '../../../src/kernel/parameterLayout.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import type { SecantWindow } from '../../../src/kernel/plain/secantRun.ts';
import { type NetAnswer, secantShares } from '../../../src/kernel/plain/secantShares.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { logOdds, outputAnswer } from '../../../src/learner/probe/answers.ts';

const sizes = fc.record({
  D: fc.integer({ min: 1, max: 4 }),
  E: fc.integer({ min: 0, max: 3 }),
  H: fc.integer({ min: 1, max: 6 }),
  O: fc.integer({ min: 2, max: 4 }),
  T: fc.integer({ min: 1, max: 40 }),
  scale: fc.constantFrom(1e-6, 0.3, 2, 30),
  seed: fc.integer(),
});
type Sizes = Record<'D' | 'E' | 'H' | 'O' | 'T' | 'scale' | 'seed', number>;

interface Drawn {
  readonly shape: NetShape;
  readonly weights: Float32Array;
  readonly window: SecantWindow;
}

function draw({ D, E, H, O, T, scale, seed }: Sizes, cell: CellKind = 'lstm'): Drawn {
  const random = createRandom(seed >>> 0);
  const numbers = (length: number, size: number): Float64Array =>
    Float64Array.from({ length }, () => random.uniform(-size, size));
  const shape = { cell, inputSize: D + E, headInputSize: E, hiddenSize: H, outputSize: O, rows: 1 };
  const weights = Float32Array.from(numbers(parameterCount(shape), scale));
  return { shape, weights, window: { x: numbers(T * D, 2), headX: numbers(E, 6), h: numbers(H, 1), c: numbers(H, 3) } };
}

const sum = (numbers: Float64Array): number => numbers.reduce((a, b) => a + b, 0);

describe('shares of the inputs', () => {
  describe.each(CELL_KINDS)('of the cell %s', (cell) => {
    it.each<[string, NetAnswer]>([
      ['an output', outputAnswer(1, 0.7)],
      ['log odds', logOdds(0)],
    ])('sum to the change of %s, within 1e-9', (_name, answer) => {
      fc.assert(
        fc.property(sizes, (drawn) => {
          const { shape, weights, window } = draw(drawn, cell);
          const shares = secantShares(weights, shape, window, answer);
          const change = shares.answer - shares.baseline;
          const error = sum(shares.inputs) + sum(shares.head) + shares.older - change;
          expect(Math.abs(error)).toBeLessThan(1e-9 * Math.max(1, Math.abs(change)));
        }),
        { numRuns: 60 },
      );
    });

    it('explain what the kernel answers', () => {
      const { shape, weights, window } = draw({ D: 3, E: 2, H: 5, O: 3, T: 20, scale: 0.5, seed: 7 }, cell);
      const net = createPlainKernel().createNet(shape);
      const zeros = net.save();
      const c = zeros.c.length > 0 ? withStates(zeros.c, window.c) : zeros.c;
      net.load({ ...zeros, weights, h: withStates(zeros.h, window.h), c });
      const y = new Float32Array(3);
      const rowOf = (t: number): Float64Array => window.x.subarray(3 * t, 3 * t + 3);
      for (let t = 0; t < 20; t++) net.step(y, Float32Array.of(...rowOf(t), ...window.headX));
      const { answer } = secantShares(weights, shape, window, outputAnswer(2, 1));
      expect(Math.abs(answer - (y[2] as number))).toBeLessThan(1e-5);
    });

    it('are the slopes times the inputs where these are so small that nothing bends', () => {
      const { shape, weights, window } = draw({ D: 3, E: 1, H: 4, O: 2, T: 6, scale: 0.7, seed: 11 }, cell);
      const small = (numbers: Float64Array): Float64Array => numbers.map((value) => 1e-4 * value);
      const near = { x: small(window.x), headX: small(window.headX), h: small(window.h), c: small(window.c) };
      const answer = outputAnswer(1, 1);
      const { inputs } = secantShares(weights, shape, near, answer);
      const alone = (k: number): number => {
        const x = new Float64Array(near.x.length);
        x[k] = near.x[k] as number;
        const none = new Float64Array(4);
        const one = secantShares(weights, shape, { x, headX: new Float64Array(1), h: none, c: none }, answer);
        return one.answer - one.baseline;
      };
      const largest = Math.max(...inputs.map(Math.abs));
      inputs.forEach((share, k) => void expect(Math.abs(share - alone(k))).toBeLessThan(2e-3 * largest));
    });
  });

  it('are those of the weights where nothing is bent: without the cell only the newest row counts', () => {
    const { shape, weights, window } = draw({ D: 2, E: 1, H: 2, O: 2, T: 5, scale: 1, seed: 3 });
    const [S, Wy] = [weights.length - 2 - 6, weights.length - 2 - 6 - 4];
    weights.fill(0, Wy, S);
    const { inputs, head, older } = secantShares(weights, shape, window, outputAnswer(0, 1));
    expect([...inputs.subarray(0, 8), older].every((share) => share === 0)).toBe(true);
    const [w0, w1, w2] = weights.subarray(S, S + 3) as unknown as [number, number, number];
    expect([inputs[8], inputs[9], head[0]]).toEqual([w0 * window.x[8]!, w1 * window.x[9]!, w2 * window.headX[0]!]);
  });

  it('are refused for lengths that do not fit', () => {
    const { shape, weights, window } = draw({ D: 2, E: 1, H: 2, O: 2, T: 5, scale: 1, seed: 3 });
    const answer = outputAnswer(0, 1);
    expect(() => secantShares(weights, { ...shape, cell: 'gru' }, window, answer)).toThrow(/weights/);
    expect(() => secantShares(weights, shape, { ...window, c: window.c.subarray(1) }, answer)).toThrow(RangeError);
    expect(() => secantShares(weights.subarray(1), shape, window, answer)).toThrow(RangeError);
    expect(() => secantShares(weights, shape, { ...window, x: window.x.subarray(1) }, answer)).toThrow(RangeError);
    expect(() => secantShares(weights, shape, { ...window, h: window.h.subarray(1) }, answer)).toThrow(RangeError);
  });
});

function withStates(zeros: Float32Array, state: Float64Array): Float32Array {
  const states = zeros.slice();
  states.set(state);
  return states;
}
