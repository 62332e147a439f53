const FORGETTING = 0.9998;
const LARGEST_ERROR = 5;
/** Where the mean variance of the weights grows beyond it (inputs that never change), it is halved. */
const LARGEST_VARIANCE = 1.1e4;

/**
 * Recursive least squares with forgetting, written for measuring and independent of the one in the product:
 * K = P f, g = K/(λ + f·K), w += g·clip(y − w·f, 5), P = (P − g Kᵀ)/λ, P(0) = 1.
 */
export class LeastSquares {
  readonly #size: number;
  /** (n, n) and (n). */
  readonly #covariance: Float64Array;
  readonly #weights: Float64Array;
  readonly #gain: Float64Array;

  constructor(size: number) {
    this.#size = size;
    this.#covariance = new Float64Array(size * size);
    for (let i = 0; i < size; i++) this.#covariance[i * size + i] = 1;
    this.#weights = new Float64Array(size);
    this.#gain = new Float64Array(size);
  }

  predict(features: Float64Array): number {
    return dot(this.#weights, features);
  }

  learn(features: Float64Array, target: number): void {
    const n = this.#size;
    const gain = this.#gain;
    for (let i = 0; i < n; i++) gain[i] = dot(this.#covariance.subarray(i * n, (i + 1) * n), features);
    const divisor = FORGETTING + dot(features, gain);
    const error = clamp(target - this.predict(features), LARGEST_ERROR);
    let trace = 0;
    for (let i = 0; i < n; i++) {
      const share = (gain[i] as number) / divisor;
      this.#weights[i] = (this.#weights[i] as number) + share * error;
      for (let j = 0; j < n; j++) {
        const at = i * n + j;
        this.#covariance[at] = ((this.#covariance[at] as number) - share * (gain[j] as number)) / FORGETTING;
      }
      trace += this.#covariance[i * n + i] as number;
    }
    if (trace / n > LARGEST_VARIANCE) {
      for (let at = 0; at < n * n; at++) this.#covariance[at] = (this.#covariance[at] as number) / 2;
    }
  }
}

export function clamp(value: number, bound: number): number {
  return Math.min(Math.max(value, -bound), bound);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
