import { checkAlive, checkBlock, checkReplay, checkRows, checkState, checkStep, checkTarget } from '../checkCall.ts';
import type { LearnOptions, Net, NetShape, NetState, ReplayWindow } from '../kernel.ts';
import { copyStateIn, copyStateOut } from './netState.ts';
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
    const { learningRate, clipNorm, largestNorm = Number.POSITIVE_INFINITY, beta1, beta2, epsilon } = options;
    const { wasm, space } = this.#home;
    const T = Math.min(rows, this.shape.rows);
    const delta = deltaOf(options);
    return wasm.learn(this.#address, space, T, learningRate, clipNorm, largestNorm, delta, beta1, beta2, epsilon) !== 0;
  }

  replay(window: ReplayWindow, options: LearnOptions): boolean {
    checkReplay(this.shape, window);
    checkAlive(this.#isFreed, 'net');
    const { wasm, space } = this.#home;
    wasm.startReplay(this.#address, space);
    for (let done = 0; done < window.burnIn; ) {
      const T = Math.min(this.shape.rows, window.burnIn - done);
      this.#placeInputs(window, done, T);
      wasm.burnIn(this.#address, T);
      done += T;
    }
    const T = window.rows - window.burnIn;
    this.#placeInputs(window, window.burnIn, T);
    this.#placeTargets(window, T);
    const { learningRate, clipNorm, largestNorm = Number.POSITIVE_INFINITY, beta1, beta2, epsilon } = options;
    const delta = deltaOf(options);
    return wasm.learnReplay(this.#address, T, learningRate, clipNorm, largestNorm, delta, beta1, beta2, epsilon) !== 0;
  }

  #placeInputs({ x }: ReplayWindow, from: number, T: number): void {
    const { arena, wasm } = this.#home;
    const { f32 } = arena;
    const D = this.shape.inputSize;
    for (let t = 0; t < T; t++) {
      const at = wasm.replayInput(t) / 4;
      const row = (from + t) * D;
      for (let k = 0; k < D; k++) f32[at + k] = x[row + k];
    }
  }

  #placeTargets({ burnIn, target, hasTarget }: ReplayWindow, T: number): void {
    const { arena, wasm } = this.#home;
    const { f32 } = arena;
    const O = this.shape.outputSize;
    const values = wasm.replayTargets() / 4;
    const flags = wasm.replayFlags() / 4;
    for (let j = 0, from = burnIn * O; j < T * O; j++, from++) {
      f32[values + j] = target[from];
      f32[flags + j] = hasTarget[from];
    }
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

/** The loss as one number for the WebAssembly side. */
function deltaOf({ loss, huberDelta }: LearnOptions): number {
  if (loss === 'huber') return huberDelta;
  return loss === 'squared' ? 0 : -1;
}
