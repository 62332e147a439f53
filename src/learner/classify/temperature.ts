import { exp } from '../../kernel/math/exp.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { clip } from '../exponential.ts';
import { toBareProbabilities } from './softmax.ts';

const RATE = 0.01;
const BOUND = 1.5;

/** One number that makes probabilities as sure as they are right: p^(1/T), scaled to a sum of 1 (Guo et al. 2017), learned online. */
export class Temperature implements Stateful {
  /** ln T */
  #logT = 0;
  /** 1/T */
  #inverse = 1;
  #z: Float64Array = new Float64Array(0);
  #p: Float64Array = new Float64Array(0);

  /** p (C) out: p^(1/T). logP (C) */
  apply(p: Float64Array, logP: Float64Array): void {
    if (this.#z.length !== logP.length) this.#z = new Float64Array(logP.length);
    for (let c = 0; c < logP.length; c++) this.#z[c] = logP[c] * this.#inverse;
    toBareProbabilities(p, this.#z);
  }

  /** A gradient step on −ln p of a label that has come. logP (C) as they were before the temperature */
  learn(logP: Float64Array, label: number): void {
    if (this.#p.length !== logP.length) this.#p = new Float64Array(logP.length);
    this.apply(this.#p, logP);
    let mean = 0;
    for (let c = 0; c < logP.length; c++) mean += this.#p[c] * logP[c];
    this.#set(clip(this.#logT - RATE * (logP[label] - mean) * this.#inverse, BOUND));
  }

  #set(logT: number): void {
    this.#logT = logT;
    this.#inverse = exp(-logT);
  }

  exchange(io: StateIo): void {
    this.#set(io.number('logT', this.#logT));
  }
}
