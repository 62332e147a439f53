import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { toBareProbabilities } from './softmax.ts';

const EPSILON = 1e-8;
/** A class whose probability is wrong by less learns nothing, and costs no roots and divisions: most are where classes last. */
const LEAST_ERROR = 1e-3;

export interface SoftmaxRegressionOptions {
  /** F: features of a row, the bias not among them. */
  readonly features: number;
  /** C */ readonly classes: number;
  /** The last C × n features are of the classes, C at a time: n. They move along where the list of classes changes. */
  readonly classFeatures: number;
  /** Where the C features begin that the logits are at first; undefined: at first all classes are alike. */
  readonly identityAt?: number;
  readonly rate: number;
}

/** Softmax regression that learns online: one step of AdaGrad (Duchi et al. 2011) for each label. */
export class SoftmaxRegression implements Stateful {
  readonly #options: SoftmaxRegressionOptions;
  /** (C, F + 1) the bias last, and the sums of their squared gradients. */
  readonly #weights: Float32Array;
  readonly #squares: Float32Array;
  /** (C) scratch */
  readonly #z: Float64Array;
  readonly #p: Float64Array;

  constructor(options: SoftmaxRegressionOptions) {
    this.#options = options;
    const { features: F, classes: C, identityAt } = options;
    this.#weights = new Float32Array(C * (F + 1));
    this.#squares = new Float32Array(C * (F + 1));
    this.#z = new Float64Array(C);
    this.#p = new Float64Array(C);
    if (identityAt === undefined) return;
    for (let c = 0; c < C; c++) this.#weights[c * (F + 1) + identityAt + c] = 1;
  }

  /** z (C) out: logits; f (F) */
  judge(z: Float64Array, f: Float32Array): void {
    const F = f.length;
    const weights = this.#weights;
    for (let c = 0, at = 0; c < z.length; c++) {
      let sum = 0;
      for (let k = 0; k < F; k++) sum += weights[at++] * f[k];
      z[c] = sum + weights[at++];
    }
  }

  /** The row with features f (F) has class `label`. */
  learn(f: Float32Array, label: number): void {
    const { features: F, classes: C, rate } = this.#options;
    const [weights, squares, p] = [this.#weights, this.#squares, this.#p];
    this.judge(this.#z, f);
    toBareProbabilities(p, this.#z);
    for (let c = 0; c < C; c++) {
      const error = p[c] - (c === label ? 1 : 0);
      if (Math.abs(error) < LEAST_ERROR) continue;
      for (let k = 0, at = c * (F + 1); k <= F; k++, at++) {
        const gradient = k < F ? error * f[k] : error;
        if (gradient === 0) continue;
        squares[at] = squares[at] + gradient * gradient;
        weights[at] = weights[at] - (rate * gradient) / Math.sqrt(squares[at] + EPSILON);
      }
    }
  }

  /** One for another list of classes that knows what this one knows. @param from (new C): place of each in this one, −1: new */
  withClasses(from: readonly number[]): SoftmaxRegression {
    const { features: F, classes: C, classFeatures: n, identityAt } = this.#options;
    const own = F - n * C;
    const features = own + n * from.length;
    const next = new SoftmaxRegression({
      ...this.#options,
      features,
      classes: from.length,
      ...(identityAt !== undefined && { identityAt: own + ((identityAt - own) / C) * from.length }),
    });
    const columns = Array.from({ length: features + 1 }, (_, k) => {
      if (k < own) return k;
      if (k === features) return F;
      const group = Math.floor((k - own) / from.length);
      const source = from[(k - own) % from.length];
      return source < 0 ? -1 : own + group * C + source;
    });
    from.forEach((source, c) => {
      if (source < 0) return;
      columns.forEach((column, k) => {
        if (column < 0) return;
        const [at, old] = [c * (features + 1) + k, source * (F + 1) + column];
        next.#weights[at] = this.#weights[old];
        next.#squares[at] = this.#squares[old];
      });
    });
    return next;
  }

  exchange(io: StateIo): void {
    io.array('weights', this.#weights);
    io.array('squares', this.#squares);
  }
}
