import { cellStateSize } from '../cellSizes.ts';
import {
  checkAlive,
  checkBlock,
  checkCopyState,
  checkReplay,
  checkRows,
  checkState,
  checkStep,
  checkTarget,
} from '../checkCall.ts';
import type { LearnOptions, Net, NetShape, NetState, ReplayWindow } from '../kernel.ts';
import { type ParameterViews, parameterCount, parameterLayout, parameterViews } from '../parameterLayout.ts';
import { adamStep, addAdamStep, createAdamProgress } from './adam.ts';
import { Block } from './block.ts';
import { clipCoefficient, globalNorm } from './clip.ts';
import { countTargets, weightOfTargets } from './loss.ts';
import { Ring } from './ring.ts';
import { backwardWindow, forwardWindow, lossOfWindow, placeReplay, runBurnIn } from './window.ts';
import type { Workspace } from './workspace.ts';

/** Largest float32: a second moment above it would be Infinity for good. */
const MAX_FLOAT32 = 3.4028234663852886e38;

/** One net in plain typed arrays. `step`, `setTarget` and `learn` allocate nothing. */
export class PlainNet implements Net {
  readonly shape: NetShape;
  readonly #block: Block;
  readonly #weights: Float32Array;
  readonly #views: ParameterViews;
  readonly #moment1: Float32Array;
  readonly #moment2: Float32Array;
  readonly #progress: Float64Array;
  readonly #ring: Ring;
  readonly #release: () => void;
  #workspace: Workspace | undefined;
  #loss = 0;
  #gradientNorm = 0;

  /** @param release called once, when the net gives its memory back */
  constructor(shape: NetShape, workspace: Workspace, release: () => void) {
    const P = parameterCount(shape);
    this.shape = shape;
    this.#block = new Block(plainNetBytes(shape));
    this.#progress = this.#block.float64(3);
    this.#progress.set(createAdamProgress());
    this.#weights = this.#block.float32(P);
    this.#views = parameterViews(this.#weights, shape);
    this.#moment1 = this.#block.float32(P);
    this.#moment2 = this.#block.float32(P);
    this.#ring = new Ring(shape, this.#block);
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
    checkStep(this.shape, y, x);
    const space = this.#space();
    this.#ring.readNewest(space, x);
    forwardWindow(space, this.#views, this.shape, 1);
    this.#ring.append(space);
    for (let o = 0; o < y.length; o++) y[o] = space.y[o];
  }

  setTarget(age: number, output: number, value: number): boolean {
    checkTarget(this.shape, age, output);
    this.#space();
    return this.#ring.setTarget(age, output, value);
  }

  learn(rows: number, options: LearnOptions): boolean {
    checkRows(rows);
    const space = this.#space();
    const T = Math.min(rows, this.#ring.rowCount);
    this.#ring.readWindow(space, T);
    forwardWindow(space, this.#views, this.shape, T);
    this.#ring.writeStates(space, T);
    space.weight.fill(1, 0, T);
    return this.#learnFrom(space, T, options);
  }

  replay(window: ReplayWindow, options: LearnOptions): boolean {
    checkReplay(this.shape, window);
    const space = this.#space();
    runBurnIn(space, this.#views, this.shape, window);
    placeReplay(space, this.shape, window);
    const T = window.rows - window.burnIn;
    forwardWindow(space, this.#views, this.shape, T);
    return this.#learnFrom(space, T, options);
  }

  /** Loss, gradient and update of the T rows that `forwardWindow` has just run. */
  #learnFrom(space: Workspace, T: number, options: LearnOptions): boolean {
    this.#loss = 0;
    this.#gradientNorm = 0;
    const count = this.#targetsOf(space, T, options);
    if (count === 0) return false;
    this.#loss = lossOfWindow(space, this.shape, T, count, options);
    backwardWindow(space, this.#views, this.shape, T);
    this.#gradientNorm = globalNorm(space.gradient);
    return this.#update(space, options);
  }

  #targetsOf({ hasTarget, weight }: Workspace, T: number, { loss }: LearnOptions): number {
    const O = this.shape.outputSize;
    return loss === 'softmax' ? weightOfTargets(hasTarget, weight, T, O) : countTargets(hasTarget, T * O);
  }

  #update(space: Workspace, options: LearnOptions): boolean {
    const norm = this.#gradientNorm;
    if (norm > (options.largestNorm ?? Number.POSITIVE_INFINITY)) return false;
    const scale = clipCoefficient(norm, options.clipNorm);
    const clipped = norm * scale;
    if (!Number.isFinite(this.#loss) || !(clipped * clipped <= MAX_FLOAT32)) return false;
    adamStep(this.#weights, this.#moment1, this.#moment2, this.#progress, space.gradient, scale, options);
    const { headRate = 1 } = options;
    if (headRate !== 1) this.#hurryHead(headRate, options);
    return true;
  }

  /** S and by go the rest of their larger step. */
  #hurryHead(headRate: number, options: LearnOptions): void {
    for (const { name, offset, rows, columns } of parameterLayout(this.shape)) {
      if (name !== 'S' && name !== 'by') continue;
      const end = offset + rows * columns;
      addAdamStep(this.#weights, this.#moment1, this.#moment2, this.#progress, headRate - 1, offset, end, options);
    }
  }

  copyState(h: Float32Array, c: Float32Array): void {
    checkCopyState(this.shape, h, c);
    this.#space();
    this.#ring.copyState(h, c);
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
    checkState(this.shape, state);
    this.#weights.set(state.weights);
    this.#moment1.set(state.moment1);
    this.#moment2.set(state.moment2);
    this.#progress.set(state.adam);
    this.#ring.load(state);
  }

  copyOut(): Uint8Array {
    return this.#block.bytes.slice();
  }

  copyIn(block: Uint8Array): void {
    checkBlock(this.#block.bytes, block);
    this.#block.bytes.set(block);
  }

  free(): void {
    if (this.#workspace === undefined) return;
    this.#workspace = undefined;
    this.#release();
  }

  #space(): Workspace {
    checkAlive(this.#workspace === undefined, 'net');
    return this.#workspace as Workspace;
  }
}

/** Weights and two moments, β powers, and R + 1 slots of x, target, hasTarget, h and, where the cell has it, c. */
export function plainNetBytes(shape: NetShape): number {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const states = H + cellStateSize(cell, H);
  return 3 * 4 * parameterCount(shape) + 3 * 8 + 2 * 4 + (R + 1) * (4 * (D + O + states) + O);
}
