import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addMatVec, addOuterProducts, addRows, addTransposedMatVec } from '../../../src/kernel/plain/matrix.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { randomFloats } from '../randomFloats.ts';

// Every remainder of the blocks of four, on both sides.
const size = fc.integer({ min: 1, max: 11 });
const offset = fc.integer({ min: 0, max: 3 });

function expectClose(actual: Float64Array, wanted: Float64Array): void {
  for (let j = 0; j < wanted.length; j++) expect(Math.abs(actual[j] - wanted[j])).toBeLessThan(1e-13);
}

it('adds W·x to the stretch of y it was given and to nothing else', () => {
  void fc.assert(
    fc.property(size, size, offset, offset, fc.nat(), (R, K, yAt, xAt, seed) => {
      const random = createRandom(seed);
      const W = randomFloats(random, R * K);
      const x = randomFloats(random, xAt + K + 1);
      const y = randomFloats(random, yAt + R + 1);
      const wanted = y.slice();
      for (let r = 0; r < R; r++) for (let k = 0; k < K; k++) wanted[yAt + r] += W[r * K + k] * x[xAt + k];

      addMatVec(y, yAt, W, x, xAt, R, K);

      expectClose(y, wanted);
    }),
  );
});

it('adds the transposed product to the stretch of dx it was given and to nothing else', () => {
  void fc.assert(
    fc.property(size, size, offset, offset, fc.nat(), (R, K, dxAt, dyAt, seed) => {
      const random = createRandom(seed);
      const W = randomFloats(random, R * K);
      const dy = randomFloats(random, dyAt + R + 1);
      const dx = randomFloats(random, dxAt + K + 1);
      const wanted = dx.slice();
      for (let r = 0; r < R; r++) for (let k = 0; k < K; k++) wanted[dxAt + k] += W[r * K + k] * dy[dyAt + r];

      addTransposedMatVec(dx, dxAt, W, dy, dyAt, R, K);

      expectClose(dx, wanted);
    }),
  );
});

it('adds the outer products and the sums of all rows of a window', () => {
  void fc.assert(
    fc.property(size, size, size, offset, fc.nat(), (T, R, K, xAt, seed) => {
      const random = createRandom(seed);
      const dy = randomFloats(random, T * R + 1);
      const x = randomFloats(random, xAt + T * K + 1);
      const dW = randomFloats(random, R * K + 1);
      const db = randomFloats(random, R + 1);
      const wantedW = dW.slice();
      const wantedB = db.slice();
      for (let t = 0; t < T; t++) {
        for (let r = 0; r < R; r++) {
          wantedB[r] += dy[t * R + r];
          for (let k = 0; k < K; k++) wantedW[r * K + k] += dy[t * R + r] * x[xAt + t * K + k];
        }
      }

      addOuterProducts(dW, dy, x, xAt, T, R, K);
      addRows(db, dy, T, R);

      expectClose(dW, wantedW);
      expectClose(db, wantedB);
    }),
  );
});
