import { gateCount } from '../../src/kernel/cellSizes.ts';
import type { LearnOptions, NetShape } from '../../src/kernel/kernel.ts';
import { type ParameterBlock, parameterCount, parameterLayout } from '../../src/kernel/parameterLayout.ts';
import { adamStep, createAdamProgress } from '../../src/kernel/plain/adam.ts';
import { addCellGradient, type CellSpace, cellBackward, cellForward } from '../../src/kernel/plain/cell.ts';
import { clipCoefficient, globalNorm } from '../../src/kernel/plain/clip.ts';
import { headBackward, headForward } from '../../src/kernel/plain/head.ts';
import { lossOf } from '../../src/kernel/plain/loss.ts';

/** One row with arrays of its own; h and c hold the state before it and, behind that, the state after it. */
interface Row extends CellSpace {
  readonly h: Float64Array;
  readonly c: Float64Array;
  readonly dh: Float64Array;
  readonly dc: Float64Array;
  readonly y: Float64Array;
  readonly target: Float64Array;
  readonly hasTarget: Uint8Array;
}

type Blocks = Record<ParameterBlock['name'], Float64Array>;

/** The net as one would write it without a thought for speed or memory: float64, every row kept, row after row. */
export class NaiveNet {
  readonly weights: Float64Array;
  readonly #shape: NetShape;
  readonly #moment1: Float64Array;
  readonly #moment2: Float64Array;
  readonly #progress = createAdamProgress();
  #rows: Row[] = [];
  loss = 0;
  gradientNorm = 0;
  gradient: Float64Array = new Float64Array();

  constructor(shape: NetShape, weights: ArrayLike<number>) {
    this.#shape = shape;
    this.weights = Float64Array.from(weights);
    this.#moment1 = new Float64Array(parameterCount(shape));
    this.#moment2 = new Float64Array(parameterCount(shape));
  }

  step(x: ArrayLike<number>): Float64Array {
    const row = createRow(this.#shape, x);
    this.#rows.push(row);
    this.#run(this.#rows.length - 1);
    return row.y;
  }

  setTarget(age: number, output: number, value: number): boolean {
    if (age >= this.#held()) return false;
    const row = this.#rows[this.#rows.length - 1 - age];
    row.target[output] = value;
    row.hasTarget[output] = 1;
    return true;
  }

  learn(rows: number, options: LearnOptions): boolean {
    const first = this.#rows.length - Math.min(rows, this.#held());
    for (let r = first; r < this.#rows.length; r++) this.#run(r);
    const window = this.#rows.slice(first);
    const count = window.reduce((sum, row) => sum + row.hasTarget.reduce((s, flag) => s + flag, 0), 0);
    this.loss = 0;
    this.gradientNorm = 0;
    if (count === 0) return false;
    this.gradient = this.#back(window, count, options);
    this.gradientNorm = globalNorm(this.gradient);
    const scale = clipCoefficient(this.gradientNorm, options.clipNorm);
    adamStep(this.weights, this.#moment1, this.#moment2, this.#progress, this.gradient, scale, options);
    return true;
  }

  resetState(): void {
    this.#rows = [];
  }

  /** ‖∂y(t)/∂(h, c)(t − lag)‖ of the first output, by central differences. */
  stateGradientNorm(t: number, lag: number): number {
    const H = this.#shape.hiddenSize;
    const before = this.#rows[t - lag];
    const step = 1e-5;
    let squares = 0;
    for (const state of [before.h, before.c]) {
      for (let u = H; u < 2 * H; u++) {
        const kept = state[u];
        const outputAt = (value: number): number => {
          state[u] = value;
          for (let r = t - lag + 1; r <= t; r++) this.#run(r);
          return this.#rows[t].y[0];
        };
        squares += ((outputAt(kept + step) - outputAt(kept - step)) / (2 * step)) ** 2;
        outputAt(kept);
      }
    }
    return Math.sqrt(squares);
  }

  #held(): number {
    return Math.min(this.#rows.length, this.#shape.rows);
  }

  /** Row r from the state of the row before it. */
  #run(r: number): void {
    const { cell, inputSize: D, hiddenSize: H, outputSize: O } = this.#shape;
    const w = blocksOf(this.weights, this.#shape);
    const row = this.#rows[r];
    if (r > 0) {
      row.h.set(this.#rows[r - 1].h.subarray(H), 0);
      row.c.set(this.#rows[r - 1].c.subarray(H), 0);
    }
    cellForward(row, w, cell, 0, D, H);
    headForward(row.y, row.h, row.x, w.Wy, w.S, w.by, 0, D, H, O);
  }

  #back(window: readonly Row[], count: number, options: LearnOptions): Float64Array {
    const { cell, inputSize: D, hiddenSize: H, outputSize: O } = this.#shape;
    const gradient = new Float64Array(this.weights.length);
    const [w, d] = [this.weights, gradient].map((flat) => blocksOf(flat, this.#shape));
    let dhLater: Float64Array = new Float64Array(H);
    let dcLater: Float64Array = new Float64Array(H);
    for (const row of window.toReversed()) {
      const dy = new Float64Array(O);
      this.loss += lossOf(dy, row.y, row.target, row.hasTarget, count, O, options);
      const { dh, dc } = row;
      dh.fill(0);
      dc.fill(0);
      dh.set(dhLater, H);
      dc.set(dcLater, H);
      headBackward(d.Wy, d.S, d.by, dh, dy, row.h, row.x, w.Wy, 1, D, H, O);
      cellBackward(row, w, cell, 0, H);
      addCellGradient(d, row, cell, 1, D, H);
      dhLater = dh.slice(0, H);
      dcLater = dc.slice(0, H);
    }
    return gradient;
  }
}

function createRow(shape: NetShape, x: ArrayLike<number>): Row {
  const { cell, hiddenSize: H, outputSize: O } = shape;
  const G = gateCount(cell) * H;
  const dz = new Float64Array(G);
  return {
    x: Float64Array.from(x),
    h: new Float64Array(2 * H),
    c: new Float64Array(2 * H),
    gates: new Float64Array(G),
    tanhC: new Float64Array(H),
    recurrent: new Float64Array(G),
    dz,
    dRecurrent: cell === 'gru' ? new Float64Array(G) : dz,
    dh: new Float64Array(2 * H),
    dc: new Float64Array(2 * H),
    y: new Float64Array(O),
    target: new Float64Array(O),
    hasTarget: new Uint8Array(O),
  };
}

function blocksOf(flat: Float64Array, shape: NetShape): Blocks {
  const none = new Float64Array();
  const empty = Object.fromEntries(['bh', 'p_i', 'p_f', 'p_o'].map((name) => [name, none]));
  const entries = parameterLayout(shape).map(({ name, offset, rows, columns }) => [
    name,
    flat.subarray(offset, offset + rows * columns),
  ]);
  return { ...empty, ...Object.fromEntries(entries) } as Blocks;
}
