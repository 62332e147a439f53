import { expect, it } from 'vitest';
import type { LearnOptions } from '../../../src/kernel/kernel.ts';
import { adamStep, createAdamProgress } from '../../../src/kernel/plain/adam.ts';
import { clipCoefficient, globalNorm } from '../../../src/kernel/plain/clip.ts';
import { expectGolden, readGolden } from '../../golden/readGolden.ts';

interface GoldenAdam extends Pick<LearnOptions, 'clipNorm' | 'learningRate' | 'beta1' | 'beta2' | 'epsilon'> {
  readonly start: number[];
  readonly gradients: number[][];
  readonly norms: number[];
  readonly weights: number[][];
}

it('takes the same ten clipped steps as PyTorch', () => {
  const golden = readGolden<GoldenAdam>('adam.json');
  const options: LearnOptions = { ...golden, loss: 'huber', huberDelta: 1 };
  const weights = new Float32Array(golden.start);
  const moment1 = new Float32Array(weights.length);
  const moment2 = new Float32Array(weights.length);
  const progress = createAdamProgress();
  const coefficients = new Set<boolean>();

  golden.gradients.forEach((values, step) => {
    const gradient = new Float32Array(values);
    const norm = globalNorm(gradient);
    const scale = clipCoefficient(norm, golden.clipNorm);
    coefficients.add(scale === 1);
    adamStep(weights, moment1, moment2, progress, gradient, scale, options);

    expectGolden([norm], [golden.norms[step]]);
    expectGolden(weights, golden.weights[step]);
  });

  expect(golden.gradients).toHaveLength(10);
  expect(coefficients.size).toBe(2);
  expect(progress[0]).toBe(10);
  expect(progress[1]).toBeCloseTo(golden.beta1 ** 10, 14);
  expect(progress[2]).toBeCloseTo(golden.beta2 ** 10, 14);
});
