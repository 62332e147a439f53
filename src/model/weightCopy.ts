import type { Stateful, StateIo } from './stateIo.ts';

/** Weights that share a scale. */
const BLOCK = 64;
const STEPS = 127;
const ZERO = 128;

/**
 * A copy of weights in a byte each, for the day when the weights themselves are lost. 64 in a row share a scale, so that none
 * is off by more than 1/254 of the largest among them: a forecast hardly notices, and the next updates wipe it out. In half
 * precision it would be off by less and take twice the memory, on which every stream pays.
 */
export class WeightCopy implements Stateful {
  readonly #bytes: Uint8Array;
  readonly #scales: Float32Array;

  /** @param count P */
  constructor(count: number) {
    this.#bytes = new Uint8Array(count);
    this.#scales = new Float32Array(Math.ceil(count / BLOCK));
  }

  /** weights (P), finite */
  keep(weights: Float32Array): void {
    const bytes = this.#bytes;
    for (let block = 0; block < this.#scales.length; block++) {
      const from = block * BLOCK;
      const end = Math.min(from + BLOCK, weights.length);
      let largest = 0;
      for (let p = from; p < end; p++) {
        const size = Math.abs(weights[p]);
        if (size > largest) largest = size;
      }
      this.#scales[block] = largest / STEPS;
      const scale = this.#scales[block];
      if (scale > 0) {
        for (let p = from; p < end; p++) {
          // A ratio of two float32 is never so near to a half that adding ½ would round it there: this is Math.round, and faster.
          const steps = Math.floor(weights[p] / scale + 0.5) | 0;
          // The scale's rounding may leave the largest a hair beyond the last step.
          bytes[p] = ZERO + Math.max(-STEPS, Math.min(STEPS, steps));
        }
      } else {
        // All are next to nothing.
        bytes.fill(ZERO, from, end);
      }
    }
  }

  /** weights (P) out */
  give(weights: Float32Array): void {
    for (let p = 0; p < weights.length; p++) {
      weights[p] = (this.#bytes[p] - ZERO) * this.#scales[Math.floor(p / BLOCK)];
    }
  }

  exchange(io: StateIo): void {
    io.array('bytes', this.#bytes);
    io.array('scales', this.#scales);
  }
}
