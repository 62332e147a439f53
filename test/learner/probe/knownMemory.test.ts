import { describe, expect, it } from 'vitest';
import { parameterViews } from '../../../src/kernel/parameterLayout.ts';
import { traceCell } from '../../../src/kernel/plain/cellTrace.ts';
import { halfLives, keptShares, networkHalfLife, unitImportance } from '../../../src/kernel/plain/halfLives.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { Network } from '../../../src/model/network.ts';
import { rounds } from '../../support/rounds.ts';
import { normal } from '../../support/series.ts';
import { fastKernel } from '../classify/classifying.ts';

const H = 16;
const SHAPE = { cell: 'lstm', inputSize: 1, hiddenSize: H, outputSize: 1, rows: 1 } as const;

/** A leaky mean of noise, m = λ·m + (1 − λ)·x with λ = ½^(1/half-life), of deviation 1, learned online. @returns the half-life of the network */
function learnLeakyMean(truth: number, rows: number, seed: number): number {
  const random = createRandom(seed);
  const keep = 0.5 ** (1 / truth);
  const network = new Network(fastKernel, {
    ...SHAPE,
    every: 4,
    window: 64,
    longestDelay: 1,
    learningRate: 'auto',
    loss: 'squared',
    // The same for all: it begins with a half-life of 40, and units hold what they learn instead of handing it on.
    chronoLag: 60,
    seed,
  });
  const [x, y, inputs] = [new Float32Array(1), new Float32Array(1), new Float32Array(1000)];
  let mean = 0;
  for (let row = 0; row < rows; row++) {
    x[0] = normal(random);
    inputs[row % inputs.length] = x[0];
    mean = keep * mean + (1 - keep) * x[0];
    network.step(y, x);
    network.setTarget(0, 0, mean * Math.sqrt((1 + keep) / (1 - keep)));
    network.learn();
  }
  const weights = network.copyWeights();
  network.free();
  const trace = traceCell(weights, SHAPE, inputs);
  const lives = halfLives(keptShares(trace) as Float32Array, H);
  return networkHalfLife(lives, unitImportance(trace, parameterViews(weights, SHAPE).Wy));
}

describe('a network that has learned a leaky mean', () => {
  describe.each(rounds([1], [1, 2, 3]))('from seed %i', (seed) => {
    it.each([5, 10, 20, 40])('of half-life %i has that half-life, within a factor 2', (truth) => {
      const found = learnLeakyMean(truth, rounds(24_000, 80_000), seed);
      expect(found).toBeGreaterThan(truth / 2);
      expect(found).toBeLessThan(truth * 2);
    });
  });
});
