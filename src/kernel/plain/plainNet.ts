import type { LearnOptions, Net, NetShape, NetState } from '../kernel.ts';
import { type ParameterViews, parameterCount, parameterViews } from '../parameterLayout.ts';
import { adamStep, createAdamProgress } from './adam.ts';
import { clipCoefficient, globalNorm } from './clip.ts';
import { countTargets } from './loss.ts';
import { Ring } from './ring.ts';
import { backwardWindow, forwardWindow, lossOfWindow } from './window.ts';
import type { Workspace } from './workspace.ts';

/** Largest float32: a second moment above it would be Infinity for good. */
const MAX_FLOAT32 = 3.4028234663852886e38;

/** One net in plain typed arrays. `step`, `setTarget` and `learn` allocate nothing. */
export class PlainNet implements Net {
  readonly shape: NetShape;
  readonly #weights: Float32Array;
  readonly #views: ParameterViews;
  readonly #moment1: Float32Array;
  readonly #moment2: Float32Array;
  readonly #progress: Float64Array = createAdamProgress();
  readonly #ring: Ring;
  readonly #release: () => void;
  #workspace: Workspace | undefined;
  #loss = 0;
  #gradientNorm = 0;

  /** @param release called once, when the net gives its workspace back */
  constructor(shape: NetShape, workspace: Workspace, release: () => void) {
    const P = parameterCount(shape);
    this.shape = shape;
    this.#weights = new Float32Array(P);
    this.#views = parameterViews(this.#weights, shape);
    this.#moment1 = new Float32Array(P);
    this.#moment2 = new Float32Array(P);
    this.#ring = new Ring(shape);
    this.#workspace = workspace;
    this.#release = release;
  }

  get loss(): number {
    return this.#loss;
  }

  get gradientNorm(): number {
    return this.#gradientNorm;
  }

  step(y: Float32Array, x: Float32Array): void {
    const { inputSize: D, outputSize: O } = this.shape;
    if (x.length !== D || y.length !== O) {
      throw new RangeError(`step takes y of ${O} and x of ${D} numbers, not ${y.length} and ${x.length}`);
    }
    const space = this.#space();
    this.#ring.readNewest(space, x);
    forwardWindow(space, this.#views, this.shape, 1);
    this.#ring.append(space);
    for (let o = 0; o < O; o++) y[o] = space.y[o];
  }

  setTarget(age: number, output: number, value: number): boolean {
    if (!Number.isInteger(age) || age < 0) throw new RangeError(`age is a whole number from 0 on, not ${age}`);
    if (!Number.isInteger(output) || output < 0 || output >= this.shape.outputSize) {
      throw new RangeError(`output is a whole number below ${this.shape.outputSize}, not ${output}`);
    }
    return this.#ring.setTarget(age, output, value);
  }

  learn(rows: number, options: LearnOptions): boolean {
    if (!Number.isInteger(rows) || rows < 1) throw new RangeError(`learn takes 1 row or more, not ${rows}`);
    const space = this.#space();
    const T = Math.min(rows, this.#ring.rowCount);
    this.#loss = 0;
    this.#gradientNorm = 0;
    this.#ring.readWindow(space, T);
    forwardWindow(space, this.#views, this.shape, T);
    this.#ring.writeStates(space, T);
    const count = countTargets(space.hasTarget, T * this.shape.outputSize);
    if (count === 0) return false;
    this.#loss = lossOfWindow(space, this.shape, T, count, options);
    backwardWindow(space, this.#views, this.shape, T);
    this.#gradientNorm = globalNorm(space.gradient);
    return this.#update(space, options);
  }

  #update(space: Workspace, options: LearnOptions): boolean {
    const norm = this.#gradientNorm;
    const scale = clipCoefficient(norm, options.clipNorm);
    const clipped = norm * scale;
    if (!Number.isFinite(this.#loss) || !(clipped * clipped <= MAX_FLOAT32)) return false;
    adamStep(this.#weights, this.#moment1, this.#moment2, this.#progress, space.gradient, scale, options);
    return true;
  }

  resetState(): void {
    this.#ring.clear();
  }

  save(): NetState {
    return {
      weights: this.#weights.slice(),
      moment1: this.#moment1.slice(),
      moment2: this.#moment2.slice(),
      adam: this.#progress.slice(),
      ...this.#ring.save(),
    };
  }

  load(state: NetState): void {
    checkLengths(state, this.shape);
    this.#weights.set(state.weights);
    this.#moment1.set(state.moment1);
    this.#moment2.set(state.moment2);
    this.#progress.set(state.adam);
    this.#ring.load(state);
  }

  free(): void {
    if (this.#workspace === undefined) return;
    this.#workspace = undefined;
    this.#release();
  }

  #space(): Workspace {
    if (this.#workspace === undefined) throw new Error('this net was freed');
    return this.#workspace;
  }
}

function checkLengths(state: NetState, shape: NetShape): void {
  const { inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const P = parameterCount(shape);
  const expected = {
    weights: P,
    moment1: P,
    moment2: P,
    adam: 3,
    x: R * D,
    target: R * O,
    hasTarget: R * O,
    h: (R + 1) * H,
    c: (R + 1) * H,
  };
  for (const [name, length] of Object.entries(expected)) {
    const given = state[name as keyof typeof expected].length;
    if (given !== length) throw new RangeError(`${name} of this net has ${length} entries, not ${given}`);
  }
  if (!Number.isInteger(state.rowCount) || state.rowCount < 0 || state.rowCount > R) {
    throw new RangeError(`rowCount of this net is a whole number from 0 to ${R}, not ${state.rowCount}`);
  }
}
