import { quickLog } from '../../kernel/math/quickLog.ts';
import { INPUTS_PER_FIELD, readInstant } from './classInputs.ts';
import { fromLogByte, toLogByte } from './softmax.ts';

/** Rows after which the newest label counts half. */
const HALF_AGE = 20;

/** The newest label as the experts may see it; `label` is not looked at where it is not fresh. */
export interface NewestLabel {
  readonly last: number;
  readonly age: number;
  readonly isFresh: boolean;
}

/** Features of the regressions, valid until the next call. */
export class ExpertFeatures {
  readonly #instant: Float32Array;
  readonly #recentLabel: Float32Array;
  readonly #netLabel: Float32Array;

  constructor(D: number, C: number) {
    this.#instant = new Float32Array((2 * D) / INPUTS_PER_FIELD);
    this.#recentLabel = new Float32Array(D + 1 + C);
    this.#netLabel = new Float32Array(1 + 2 * C);
  }

  instant(x: Float32Array): Float32Array {
    readInstant(this.#instant, x);
    return this.#instant;
  }

  recentLabel(x: Float32Array, label: NewestLabel): Float32Array {
    this.#recentLabel.set(x);
    return withLabel(this.#recentLabel, x.length, x.length + 1, label);
  }

  netLabel(net: Float64Array, label: NewestLabel): Float32Array {
    // As they are kept: what it learns from and what it judges by must be alike.
    for (let c = 0; c < net.length; c++) this.#netLabel[1 + c] = fromLogByte(toLogByte(net[c]));
    return withLabel(this.#netLabel, 0, 1 + net.length, label);
  }
}

/** The age of a label at one place of f, its class one-hot from another one on to the end, fading with the age. */
function withLabel(f: Float32Array, ageAt: number, classAt: number, { last, age }: NewestLabel): Float32Array {
  f[ageAt] = quickLog(1 + age) / 4 - 1;
  f.fill(0, classAt);
  f[classAt + last] = 1 / (1 + age / HALF_AGE);
  return f;
}
