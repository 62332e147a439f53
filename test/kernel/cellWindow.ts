import { cellStateSize, gateCount } from '../../src/kernel/cellSizes.ts';
import type { CellKind } from '../../src/kernel/kernel.ts';
import type { ParameterBlock } from '../../src/kernel/parameterLayout.ts';
import { addCellGradient, type CellSpace, cellBackward, cellForward } from '../../src/kernel/plain/cell.ts';
import { createRandom, type Random } from '../../src/kernel/random.ts';
import { expectGradient } from './finiteDifference.ts';
import { randomFloats } from './randomFloats.ts';

export interface CellWindow {
  readonly cell: CellKind;
  readonly T: number;
  readonly D: number;
  readonly H: number;
  readonly w: Parameters;
  readonly space: Float64Space;
}

type Parameters = Record<ParameterBlock['name'], Float64Array>;
type Float64Space = { readonly [K in keyof CellSpace]: Float64Array };

/** A window of T rows in float64 with random parameters, inputs and a random state before it. */
export function createCellWindow(cell: CellKind, T: number, D: number, H: number, seed = 1): CellWindow {
  const random = createRandom(seed);
  return { cell, T, D, H, w: createParameters(random, cell, D, H), space: createSpace(random, cell, T, D, H) };
}

export function runForward({ cell, T, D, H, w, space }: CellWindow): void {
  for (let t = 0; t < T; t++) cellForward(space, w, cell, t, D, H);
}

/** Holds the gradient of Σ dhAtRow·h + dcAtEnd·c by every parameter and by the state before the window to differences. */
export function expectCellGradients(window: CellWindow, seed = 3): void {
  const { cell, T, D, H, w, space } = window;
  const random = createRandom(seed);
  const dhAtRow = randomFloats(random, (T + 1) * H);
  const dcAtEnd = randomFloats(random, cellStateSize(cell, H));
  const loss = (): number => {
    runForward(window);
    const ofH = space.h.reduce((sum, h, j) => sum + dhAtRow[j] * h, 0);
    return dcAtEnd.reduce((sum, weight, u) => sum + weight * space.c[T * H + u], ofH);
  };
  loss();
  space.dh.set(dhAtRow);
  space.dc.fill(0);
  space.dc.set(dcAtEnd, T * cellStateSize(cell, H));
  const d = createParameters(random, cell, D, H);
  for (const block of Object.values(d)) block.fill(0);

  for (let t = T - 1; t >= 0; t--) cellBackward(space, w, cell, t, H);
  addCellGradient(d, space, cell, T, D, H);

  const dhBefore = space.dh.slice(0, H);
  const dcBefore = space.dc.slice(0, H);
  for (const [name, block] of Object.entries(d)) {
    if (block.length > 0) expectGradient(block, w[name as keyof Parameters], loss);
  }
  expectGradient(dhBefore, space.h.subarray(0, H), loss);
  if (dcAtEnd.length > 0) expectGradient(dcBefore, space.c.subarray(0, H), loss);
}

function createParameters(random: Random, cell: CellKind, D: number, H: number): Parameters {
  const G = gateCount(cell) * H;
  const floats = (n: number): Float64Array => randomFloats(random, n, 0.8);
  const peepholes = cell === 'lstm_peephole' ? H : 0;
  return {
    Wx: floats(G * D),
    Wh: floats(G * H),
    b: floats(G),
    bh: floats(cell === 'gru' ? G : 0),
    p_i: floats(peepholes),
    p_f: floats(peepholes),
    p_o: floats(peepholes),
    Wy: floats(0),
    S: floats(0),
    by: floats(0),
  };
}

function createSpace(random: Random, cell: CellKind, T: number, D: number, H: number): Float64Space {
  const G = gateCount(cell) * H;
  const C = cellStateSize(cell, H);
  const dz = new Float64Array(T * G);
  return {
    x: randomFloats(random, T * D),
    h: randomFloats(random, (T + 1) * H),
    c: randomFloats(random, (T + 1) * C),
    gates: new Float64Array(T * G),
    tanhC: new Float64Array(T * H),
    recurrent: new Float64Array(T * G),
    dz,
    dRecurrent: cell === 'gru' ? new Float64Array(T * G) : dz,
    dh: new Float64Array((T + 1) * H),
    dc: new Float64Array((T + 1) * C),
  };
}

/** Row `row` of W·v, by hand. */
export function rowTimes(W: Float64Array, row: number, v: Float64Array, at: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += W[row * n + k] * v[at + k];
  return sum;
}

export const sigma = (z: number): number => 1 / (1 + Math.exp(-z));
