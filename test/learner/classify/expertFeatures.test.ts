import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpertFeatures, type NewestLabel } from '../../../src/learner/classify/expertFeatures.ts';

const D = 12;
const C = 4;
const x = Float32Array.from({ length: D }, (_, k) => k / 8);
const net = Float64Array.of(-0.1, -2.5, -4, -9);
const labels: fc.Arbitrary<NewestLabel> = fc.record({
  last: fc.nat(C - 1),
  age: fc.nat(500),
  isFresh: fc.constant(true),
});

describe('features of the experts', () => {
  it('are, for the reading alone, level and logarithm of each field', () => {
    expect([...new ExpertFeatures(D, C).instant(x)]).toEqual([x[0], x[1], x[6], x[7]]);
  });

  it('are, for the last readings and the newest label, all inputs, the age of the label, and its class', () => {
    const f = new ExpertFeatures(D, C).recentLabel(x, { last: 2, age: 0, isFresh: true });
    expect(f).toHaveLength(D + 1 + C);
    expect([...f.subarray(0, D)]).toEqual([...x]);
    expect([...f.subarray(D)]).toEqual([-1, 0, 0, 1, 0]);
  });

  it('are, for the network and the newest label, age, log probabilities as they are kept, and class', () => {
    const f = new ExpertFeatures(D, C).netLabel(net, { last: 3, age: 20, isFresh: true });
    expect(f).toHaveLength(1 + 2 * C);
    // 32 steps to 1; nothing less likely than e⁻⁶.
    expect([...f.subarray(1, 1 + C)]).toEqual([-3 / 32, -2.5, -4, -6]);
    expect([...f.subarray(1 + C)]).toEqual([0, 0, 0, 0.5]);
  });

  it('name one class, which fades as its label grows old, and leave nothing behind for the next row', () => {
    void fc.assert(
      fc.property(labels, labels, (before, label) => {
        const [used, fresh] = [new ExpertFeatures(D, C), new ExpertFeatures(D, C)];
        used.recentLabel(x, before);
        used.netLabel(net, before);
        for (const f of [used.recentLabel(x, label), used.netLabel(net, label)]) {
          const classes = [...f.subarray(f.length - C)];
          expect(classes.filter((share) => share !== 0)).toHaveLength(1);
          expect(classes[label.last]).toBeCloseTo(20 / (20 + label.age), 6);
        }
        expect([...used.recentLabel(x, label)]).toEqual([...fresh.recentLabel(x, label)]);
        expect([...used.netLabel(net, label)]).toEqual([...fresh.netLabel(net, label)]);
      }),
    );
  });

  it('tell an old label from a young one by its age too', () => {
    const features = new ExpertFeatures(D, C);
    const ages = [0, 1, 10, 100, 500].map((age) => features.netLabel(net, { last: 0, age, isFresh: true })[0]!);
    expect(ages).toEqual([...ages].sort((a, b) => a - b));
    expect(new Set(ages).size).toBe(ages.length);
  });
});
