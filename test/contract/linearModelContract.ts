import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kernel, KernelFullError, type KernelOptions, type LinearOptions } from '../../src/kernel/kernel.ts';
import { createRandom } from '../../src/kernel/random.ts';

const OPTIONS: LinearOptions = { forgetting: 0.9998, errorBound: 5, gainBound: 1.1e4 };

/** Contract of the linear model of every kernel. */
export function describeLinearModel(name: string, createKernel: (options?: KernelOptions) => Kernel): void {
  describe(`linear model contract: ${name}`, () => {
    const create = (size: number) => createKernel().createLinearModel(size);

    it('is ordinary least squares with a prior of one where nothing is forgotten, for any size', () => {
      void fc.assert(
        fc.property(
          fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 32 }) }, fc.integer({ min: 33, max: 128 })),
          fc.nat(),
          (n, seed) => {
            const random = createRandom(seed);
            const model = create(n);
            const normal = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
            const right = new Array<number>(n).fill(0);
            for (let t = 0; t < 3 * n; t++) {
              const f = Float64Array.from({ length: n }, () => random.uniform(-1, 1));
              const target = random.uniform(-1, 1);
              for (let i = 0; i < n; i++) {
                right[i] += f[i] * target;
                for (let j = 0; j < n; j++) normal[i][j] += f[i] * f[j];
              }
              expect(model.update(f, target, { forgetting: 1, errorBound: 1e9, gainBound: 1e9 })).toBe(true);
            }
            const wanted = solve(normal, right);
            const { weights } = model.save();
            wanted.forEach((w, i) => {
              expect(Math.abs(weights[i] - w)).toBeLessThan(1e-9);
            });
          },
        ),
        { numRuns: 40 },
      );
    });

    it('follows a law that changes, and predicts w·f', () => {
      const random = createRandom(3);
      const model = create(3);
      for (let t = 0; t < 8000; t++) {
        const f = Float64Array.from([1, random.uniform(-1, 1), random.uniform(-1, 1)]);
        const target = t < 4000 ? 1 + 2 * f[1] - f[2] : -1 + f[1];
        model.update(f, target, { ...OPTIONS, forgetting: 0.99 });
      }
      expect(model.predict(Float64Array.from([1, 0.5, 0.25]))).toBeCloseTo(-0.5, 6);
      const { weights } = model.save();
      [-1, 1, 0].forEach((w, i) => {
        expect(weights[i]).toBeCloseTo(w, 6);
      });
    });

    it('limits the error that it learns from', () => {
      const [bounded, small] = [create(2), create(2)];
      const f = Float64Array.from([1, 2]);
      bounded.update(f, 1e6, OPTIONS);
      small.update(f, 5, OPTIONS);
      expect(bounded.save()).toEqual(small.save());
      bounded.update(f, -1e6, OPTIONS);
      small.update(f, bounded.predict(f), OPTIONS);
      expect(bounded.predict(f)).toBeLessThan(small.predict(f));
    });

    it('keeps P symmetric to the bit, and bounded where a feature does not move', () => {
      const random = createRandom(4);
      const model = create(7);
      for (let t = 0; t < 20_000; t++) {
        const f = Float64Array.from({ length: 7 }, (_, i) => (i < 3 ? 0 : random.uniform(-1, 1)));
        expect(model.update(f, f[4], { ...OPTIONS, forgetting: 0.999 })).toBe(true);
      }
      const { P } = model.save();
      let trace = 0;
      for (let i = 0; i < 7; i++) {
        trace += P[i * 7 + i];
        for (let j = 0; j < 7; j++) expect(P[i * 7 + j]).toBe(P[j * 7 + i]);
      }
      expect(P.every(Number.isFinite)).toBe(true);
      expect(trace / 7).toBeLessThanOrEqual(1.1e4);
    });

    it('refuses to learn from numbers that are not finite and keeps all it knows', () => {
      const model = create(4);
      for (let t = 0; t < 50; t++) model.update(Float64Array.from([1, t % 3, t % 5, t % 7]), t % 2, OPTIONS);
      const before = model.save();
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e200]) {
        expect(model.update(Float64Array.from([1, bad, 0, 0]), 1, OPTIONS)).toBe(false);
        if (!Number.isFinite(bad)) expect(model.update(Float64Array.from([1, 1, 0, 0]), bad, OPTIONS)).toBe(false);
      }
      expect(model.save()).toEqual(before);
    });

    it('goes on from what was saved, and hands out copies', () => {
      const [one, two] = [create(5), create(5)];
      const random = createRandom(6);
      const next = () => Float64Array.from({ length: 5 }, () => random.uniform(-1, 1));
      for (let t = 0; t < 20; t++) one.update(next(), 0.5, OPTIONS);
      const saved = one.save();
      two.load(saved);
      for (let t = 0; t < 20; t++) {
        const f = next();
        one.update(f, 0.25, OPTIONS);
        two.update(f, 0.25, OPTIONS);
      }
      expect(two.save()).toEqual(one.save());
      saved.weights.fill(9);
      saved.P.fill(9);
      expect(two.save()).toEqual(one.save());
    });

    it('refuses sizes, vectors and states that cannot be meant, and use after free', () => {
      for (const size of [0, 129, 1.5, Number.NaN, -1]) expect(() => create(size)).toThrow(RangeError);
      const model = create(3);
      expect(() => model.predict(new Float64Array(2))).toThrow(RangeError);
      expect(() => model.update(new Float64Array(4), 1, OPTIONS)).toThrow(RangeError);
      expect(() => model.load({ weights: new Float64Array(2), P: new Float64Array(9) })).toThrow(RangeError);
      expect(() => model.load({ weights: new Float64Array(3), P: new Float64Array(8) })).toThrow(RangeError);
      model.free();
      model.free();
      expect(() => model.predict(new Float64Array(3))).toThrow();
      expect(() => model.update(new Float64Array(3), 1, OPTIONS)).toThrow();
    });

    it('counts towards the memory limit and gives it back', () => {
      const kernel = createKernel({ memoryLimit: 20_000 });
      const model = kernel.createLinearModel(32);
      expect(kernel.usedBytes).toBeGreaterThan(8000);
      kernel.createLinearModel(32);
      expect(() => kernel.createLinearModel(32)).toThrow(KernelFullError);
      model.free();
      const again = kernel.createLinearModel(32);
      expect(again.predict(new Float64Array(32).fill(1))).toBe(0);
      expect(again.save().P[33]).toBe(1);
    });
  });
}

/** Gauss elimination with pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return rows.map((row, k) => row[n] / row[k]);
}
