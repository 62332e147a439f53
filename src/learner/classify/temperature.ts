import { exp } from '../../kernel/math/exp.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { clip } from '../exponential.ts';
import { toLogProbabilities } from './softmax.ts';

const RATE = 0.01;
const BOUND = 1.5;

/** One number that makes probabilities as sure as they are right: p^(1/T), scaled to a sum of 1 (Guo et al. 2017), learned online. */
export class Temperature implements Stateful {
  /** ln T */
  #logT = 0;
  #scratch: Float64Array = new Float64Array(0);

  /** logP (C) in, that of p^(1/T) out */
  apply(logP: Float64Array): void {
    const T = exp(this.#logT);
    for (let c = 0; c < logP.length; c++) logP[c] = logP[c] / T;
    toLogProbabilities(logP);
  }

  /** A gradient step on −ln p of a label that has come. logP (C) as they were before the temperature */
  learn(logP: Float64Array, label: number): void {
    if (this.#scratch.length !== logP.length) this.#scratch = new Float64Array(logP.length);
    this.#scratch.set(logP);
    this.apply(this.#scratch);
    let mean = 0;
    for (let c = 0; c < logP.length; c++) mean += exp(this.#scratch[c]) * logP[c];
    this.#logT = clip(this.#logT - (RATE * (logP[label] - mean)) / exp(this.#logT), BOUND);
  }

  exchange(io: StateIo): void {
    this.#logT = io.number('logT', this.#logT);
  }
}
