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
import { cellInputSize, longestWindow } from '../shapeSizes.ts';
import { copyCarried, copyStateIn, copyStateOut } from './netState.ts';
import type { SimdHome } from './simdHome.ts';

/** One net in the kernel's memory. `step`, `setTarget`, `learn` and `replay` allocate nothing. */
export class SimdNet implements Net {
  readonly shape: NetShape;
  readonly #home: SimdHome;
  readonly #address: number;
  /** Where x and y lie, as indices of float32. */
  readonly #x: number;
  readonly #y: number;
  #isFreed = false;
  readonly #release: () => void;

  /** @param release called once, when the net gives its memory back */
  constructor(shape: NetShape, home: SimdHome, address: number, release: () => void) {
    this.shape = shape;
    this.#home = home;
    this.#address = address;
    this.#x = home.wasm.inputOf(address) / 4;
    this.#y = home.wasm.outputOf(address) / 4;
    this.#release = release;
  }

  get loss(): number {
    return this.#isFreed ? 0 : this.#home.wasm.lossOf(this.#address);
  }

  get gradientNorm(): number {
    return this.#isFreed ? 0 : this.#home.wasm.gradientNormOf(this.#address);
  }

  step(y: Float32Array, x: Float32Array): void {
    checkStep(this.shape, y, x);
    checkAlive(this.#isFreed, 'net');
    const { arena, wasm, space } = this.#home;
    const { f32 } = arena;
    for (let k = 0, at = this.#x; k < x.length; k++) f32[at + k] = x[k];
    wasm.step(this.#address, space);
    for (let o = 0, at = this.#y; o < y.length; o++) y[o] = f32[at + o];
  }

  setTarget(age: number, output: number, value: number): boolean {
    checkTarget(this.shape, age, output);
    checkAlive(this.#isFreed, 'net');
    // Beyond 32 bits an age would wrap round to a young one.
    if (age >= this.shape.rows) return false;
    return this.#home.wasm.setTarget(this.#address, age, output, value) !== 0;
  }

  learn(rows: number, options: LearnOptions): boolean {
    checkRows(rows);
    checkAlive(this.#isFreed, 'net');
    const { wasm, space } = this.#home;
    const T = Math.min(rows, this.shape.rows);
    const { learningRate, clipNorm, beta1, beta2, epsilon } = options;
    const { largestNorm = Number.POSITIVE_INFINITY, headRate = 1 } = options;
    const delta = deltaOf(options);
    const net = this.#address;
    return wasm.learn(net, space, T, learningRate, clipNorm, largestNorm, delta, beta1, beta2, epsilon, headRate) !== 0;
  }

  replay(window: ReplayWindow, options: LearnOptions): boolean {
    checkReplay(this.shape, window);
    checkAlive(this.#isFreed, 'net');
    const { wasm, space } = this.#home;
    wasm.startReplay(this.#address, space);
    this.#placeState(window);
    const longest = longestWindow(this.shape);
    for (let done = 0; done < window.burnIn; ) {
      const T = Math.min(longest, window.burnIn - done);
      this.#placeInputs(window, done, T);
      wasm.burnIn(this.#address, T);
      done += T;
    }
    const T = window.rows - window.burnIn;
    this.#placeInputs(window, window.burnIn, T);
    this.#placeTargets(window, T, options);
    const { learningRate, clipNorm, beta1, beta2, epsilon } = options;
    const { largestNorm = Number.POSITIVE_INFINITY, headRate = 1 } = options;
    const delta = deltaOf(options);
    const net = this.#address;
    return wasm.learnReplay(net, T, learningRate, clipNorm, largestNorm, delta, beta1, beta2, epsilon, headRate) !== 0;
  }

  #placeState({ h0, c0 }: ReplayWindow): void {
    const { arena, wasm } = this.#home;
    if (h0 !== undefined) arena.f32.set(h0, wasm.replayHidden(this.#address) / 4);
    if (c0 !== undefined && this.shape.cell === 'lstm') arena.f32.set(c0, wasm.replayCell() / 4);
  }

  #placeInputs({ x }: ReplayWindow, from: number, T: number): void {
    const { arena, wasm } = this.#home;
    const { f32 } = arena;
    const D = this.shape.inputSize;
    const cellD = cellInputSize(this.shape);
    // Of the inputs of the head alone, seen from where they would lie behind those of the cell.
    const apart = wasm.headInputsAt(this.#address) / 4 - cellD;
    const first = wasm.replayInput(0) / 4;
    const stride = wasm.replayInput(1) / 4 - first;
    for (let t = 0; t < T; t++) {
      const at = first + t * stride;
      const row = (from + t) * D;
      for (let k = 0; k < cellD; k++) f32[at + k] = x[row + k];
      for (let k = cellD; k < D; k++) f32[at + apart + k] = x[row + k];
    }
  }

  #placeTargets({ burnIn, target, hasTarget, weight }: ReplayWindow, T: number, { loss }: LearnOptions): void {
    const { arena, wasm } = this.#home;
    const { f32 } = arena;
    const O = this.shape.outputSize;
    const values = wasm.replayTargets() / 4;
    const flags = wasm.replayFlags() / 4;
    // With softmax the first entry of a row says all: its class.
    const stride = loss === 'softmax' ? O : 1;
    for (let j = 0, from = burnIn * O; j < T * O; j += stride, from += stride) {
      f32[values + j] = target[from];
      f32[flags + j] = hasTarget[from];
    }
    const weights = wasm.replayWeights() / 4;
    for (let t = 0; t < T; t++) f32[weights + t] = weight === undefined ? 1 : weight[burnIn + t];
  }

  copyState(h: Float32Array, c: Float32Array): void {
    checkCopyState(this.shape, h, c);
    checkAlive(this.#isFreed, 'net');
    copyCarried(this.#home, this.#address, this.shape, h, c);
  }

  resetState(): void {
    checkAlive(this.#isFreed, 'net');
    this.#home.wasm.clear(this.#address);
  }

  save(): NetState {
    checkAlive(this.#isFreed, 'net');
    return copyStateOut(this.#home, this.#address, this.shape);
  }

  load(state: NetState): void {
    checkState(this.shape, state);
    checkAlive(this.#isFreed, 'net');
    copyStateIn(this.#home, this.#address, this.shape, state);
  }

  copyOut(): Uint8Array {
    return this.#bytes().slice();
  }

  copyIn(block: Uint8Array): void {
    const bytes = this.#bytes();
    checkBlock(bytes, block);
    bytes.set(block);
  }

  /** The block as it lies in memory: a view to be used at once. */
  #bytes(): Uint8Array {
    checkAlive(this.#isFreed, 'net');
    const { arena, wasm } = this.#home;
    return arena.u8.subarray(this.#address, this.#address + wasm.netLength(this.#address));
  }

  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#release();
  }
}

const DELTAS = { squared: 0, logistic: -1, softmax: -2 } as const;

/** The loss as one number for the WebAssembly side. */
function deltaOf({ loss, huberDelta }: LearnOptions): number {
  return loss === 'huber' ? huberDelta : DELTAS[loss];
}
