import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LearnOptions, Net, NetShape } from '../../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { createRandom, type Random } from '../../../src/kernel/random.ts';
import { expectGradient } from './finiteDifference.ts';
import { NaiveNet } from './naiveNet.ts';
import { randomFloats } from './randomFloats.ts';

const shapes = fc.record<NetShape>({
  cell: fc.constantFrom('lstm' as const, 'rnn' as const),
  inputSize: fc.integer({ min: 1, max: 6 }),
  hiddenSize: fc.integer({ min: 1, max: 11 }),
  outputSize: fc.integer({ min: 1, max: 5 }),
  rows: fc.integer({ min: 1, max: 9 }),
});

// A large ε: without it Adam turns the rounding of a gradient near zero into a full step.
const options: LearnOptions = {
  learningRate: 0.01,
  clipNorm: 0.5,
  loss: 'huber',
  huberDelta: 0.3,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-3,
};

type Call = { readonly do: 'step' | 'target' | 'learn' | 'reset'; readonly n: number };

const calls = fc.array(
  fc.record<Call>({
    do: fc.constantFrom('step', 'step', 'step', 'target', 'target', 'learn', 'step', 'target', 'learn', 'reset'),
    n: fc.integer({ min: 0, max: 11 }),
  }),
  { minLength: 20, maxLength: 120 },
);

function createPair(shape: NetShape, random: Random): { net: Net; naive: NaiveNet } {
  const net = createPlainKernel().createNet(shape);
  const weights = Float32Array.from(randomFloats(random, net.save().weights.length, 0.6));
  net.load({ ...net.save(), weights });
  return { net, naive: new NaiveNet(shape, weights) };
}

function close(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): boolean {
  return Array.from(wanted).every((value, j) => Math.abs(actual[j] - value) <= tolerance);
}

it('does what a naive float64 net does, for any shape and any order of calls', () => {
  let learned = 0;
  void fc.assert(
    fc.property(
      shapes,
      calls,
      fc.constantFrom('huber' as const, 'squared' as const),
      fc.nat(),
      (shape, list, loss, seed) => {
        const random = createRandom(seed);
        const { net, naive } = createPair(shape, random);
        const y = new Float32Array(shape.outputSize);
        for (const call of list) {
          if (call.do === 'step') {
            const x = Float32Array.from(randomFloats(random, shape.inputSize));
            net.step(y, x);
            expect(close(y, naive.step(x), 2e-4)).toBe(true);
          } else if (call.do === 'target') {
            const value = Math.fround(random.uniform(-1, 1));
            const output = call.n % shape.outputSize;
            expect(net.setTarget(call.n, output, value)).toBe(naive.setTarget(call.n, output, value));
          } else if (call.do === 'learn') {
            const updated = net.learn(call.n + 1, { ...options, loss });
            expect(updated).toBe(naive.learn(call.n + 1, { ...options, loss }));
            expect(close([net.loss, net.gradientNorm], [naive.loss, naive.gradientNorm], 1e-3)).toBe(true);
            if (updated) learned++;
          } else {
            net.resetState();
            naive.resetState();
          }
        }
        expect(close(net.save().weights, naive.weights, 2e-4)).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
  expect(learned).toBeGreaterThan(100);
});

it('a window as long as the sequence is full back-propagation through time', () => {
  for (const cell of ['lstm', 'rnn'] as const) {
    const T = 12;
    const shape: NetShape = { cell, inputSize: 2, hiddenSize: 6, outputSize: 2, rows: 20 };
    const random = createRandom(4);
    const { net, naive } = createPair(shape, random);
    const inputs = Array.from({ length: T }, () => Float32Array.from(randomFloats(random, 2)));
    const targets = Float32Array.from(randomFloats(random, T));
    for (const x of inputs) net.step(new Float32Array(2), x);
    // Only the last row has targets: all that earlier rows contribute came back through time.
    net.setTarget(0, 0, targets[0]);
    net.setTarget(0, 1, targets[1]);

    // With β1 = 0 and no clipping the first moment is the gradient.
    net.learn(100, { ...options, loss: 'squared', beta1: 0, clipNorm: Number.POSITIVE_INFINITY });

    const loss = (): number => {
      naive.resetState();
      let y = new Float64Array(2);
      for (const x of inputs) y = naive.step(x).slice();
      return ((y[0] - targets[0]) ** 2 + (y[1] - targets[1]) ** 2) / 2;
    };
    expectGradient(net.save().moment1, naive.weights, loss, 1e-5);
  }
});
