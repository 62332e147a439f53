import { expect, it } from 'vitest';
import { createRandom, restoreRandom } from '../../src/kernel/random.ts';

it('draws what the published xoshiro128** draws from the state 1, 2, 3, 4', () => {
  const random = restoreRandom(new Uint32Array([1, 2, 3, 4]));

  expect(Array.from({ length: 6 }, () => random.nextUint32())).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492,
  ]);
});

it('never changes what a seed draws', () => {
  const random = createRandom(1);

  expect([random.nextUint32(), random.uniform(0, 1), random.integerBelow(10)]).toEqual([
    393288148, 0.5061978093400061, 2,
  ]);
});

it('continues from a saved state as if nothing had happened', () => {
  const random = createRandom(123);
  for (let n = 0; n < 17; n++) random.nextUint32();

  const restored = restoreRandom(random.save());

  for (let n = 0; n < 100; n++) expect(restored.nextUint32()).toBe(random.nextUint32());
});

it('hands out copies of its state', () => {
  const random = createRandom(5);
  const saved = random.save();
  const first = random.nextUint32();

  const restored = restoreRandom(saved);
  saved.fill(9);

  expect(restored.nextUint32()).toBe(first);
});

it('starts differently for near seeds and for seeds that differ above 32 bits', () => {
  const seeds = [...Array.from({ length: 1000 }, (_, n) => n), 2 ** 32, 2 ** 33, 2 ** 52, Number.MAX_SAFE_INTEGER];
  const firsts = seeds.map((seed) => createRandom(seed).nextUint32());

  expect(new Set(firsts).size).toBe(seeds.length);
});

it('spreads uniform draws evenly over the range', () => {
  const random = createRandom(7);
  const bins = new Array<number>(10).fill(0);
  for (let n = 0; n < 100_000; n++) {
    const x = random.uniform(-3, 7);
    bins[Math.floor(x + 3)]++;
  }

  expect(bins).toHaveLength(10);

  // Standard deviation of a bin is 95.
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

it('keeps the upper end of uniform out although the sum may round up to it', () => {
  const random = createRandom(8);
  const next = 1 + Number.EPSILON;
  for (let n = 0; n < 1000; n++) expect(random.uniform(1, next)).toBe(1);
});

it('draws every whole number below n, and no other', () => {
  const random = createRandom(9);
  const counts = new Array<number>(7).fill(0);
  for (let n = 0; n < 70_000; n++) counts[random.integerBelow(7)]++;

  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  expect(counts).toHaveLength(7);
  expect(random.integerBelow(1)).toBe(0);
});

it('throws away the draws that would make a remainder unfair', () => {
  // With n = 3·2^30, remainders would give a third of the numbers twice the share.
  const random = createRandom(10);
  const n = 3 * 2 ** 30;
  let low = 0;
  for (let j = 0; j < 30_000; j++) if (random.integerBelow(n) < 2 ** 30) low++;

  expect(Math.abs(low - 10_000)).toBeLessThan(500);
});

it('refuses seeds, states and limits that it cannot use', () => {
  for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => createRandom(seed)).toThrow(RangeError);
  for (const state of [new Uint32Array(4), new Uint32Array([1, 2, 3])]) {
    expect(() => restoreRandom(state)).toThrow(RangeError);
  }
  for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
    expect(() => createRandom(1).integerBelow(n)).toThrow(RangeError);
});
