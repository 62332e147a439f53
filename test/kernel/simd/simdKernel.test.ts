import { describe, expect, it } from 'vitest';
import type { LearnOptions, NetShape } from '../../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { createSimdKernel, SIMD_CELLS } from '../../../src/kernel/simd/simdKernel.ts';
import { isSupported } from '../../../src/kernel/simd/simdModule.ts';
import { describeKernel } from '../../contract/kernelContract.ts';

const OPTIONS: LearnOptions = {
  learningRate: 0.01,
  clipNorm: 1,
  loss: 'huber',
  huberDelta: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

describeKernel('simd', (options) => createSimdKernel('simd', options), SIMD_CELLS);

describe.runIf(isSupported('relaxed'))('relaxed, on a runtime that has it', () => {
  describeKernel('relaxed', (options) => createSimdKernel('relaxed', options), SIMD_CELLS);
});

describe.skipIf(isSupported('relaxed'))('relaxed, on a runtime without it', () => {
  it('says so', () => {
    expect(() => createSimdKernel('relaxed')).toThrow(/no WebAssembly/);
  });
});

describe('simd', () => {
  const shape: NetShape = { cell: 'lstm', inputSize: 4, hiddenSize: 32, outputSize: 1, rows: 32 };

  it('nets live on while the memory grows under them, and a larger net comes and goes', () => {
    const [alone, crowded] = [createSimdKernel('simd'), createSimdKernel('simd')];
    const [one, two] = [alone, crowded].map((kernel) => {
      const net = kernel.createNet(shape);
      net.load({ ...net.save(), weights: net.save().weights.map((_, p) => Math.sin(p)) });
      return net;
    });
    const y = new Float32Array(1);
    for (let t = 0; t < 60; t++) {
      for (const net of [one, two]) {
        net.step(y, new Float32Array(4).fill(Math.sin(t)));
        net.setTarget(0, 0, Math.cos(t));
        net.learn(16, OPTIONS);
      }
      const other = crowded.createNet({ ...shape, hiddenSize: 32 + 8 * (t % 9), rows: 32 + t });
      other.step(y, new Float32Array(4).fill(1));
      if (t % 3 === 0) other.free();
    }
    expect(two.save()).toEqual(one.save());
  });

  it('a net takes the bytes that are told, to within a cache line', () => {
    for (const change of [
      {},
      { keepsActivations: true },
      { hiddenSize: 9 },
      { outputSize: 3, inputSize: 17 },
    ] as const) {
      const kernel = createSimdKernel('simd');
      const told = kernel.bytesOf({ ...shape, ...change });
      const net = kernel.createNet({ ...shape, ...change });
      expect(kernel.usedBytes - told).toBeGreaterThanOrEqual(0);
      expect(kernel.usedBytes - told).toBeLessThan(64);
      expect(net.copyOut().length).toBeLessThanOrEqual(told);
    }
  });

  it('its linear model gives the same bits as the plain one', () => {
    const random = createRandom(9);
    for (const n of [1, 2, 7, 25, 32]) {
      const [vector, plain] = [createSimdKernel('simd'), createPlainKernel()].map((kernel) =>
        kernel.createLinearModel(n),
      );
      for (let t = 0; t < 300; t++) {
        const f = Float64Array.from({ length: n }, () => random.uniform(-2, 2));
        const target = random.uniform(-9, 9);
        for (const model of [vector, plain])
          model.update(f, target, { forgetting: 0.998, errorBound: 5, gainBound: 2 });
        expect(vector.predict(f)).toBe(plain.predict(f));
      }
      expect(vector.save()).toEqual(plain.save());
    }
  });
});
