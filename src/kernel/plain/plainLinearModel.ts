import { checkAlive, checkFeatures, checkFeatureVector, checkLinearState } from '../checkCall.ts';
import type { LinearModel, LinearOptions, LinearState } from '../kernel.ts';
import { predictLinear, updateLinear } from './recursiveLeastSquares.ts';

/** One linear model in plain typed arrays. `predict` and `update` allocate nothing. */
export class PlainLinearModel implements LinearModel {
  readonly size: number;
  readonly #weights: Float64Array;
  readonly #P: Float64Array;
  readonly #gain: Float64Array;
  readonly #release: () => void;
  #isFreed = false;

  /** @param release called once, when the model gives its memory back */
  constructor(size: number, release: () => void) {
    checkFeatures(size);
    this.size = size;
    this.#weights = new Float64Array(size);
    this.#P = new Float64Array(size * size);
    for (let i = 0; i < size; i++) this.#P[i * size + i] = 1;
    this.#gain = new Float64Array(size);
    this.#release = release;
  }

  predict(f: Float64Array): number {
    this.#check(f);
    return predictLinear(this.#weights, f, this.size);
  }

  update(f: Float64Array, target: number, options: LinearOptions): boolean {
    this.#check(f);
    return updateLinear(this.#weights, this.#P, this.#gain, f, target, this.size, options);
  }

  save(): LinearState {
    return { weights: this.#weights.slice(), P: this.#P.slice() };
  }

  load({ weights, P }: LinearState): void {
    checkLinearState(this.size, { weights, P });
    this.#weights.set(weights);
    this.#P.set(P);
  }

  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#release();
  }

  #check(f: Float64Array): void {
    checkAlive(this.#isFreed, 'linear model');
    checkFeatureVector(this.size, f);
  }
}

/** Weights, P and the gain, in float64. */
export function linearModelBytes(size: number): number {
  return 8 * (size * size + 2 * size);
}
