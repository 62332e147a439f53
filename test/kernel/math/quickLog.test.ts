import { expect, it } from 'vitest';
import { log } from '../../../src/kernel/math/log.ts';
import { quickLog } from '../../../src/kernel/math/quickLog.ts';
import { createRandom } from '../../../src/kernel/random.ts';

const PROMISED = 2e-10;

it('keeps its promised error over its range, at both ends of each part of an octave too', () => {
  const random = createRandom(1);
  let worst = 0;
  for (let n = 0; n < 100_000; n++) {
    const x = 10 ** random.uniform(-29.9, 29.9);
    worst = Math.max(worst, Math.abs(quickLog(x) - log(x)));
  }
  for (let part = 128; part <= 256; part++) {
    for (const x of [part / 128, (part / 128) * (1 - 1e-9), (part / 128) * (1 + 1e-9)]) {
      worst = Math.max(worst, Math.abs(quickLog(x) - log(x)));
    }
  }
  expect(worst).toBeLessThanOrEqual(PROMISED);
});

it('rises with its argument, from part to part', () => {
  let before = Number.NEGATIVE_INFINITY;
  for (let x = 0.25; x < 4; x += 1 / 4096) {
    expect(quickLog(x)).toBeGreaterThan(before);
    before = quickLog(x);
  }
});

it.each([0, -0, -1, 1e-31, 5e-324, 1e31, Number.POSITIVE_INFINITY, Number.NaN])('is the logarithm at %d', (x) => {
  expect(quickLog(x)).toBe(log(x));
});
