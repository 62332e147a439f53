import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LearnOptions, Net, NetShape } from '../../src/kernel/kernel.ts';
import { createRandom, type Random } from '../../src/kernel/random.ts';
import { KERNELS, type KernelUnderTest } from '../support/kernels.ts';
import { rounds } from '../support/rounds.ts';
import { expectGradient } from './finiteDifference.ts';
import { NaiveNet } from './naiveNet.ts';
import { randomFloats } from './randomFloats.ts';

const shapes = {
  inputSize: fc.integer({ min: 1, max: 6 }),
  hiddenSize: fc.integer({ min: 1, max: 11 }),
  outputSize: fc.integer({ min: 1, max: 5 }),
  rows: fc.integer({ min: 1, max: 9 }),
};

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

function createPair(create: KernelUnderTest['create'], shape: NetShape, random: Random): { net: Net; naive: NaiveNet } {
  const net = create().createNet(shape);
  const weights = Float32Array.from(randomFloats(random, net.save().weights.length, 0.6));
  net.load({ ...net.save(), weights });
  return { net, naive: new NaiveNet(shape, weights) };
}

function close(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): boolean {
  return Array.from(wanted).every((value, j) => Math.abs(actual[j] - value) <= tolerance);
}

const everyCell = KERNELS.flatMap(({ name, create }) => create().cells.map((cell) => ({ name, create, cell })));

describe.each(everyCell)('kernel $name, cell $cell', ({ create, cell }) => {
  it('does what a naive float64 net does, for any shape and any order of calls', () => {
    let learned = 0;
    void fc.assert(
      fc.property(
        fc.record<NetShape>({ cell: fc.constant(cell), ...shapes }),
        calls,
        fc.constantFrom('huber' as const, 'squared' as const, 'logistic' as const),
        fc.nat(),
        (shape, list, loss, seed) => {
          const random = createRandom(seed);
          const { net, naive } = createPair(create, shape, random);
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
      { numRuns: 100 },
    );
    expect(learned).toBeGreaterThan(20);
  });

  it('a window as long as the sequence is full back-propagation through time', () => {
    const T = 12;
    const shape: NetShape = { cell, inputSize: 2, hiddenSize: 6, outputSize: 2, rows: 20 };
    const random = createRandom(4);
    const { net, naive } = createPair(create, shape, random);
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
  });
});

/** Whole windows of learning beside the reference: outputs, losses, norms and the weights that come of them. */
describe.each(KERNELS.filter(({ name }) => name !== 'plain'))('kernel $name beside the plain one', ({ create }) => {
  const options: LearnOptions = {
    learningRate: 1e-3,
    clipNorm: 1,
    loss: 'huber',
    huberDelta: 2,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-3,
  };
  const wide = fc.record({
    cell: fc.constantFrom('lstm' as const, 'rnn' as const),
    inputSize: fc.integer({ min: 1, max: 40 }),
    hiddenSize: fc.oneof(fc.constantFrom(8, 16, 24, 32, 64, 72), fc.integer({ min: 1, max: 40 })),
    outputSize: fc.integer({ min: 1, max: 9 }),
    rows: fc.integer({ min: 1, max: 40 }),
    keepsActivations: fc.boolean(),
  });

  it('agrees within 1e-5 of the largest number, for any shape, window and schedule', () => {
    void fc.assert(
      fc.property(
        wide,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 44 }),
        fc.constantFrom('huber' as const, 'logistic' as const),
        fc.nat(),
        (shape, k1, k2, loss, seed) => {
          const random = createRandom(seed);
          const nets = [create().createNet(shape), KERNELS[0].create().createNet(shape)] as const;
          const size = 1 / Math.sqrt(shape.hiddenSize + shape.inputSize);
          const weights = nets[0].save().weights.map(() => random.uniform(-size, size));
          for (const net of nets) net.load({ ...net.save(), weights });
          const y = [new Float32Array(shape.outputSize), new Float32Array(shape.outputSize)] as const;
          for (let t = 0; t < 60; t++) {
            // Both go on from the same state now and then: what is held here is windows, not how rounding grows over many.
            if (t % 12 === 0) nets[0].load(nets[1].save());
            const x = Float32Array.from(randomFloats(random, shape.inputSize));
            const value = random.uniform(-1, 1);
            nets.forEach((net, i) => {
              net.step(y[i], x);
              if (t % 3 !== 1) net.setTarget(t % 4, t % shape.outputSize, value);
              if (t % k1 === k1 - 1) net.learn(k2, { ...options, loss });
            });
            expectNear(y[0], y[1], 1e-5);
            expectNear([nets[0].loss, nets[0].gradientNorm], [nets[1].loss, nets[1].gradientNorm], 1e-5);
          }
          const [one, two] = nets.map((net) => net.save());
          for (const name of ['weights', 'moment1', 'h', 'c'] as const) expectNear(one[name], two[name], 1e-5);
        },
      ),
      { numRuns: rounds(10, 25) },
    );
  });

  it('finds the same logistic loss to the bit, for any log-odds', () => {
    const shape: NetShape = { cell: 'rnn', inputSize: 1, hiddenSize: 1, outputSize: 1, rows: 1 };
    const nets = [create().createNet(shape), KERNELS[0].create().createNet(shape)];
    const logits = [-3e38, -800, -708.5, -88, 0, 1e-30, 0.3, 88, 3e38].concat(
      Array.from({ length: 400 }, (_, j) => (j - 200) / 7),
    );
    for (const logit of logits) {
      for (const target of [0, 1]) {
        const losses = nets.map((net) => {
          // y is the head's bias alone.
          const weights = net.save().weights.map((_, p, all) => (p === all.length - 1 ? logit : 0));
          net.load({ ...net.save(), rowCount: 0, weights });
          net.step(new Float32Array(1), new Float32Array(1));
          net.setTarget(0, 0, target);
          net.learn(1, { ...options, loss: 'logistic' });
          return net.loss;
        });
        expect(losses[0]).toBe(losses[1]);
      }
    }
  });

  it('finds the same softmax loss to the bit, for any logits', () => {
    const O = 7;
    const shape: NetShape = { cell: 'rnn', inputSize: 1, hiddenSize: 1, outputSize: O, rows: 1 };
    const nets = [create().createNet(shape), KERNELS[0].create().createNet(shape)];
    const random = createRandom(8);
    for (let n = 0; n < 400; n++) {
      const size = 10 ** random.uniform(-3, 3);
      const logits = Float32Array.from({ length: O }, () => random.uniform(-size, size));
      const losses = nets.map((net) => {
        const weights = net.save().weights.fill(0);
        weights.set(logits, weights.length - O);
        net.load({ ...net.save(), rowCount: 0, weights });
        net.step(new Float32Array(O), new Float32Array(1));
        net.setTarget(0, 0, n % O);
        net.learn(1, { ...options, loss: 'softmax' });
        return net.loss;
      });
      expect(losses[0]).toBe(losses[1]);
    }
  });

  it('its tanh is within 3.3e-7 of the true one, never beyond 1, and odd to the bit', () => {
    const net = create().createNet({ cell: 'rnn', inputSize: 1, hiddenSize: 1, outputSize: 1, rows: 1 });
    // h = tanh(1·x + 0·h)
    net.load({ ...net.save(), weights: net.save().weights.map((_, p) => (p === 0 ? 1 : 0)) });
    const tanh = (x: number): number => {
      net.step(new Float32Array(1), Float32Array.of(x));
      return net.save().h[1];
    };
    let worst = 0;
    for (let j = 0; j <= 24_000; j++) {
      const x = Math.fround(j / 2000);
      const value = tanh(x);
      worst = Math.max(worst, Math.abs(value - Math.tanh(x)));
      expect(tanh(-x)).toBe(-value + 0);
    }
    expect(worst).toBeLessThanOrEqual(3.3e-7);
    for (const huge of [20, 1e3, 1e30, 3e38]) {
      expect(tanh(huge)).toBeLessThanOrEqual(1);
      expect(1 - tanh(huge)).toBeLessThanOrEqual(3.3e-7);
    }
    expect(tanh(Number.NaN)).toBeNaN();
  });

  it('its sigmoid is within 2.1e-7 of the true one and within 0 and 1', () => {
    const net = create().createNet({ cell: 'lstm', inputSize: 1, hiddenSize: 1, outputSize: 1, rows: 1 });
    // c = i·g with i = σ(x), g = tanh(30) = 1 but for 2.4e-7: taken out by the largest c.
    const weights = net.save().weights.map((_, p) => (p === 0 ? 1 : 0));
    weights[8 + 2] = 30;
    const sigmoid = (x: number): number => {
      net.load({ ...net.save(), rowCount: 0, weights });
      net.step(new Float32Array(1), Float32Array.of(x));
      return net.save().c[1] / g;
    };
    let g = 1;
    g = sigmoid(100);
    let worst = 0;
    for (let j = -24_000; j <= 24_000; j += 3) {
      const x = Math.fround(j / 1200);
      const value = sigmoid(x);
      worst = Math.max(worst, Math.abs(value - 1 / (1 + Math.exp(-x))));
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1 + 1e-7);
    }
    expect(worst).toBeLessThanOrEqual(2.1e-7 + 1.2e-7);
    expect(sigmoid(Number.NaN)).toBeNaN();
  });
});

/** Largest difference, relative to the largest number (at least 0.1: a sum that cancels has the rounding of its terms). */
function expectNear(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  const largest = Array.from(wanted).reduce((size, value) => Math.max(size, Math.abs(value)), 0.1);
  for (let j = 0; j < wanted.length; j++) {
    expect(Math.abs(actual[j] - wanted[j]) / largest).toBeLessThanOrEqual(tolerance);
  }
}
