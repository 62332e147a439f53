import type { Stateful, StateIo } from '../model/stateIo.ts';
import { clip } from './exponential.ts';

const BOUND = 5;
/** Same as in the input guard: beyond it the squares of the scalers would leave float64. */
const LARGEST = 1e37;
/** Number of deviations at which the influence of a value on its scale is cut off: one value in forty may be rubbish. */
const REACH = 6;
/** Values that come before a deviation is worth anything. */
const WARM_UP = 4;
const LEVEL_FORGETTING = 1 / 2000;
const CHANGE_FORGETTING = 1 / 1000;
/** Share of the level below which a deviation is rounding. */
const ROUNDING = 1e-12;
const SMALLEST_SCALE = 1e-300;

/** n: of each input its level, differences to its last values, and its age. */
export function exogenousFeatureCount(inputs: number, lags: number): number {
  return exogenousValueCount(inputs, lags) + inputs;
}

/** The same without the ages. */
export function exogenousValueCount(inputs: number, lags: number): number {
  return inputs * (1 + differencesOf(lags));
}

/** The last change is always among them: it is what tells a switch from a state. */
function differencesOf(lags: number): number {
  return Math.max(1, lags);
}

/**
 * Knowledge about the other fields of a stream's messages (exogenous inputs): each scaled by its own past, with the age
 * of its last value.
 */
export class Exogenous implements Stateful {
  readonly #inputs: readonly ExogenousInput[];
  readonly #lags: number;

  /** @param count of the inputs @param lags rows back to which each is compared, at least one */
  constructor(count: number, lags: number) {
    this.#inputs = Array.from({ length: count }, () => new ExogenousInput(differencesOf(lags)));
    this.#lags = lags;
  }

  /** Once a row. @param values (count), NaN where one is missing; undefined: all are */
  update(values: readonly number[] | undefined): void {
    for (let i = 0; i < this.#inputs.length; i++) this.#inputs[i].update(values?.[i] ?? Number.NaN);
  }

  /**
   * x[offset …] out, all within ±5: what `writeValues` writes, and after it per input a/(1 + a), its last value being a rows
   * old. All are 0 before its first value.
   */
  write(x: Float32Array | Float64Array, offset: number): void {
    this.writeValues(x, offset);
    const ages = offset + exogenousValueCount(this.#inputs.length, this.#lags);
    this.#inputs.forEach(({ staleness }, i) => {
      x[ages + i] = staleness;
    });
  }

  /**
   * x[offset …] out: per input its level, and the differences to what was known of it one row ago and so on, `lags` rows back.
   * For who cannot use an age: it is 0 for months, and a linear model would know nothing of it when it suddenly is not.
   */
  writeValues(x: Float32Array | Float64Array, offset: number, lags: number = this.#lags): void {
    const width = exogenousValueCount(1, lags);
    this.#inputs.forEach((input, i) => {
      input.writeValues(x, offset + i * width, width - 1);
    });
  }

  exchange(io: StateIo): void {
    this.#inputs.forEach((input, i) => {
      input.exchange(io.within(`input${i}`));
    });
  }
}

/**
 * One input. Nothing is held back, because what looks absurd in one (a first pulse after a day of zeros) is often the very
 * thing that leads; the features are limited instead, and how far one value may move the scales.
 */
class ExogenousInput implements Stateful {
  /** Values so far. */
  #count = 0;
  /** Exponentially weighted: mean and variance of the values, mean square of their changes. */
  #mean = 0;
  #variance = 0;
  #squaredChange = 0;
  /** The last one; NaN before the first. */
  #value = Number.NaN;
  /** Values of one row ago, two rows ago …; NaN before the first value. */
  readonly #past: Float64Array;
  /** Rows since the last value. */
  #age = 0;

  constructor(lags: number) {
    this.#past = new Float64Array(lags).fill(Number.NaN);
  }

  update(value: number): void {
    this.#past.copyWithin(1, 0);
    this.#past[0] = this.#value;
    this.#age++;
    if (!(Math.abs(value) <= LARGEST)) return;
    if (this.#count > 0) this.#rescaleChange(value - this.#value);
    this.#count++;
    this.#rescaleLevel(value);
    this.#value = value;
    this.#age = 0;
  }

  #rescaleLevel(value: number): void {
    const alpha = this.#rate(LEVEL_FORGETTING);
    const difference = this.#limit(value - this.#mean, Math.sqrt(this.#variance));
    this.#mean += alpha * difference;
    this.#variance = (1 - alpha) * (this.#variance + alpha * difference * difference);
  }

  #rescaleChange(change: number): void {
    const limited = this.#limit(change, Math.sqrt(this.#squaredChange));
    this.#squaredChange += this.#rate(CHANGE_FORGETTING) * (limited * limited - this.#squaredChange);
  }

  /** A scale of zero has seen nothing but one value: what comes then is no outlier. */
  #limit(difference: number, scale: number): number {
    return this.#count > WARM_UP && scale > 0 ? clip(difference, REACH * scale) : difference;
  }

  /** Falls from 1 as 4/n and not as 1/n: what a device says before its sensor is ready is soon forgotten. */
  #rate(forgetting: number): number {
    return Math.max(4 / (this.#count + 3), forgetting);
  }

  get staleness(): number {
    return this.#count === 0 ? 0 : this.#age / (1 + this.#age);
  }

  writeValues(x: Float32Array | Float64Array, offset: number, differences: number): void {
    const floor = Math.max(ROUNDING * Math.abs(this.#mean), SMALLEST_SCALE);
    const deviation = Math.max(Math.sqrt(this.#variance), floor);
    const usualChange = Math.max(Math.sqrt(this.#squaredChange), floor);
    x[offset] = clip((this.#value - this.#mean) / deviation, BOUND);
    for (let lag = 0; lag < differences; lag++) {
      x[offset + 1 + lag] = clip((this.#past[lag] - this.#value) / usualChange, BOUND);
    }
  }

  exchange(io: StateIo): void {
    io.array('past', this.#past);
    this.#count = io.number('count', this.#count);
    this.#mean = io.number('mean', this.#mean);
    this.#variance = io.number('variance', this.#variance);
    this.#squaredChange = io.number('squaredChange', this.#squaredChange);
    this.#value = io.number('value', this.#value);
    this.#age = io.number('age', this.#age);
  }
}
