import type { LearnOptions, NetShape } from '../../src/kernel/kernel.ts';
import { type ParameterBlock, parameterCount, parameterLayout } from '../../src/kernel/parameterLayout.ts';
import { adamStep, createAdamProgress } from '../../src/kernel/plain/adam.ts';
import { clipCoefficient, globalNorm } from '../../src/kernel/plain/clip.ts';
import { headBackward, headForward } from '../../src/kernel/plain/head.ts';
import { huberLoss, squaredLoss } from '../../src/kernel/plain/loss.ts';
import { lstmCellBackward, lstmCellForward } from '../../src/kernel/plain/lstmCell.ts';
import { addOuterProducts, addRows } from '../../src/kernel/plain/matrix.ts';
import { rnnCellBackward, rnnCellForward } from '../../src/kernel/plain/rnnCell.ts';

/** One row with arrays of its own; h and c hold the state before it and, behind that, the state after it. */
interface Row {
  readonly x: Float64Array;
  readonly h: Float64Array;
  readonly c: Float64Array;
  readonly gates: Float64Array;
  readonly tanhC: Float64Array;
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
    if (cell === 'lstm') lstmCellForward(row.gates, row.tanhC, row.c, row.h, row.x, w.Wx, w.Wh, w.b, 0, D, H);
    else rnnCellForward(row.h, row.x, w.Wx, w.Wh, w.b, 0, D, H);
    headForward(row.y, row.h, row.x, w.Wy, w.S, w.by, 0, D, H, O);
  }

  #back(window: readonly Row[], count: number, options: LearnOptions): Float64Array {
    const { cell, inputSize: D, hiddenSize: H, outputSize: O } = this.#shape;
    const gradient = new Float64Array(this.weights.length);
    const [w, d] = [this.weights, gradient].map((flat) => blocksOf(flat, this.#shape));
    const G = d.b.length;
    let dhLater: Float64Array = new Float64Array(H);
    let dcLater: Float64Array = new Float64Array(H);
    for (const row of window.toReversed()) {
      const dy = new Float64Array(O);
      this.loss +=
        options.loss === 'huber'
          ? huberLoss(dy, row.y, row.target, row.hasTarget, options.huberDelta, count, O)
          : squaredLoss(dy, row.y, row.target, row.hasTarget, count, O);
      const dh = new Float64Array(2 * H);
      const dc = new Float64Array(2 * H);
      const dz = new Float64Array(G);
      dh.set(dhLater, H);
      dc.set(dcLater, H);
      headBackward(d.Wy, d.S, d.by, dh, dy, row.h, row.x, w.Wy, 1, D, H, O);
      if (cell === 'lstm') lstmCellBackward(dz, dc, dh, row.gates, row.tanhC, row.c, w.Wh, 0, H);
      else rnnCellBackward(dz, dh, row.h, w.Wh, 0, H);
      addOuterProducts(d.Wx, dz, row.x, 0, 1, G, D);
      addOuterProducts(d.Wh, dz, row.h, 0, 1, G, H);
      addRows(d.b, dz, 1, G);
      dhLater = dh.slice(0, H);
      dcLater = dc.slice(0, H);
    }
    return gradient;
  }
}

function createRow(shape: NetShape, x: ArrayLike<number>): Row {
  const { hiddenSize: H, outputSize: O } = shape;
  return {
    x: Float64Array.from(x),
    h: new Float64Array(2 * H),
    c: new Float64Array(2 * H),
    gates: new Float64Array(4 * H),
    tanhC: new Float64Array(H),
    y: new Float64Array(O),
    target: new Float64Array(O),
    hasTarget: new Uint8Array(O),
  };
}

function blocksOf(flat: Float64Array, shape: NetShape): Blocks {
  const entries = parameterLayout(shape).map(({ name, offset, rows, columns }) => [
    name,
    flat.subarray(offset, offset + rows * columns),
  ]);
  return Object.fromEntries(entries) as Blocks;
}
