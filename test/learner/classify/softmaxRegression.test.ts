import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/kernel/random.ts';
import { toProbabilities } from '../../../src/learner/classify/softmax.ts';
import { SoftmaxRegression } from '../../../src/learner/classify/softmaxRegression.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const OPTIONS = { features: 3, classes: 3, classFeatures: 0, rate: 0.3 };

function rowAt(row: number, features = 3): { readonly f: Float32Array; readonly label: number } {
  const random = createRandom(row);
  const f = Float32Array.from({ length: features }, () => random.uniform(-1, 1));
  return { f, label: f[0]! > 0.2 ? 0 : f[1]! > 0 ? 1 : 2 };
}

/** ln p */
function said(model: SoftmaxRegression, f: Float32Array, classes = 3): Float64Array {
  const z = new Float64Array(classes);
  model.judge(z, f);
  const toLog = toProbabilities(new Float64Array(classes), z);
  return z.map((logit) => logit - toLog);
}

describe('a softmax regression', () => {
  it('begins with equal probabilities, or as the identity', () => {
    const { f } = rowAt(1);
    for (const logP of said(new SoftmaxRegression(OPTIONS), f)) expect(logP).toBeCloseTo(-Math.log(3), 9);
    const given = Float32Array.from([0.2, 0.5, 0.3], Math.log);
    const passed = said(new SoftmaxRegression({ ...OPTIONS, classFeatures: 1, identityAt: 0 }), given);
    passed.forEach((logP, c) => {
      expect(logP).toBeCloseTo(given[c]!, 6);
    });
  });

  it('learns nothing of a row that it was sure of, but for what it was not', () => {
    const model = new SoftmaxRegression(OPTIONS);
    const f = Float32Array.of(1, 1, 1);
    const errors: number[] = [];
    let isSure = false;
    for (let n = 0; n < 3000 && !isSure; n++) {
      const before = said(model, f);
      model.learn(f, 0);
      errors.push(1 - Math.exp(before[0]!));
      isSure = JSON.stringify([...said(model, f)]) === JSON.stringify([...before]);
    }
    expect(isSure).toBe(true);
    expect(errors.at(-1)).toBeLessThan(2e-3);
    expect(errors.at(-2)).toBeGreaterThan(5e-4);
    model.learn(f, 1);
    expect(Math.exp(said(model, f)[1]!)).toBeGreaterThan(0.001);
  });

  it('learns what a plane can tell apart', () => {
    const model = new SoftmaxRegression(OPTIONS);
    for (let row = 0; row < 3000; row++) {
      const { f, label } = rowAt(row);
      model.learn(f, label);
    }
    let right = 0;
    for (let row = 5000; row < 5500; row++) {
      const { f, label } = rowAt(row);
      const logP = said(model, f);
      if (logP[label] === Math.max(...logP)) right++;
    }
    expect(right).toBeGreaterThan(430);
  });

  it('keeps what it knows of each class and its features, where the list changes', () => {
    const options = { features: 1 + 6, classes: 3, classFeatures: 2, identityAt: 1, rate: 0.1 };
    const model = new SoftmaxRegression(options);
    for (let row = 0; row < 200; row++) {
      const { f, label } = rowAt(row, 7);
      model.learn(f, label);
    }
    const { f } = rowAt(777, 7);
    const moved = model.withClasses([2, 0, 1]);
    const before = said(model, f);
    const after = said(moved, Float32Array.of(f[0]!, f[3]!, f[1]!, f[2]!, f[6]!, f[4]!, f[5]!));
    [before[2], before[0], before[1]].forEach((logP, c) => {
      expect(after[c]).toBeCloseTo(logP!, 5);
    });
    expect(said(model.withClasses([0, 1, 2, -1]), new Float32Array(9), 4)).toHaveLength(4);
  });
});

describe('as any component with state', () => {
  statefulContract<SoftmaxRegression>({
    create: () => new SoftmaxRegression(OPTIONS),
    advance(model, row) {
      const { f, label } = rowAt(row);
      model.learn(f, label);
    },
    observe: (model) => [...said(model, rowAt(9).f)],
    cuts: [0, 5],
    tail: 20,
  });
});
