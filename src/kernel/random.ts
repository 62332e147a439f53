/** Seeded generator; one seed gives the same numbers on every machine. Not for secrets. */
export interface Random {
  /** Uniform over 0 … 2^32 − 1. */
  nextUint32(): number;
  /** Uniform over [low, high) in steps of (high − low)·2^-53; takes two draws. */
  uniform(low: number, high: number): number;
  /** Uniform over 0 … n − 1, without the bias of a remainder. @throws RangeError unless n is a whole number in 1 … 2^32 */
  integerBelow(n: number): number;
  /** The four words to continue from, for `restoreRandom`. */
  save(): Uint32Array;
}

const TWO_32 = 4294967296;

/** @throws RangeError unless the seed is a whole number in 0 … 2^53 − 1 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`a seed is a whole number from 0 to 2^53 - 1, not ${seed}`);
  }
  return restoreRandom(spreadSeed(seed));
}

/** Continues exactly where `save` was called. @throws RangeError unless there are four words, not all zero */
export function restoreRandom(state: Uint32Array): Random {
  if (state.length !== 4 || state.every((word) => word === 0)) {
    throw new RangeError('the state of a generator is four words, not all of them zero');
  }
  return new Xoshiro128(state);
}

/** SplitMix32 over the low and the high word of the seed, so that near seeds do not start alike. */
function spreadSeed(seed: number): Uint32Array {
  const state = new Uint32Array(4);
  let counter = (seed % TWO_32) ^ Math.imul(Math.floor(seed / TWO_32), 0x85ebca6b);
  for (let word = 0; word < 4; word++) {
    counter = (counter + 0x9e3779b9) | 0;
    let z = counter;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    state[word] = z ^ (z >>> 15);
  }
  return state;
}

/** xoshiro128** 1.1 by Blackman and Vigna: period 2^128 − 1. */
class Xoshiro128 implements Random {
  readonly #state: Uint32Array;

  constructor(state: Uint32Array) {
    this.#state = state.slice();
  }

  nextUint32(): number {
    const s = this.#state;
    const product = Math.imul(s[1], 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  uniform(low: number, high: number): number {
    const high27 = this.nextUint32() >>> 5;
    const low26 = this.nextUint32() >>> 6;
    const y = low + (high - low) * ((high27 * 67108864 + low26) / 9007199254740992);
    // The sum may round up to `high`.
    return y < high ? y : low;
  }

  integerBelow(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1 || n > TWO_32) {
      throw new RangeError(`integerBelow takes a whole number from 1 to 2^32, not ${n}`);
    }
    const fair = TWO_32 - (TWO_32 % n);
    let draw = this.nextUint32();
    while (draw >= fair) draw = this.nextUint32();
    return draw % n;
  }

  save(): Uint32Array {
    return this.#state.slice();
  }
}
