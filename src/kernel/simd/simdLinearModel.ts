import { checkAlive, checkFeatureVector, checkLinearState } from '../checkCall.ts';
import type { LinearModel, LinearOptions, LinearState } from '../kernel.ts';
import type { Arena } from './arena.ts';
import type { SimdExports } from './simdModule.ts';

/** One linear model in the kernel's memory: weights, gain, features (n'), P (n,n'), n' = n rounded up to even. */
export class SimdLinearModel implements LinearModel {
  readonly size: number;
  readonly #arena: Arena;
  readonly #wasm: SimdExports;
  readonly #address: number;
  readonly #release: () => void;
  #isFreed = false;

  /** @param release called once, when the model gives its memory back */
  constructor(size: number, arena: Arena, wasm: SimdExports, address: number, release: () => void) {
    this.size = size;
    this.#arena = arena;
    this.#wasm = wasm;
    this.#address = address;
    this.#release = release;
  }

  predict(f: Float64Array): number {
    this.#place(f);
    return this.#wasm.predictLinear(this.#address, this.size);
  }

  update(f: Float64Array, target: number, { forgetting, errorBound, gainBound }: LinearOptions): boolean {
    this.#place(f);
    return this.#wasm.updateLinear(this.#address, this.size, target, forgetting, errorBound, gainBound) !== 0;
  }

  save(): LinearState {
    checkAlive(this.#isFreed, 'linear model');
    const n = this.size;
    const { f64 } = this.#arena;
    const P = new Float64Array(n * n);
    for (let i = 0; i < n; i++) P.set(f64.subarray(this.#row(i), this.#row(i) + n), i * n);
    return { weights: f64.slice(this.#address / 8, this.#address / 8 + n), P };
  }

  load(state: LinearState): void {
    checkLinearState(this.size, state);
    checkAlive(this.#isFreed, 'linear model');
    const n = this.size;
    const { f64 } = this.#arena;
    f64.set(state.weights, this.#address / 8);
    for (let i = 0; i < n; i++) f64.set(state.P.subarray(i * n, (i + 1) * n), this.#row(i));
  }

  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#release();
  }

  /** Where row i of P begins, as an index of float64. */
  #row(i: number): number {
    return this.#address / 8 + (3 + i) * this.#width();
  }

  #width(): number {
    return Math.ceil(this.size / 2) * 2;
  }

  #place(f: Float64Array): void {
    checkFeatureVector(this.size, f);
    checkAlive(this.#isFreed, 'linear model');
    const { f64 } = this.#arena;
    const at = this.#address / 8 + 2 * this.#width();
    for (let i = 0; i < f.length; i++) f64[at + i] = f[i];
  }
}
