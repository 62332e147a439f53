import { expect, it } from 'vitest';
import { headBackward, headForward } from '../../../src/kernel/plain/head.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { expectGradient } from '../finiteDifference.ts';
import { randomFloats } from '../randomFloats.ts';

const T = 3;
const D = 3;
const H = 4;
const O = 2;

function createHead(seed: number) {
  const random = createRandom(seed);
  return {
    Wy: randomFloats(random, O * H),
    S: randomFloats(random, O * D),
    by: randomFloats(random, O),
    h: randomFloats(random, (T + 1) * H),
    x: randomFloats(random, T * D),
    y: new Float64Array(T * O),
    dy: randomFloats(random, T * O),
  };
}

type Head = ReturnType<typeof createHead>;

function lossOf(w: Head): number {
  for (let t = 0; t < T; t++) headForward(w.y, w.h, w.x, w.Wy, w.S, w.by, t, D, H, O);
  return w.y.reduce((sum, y, j) => sum + w.dy[j] * y, 0);
}

it('reads the state after its own row, and adds the linear skip from the inputs', () => {
  const w = createHead(1);
  let wanted = w.by[1];
  for (let k = 0; k < H; k++) wanted += w.Wy[H + k] * w.h[3 * H + k];
  for (let k = 0; k < D; k++) wanted += w.S[D + k] * w.x[2 * D + k];

  headForward(w.y, w.h, w.x, w.Wy, w.S, w.by, 2, D, H, O);

  expect(w.y[2 * O + 1]).toBeCloseTo(wanted, 14);
});

it('goes back exactly: every gradient agrees with finite differences and is added to what is there', () => {
  const w = createHead(2);
  const dWy = new Float64Array(O * H).fill(1);
  const dS = new Float64Array(O * D).fill(2);
  const dby = new Float64Array(O).fill(3);
  const dh = new Float64Array((T + 1) * H).fill(4);

  headBackward(dWy, dS, dby, dh, w.dy, w.h, w.x, w.Wy, T, D, H, O);

  const loss = (): number => lossOf(w);
  expectGradient(
    dWy.map((d) => d - 1),
    w.Wy,
    loss,
  );
  expectGradient(
    dS.map((d) => d - 2),
    w.S,
    loss,
  );
  expectGradient(
    dby.map((d) => d - 3),
    w.by,
    loss,
  );
  expectGradient(
    dh.map((d) => d - 4),
    w.h,
    loss,
  );
});
