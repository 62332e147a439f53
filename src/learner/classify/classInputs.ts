import { quickLog } from '../../kernel/math/quickLog.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { clip, rate } from '../exponential.ts';

const BOUND = 5;
/** Numbers of one field. */
export const INPUTS_PER_FIELD = 6;
/** Rows back to which a value is compared. */
const LAGS = 3;
const FORGETTING = 1 / 5000;
/** Same as in the input guard: beyond it the squares of the scales would leave float64. */
const LARGEST = 1e37;
/** Deviations at which the influence of a value on its scale ends: one absurd value must not wipe out the rest of a year. */
const REACH = 50;
const WARM_UP = 30;
/** Share of the mean below which a deviation is rounding. */
const ROUNDING = 1e-12;
const SMALLEST_SCALE = 1e-300;

/**
 * Inputs for judging classes, unlike those for forecasts: the absolute level counts, and small values count as much as large
 * ones. Of each field of the message: its level, its logarithm, the logarithm's differences to the last three rows, and the
 * time since it jumped. All within ±5.
 */
export class ClassInputs implements Stateful {
  readonly #fields: readonly ClassField[];
  /** (D) */ readonly x: Float32Array;

  /** @param fields of the message: the stream's own value, and those that come along */
  constructor(fields: number) {
    this.#fields = Array.from({ length: fields }, () => new ClassField());
    this.x = new Float32Array(fields * INPUTS_PER_FIELD);
  }

  /**
   * @param value as it came, NaN where it is missing: then it is what it last was @param others the other fields of the message
   * @param isBelieved false: the value moves no scale
   */
  update(value: number, others: readonly number[] | undefined, isBelieved: boolean): void {
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i];
      const at = i * INPUTS_PER_FIELD;
      field.update(this.x, at, i === 0 ? value : (others?.[i - 1] ?? Number.NaN), i > 0 || isBelieved);
    }
  }

  exchange(io: StateIo): void {
    this.#fields.forEach((field, i) => {
      field.exchange(io.within(`field${i}`));
    });
    io.array('x', this.x);
  }
}

/** Level and logarithm of each field, which owe nothing to the rows before. instant (2F) out; x (6F) */
export function readInstant(instant: Float32Array, x: Float32Array): void {
  for (let k = 0, at = 0; k < x.length; k += INPUTS_PER_FIELD) {
    instant[at++] = x[k];
    instant[at++] = x[k + 1];
  }
}

/** Running mean and deviation. */
class Scale {
  count = 0;
  mean = 0;
  variance = 0;

  update(value: number): void {
    this.count++;
    const a = rate(this.count, FORGETTING);
    const reach = this.count > WARM_UP && this.variance > 0 ? REACH * Math.sqrt(this.variance) : LARGEST;
    const difference = clip(value - this.mean, reach);
    this.mean += a * difference;
    this.variance = (1 - a) * (this.variance + a * difference * difference);
  }

  get deviation(): number {
    return Math.max(Math.sqrt(this.variance), ROUNDING * Math.abs(this.mean), SMALLEST_SCALE);
  }
}

class ClassField implements Stateful {
  readonly #level = new Scale();
  readonly #logarithm = new Scale();
  /** The newest value, and those of one, two and three rows ago; NaN before the first. */
  readonly #values: Float64Array = new Float64Array(1 + LAGS).fill(Number.NaN);
  /** Rows since the logarithm moved by half a deviation. */
  #sinceJump = 0;

  /** x (6, from `at` on) out */
  update(x: Float32Array, at: number, value: number, movesScales: boolean): void {
    const isValue = Math.abs(value) <= LARGEST;
    const values = this.#values;
    for (let lag = LAGS; lag > 0; lag--) values[lag] = values[lag - 1];
    if (isValue) values[0] = value;
    if (Number.isNaN(values[0])) {
      x.fill(0, at, at + INPUTS_PER_FIELD);
      return;
    }
    if (isValue && movesScales) this.#level.update(value);
    const level = this.#level.deviation;
    const unit = 0.01 * level;
    const now = logarithmOf(values[0], unit);
    if (isValue && movesScales) this.#logarithm.update(now);
    const deviation = this.#logarithm.deviation;
    x[at] = clip((values[0] - this.#level.mean) / level, BOUND);
    x[at + 1] = clip((now - this.#logarithm.mean) / deviation, BOUND);
    // In the scale of now, all of them: one that was taken with the scale of its time would differ where nothing has changed.
    let past = Number.NaN;
    for (let lag = LAGS; lag > 0; lag--) {
      past = logarithmOf(values[lag], unit);
      x[at + 1 + lag] = clip((past - now) / deviation, BOUND);
    }
    this.#sinceJump = Math.abs(now - past) > 0.5 * deviation ? 0 : this.#sinceJump + 1;
    x[at + 2 + LAGS] = clip(quickLog(1 + this.#sinceJump) / 3 - 0.5, BOUND);
  }

  exchange(io: StateIo): void {
    io.array('values', this.#values);
    this.#sinceJump = io.number('sinceJump', this.#sinceJump);
    for (const [name, scale] of [['level', this.#level] as const, ['logarithm', this.#logarithm] as const]) {
      scale.count = io.number(`${name}Count`, scale.count);
      scale.mean = io.number(`${name}Mean`, scale.mean);
      scale.variance = io.number(`${name}Variance`, scale.variance);
    }
  }
}

/** sign(v)·ln(1 + |v|/unit), the unit a hundredth of the deviation: a standby of 2 W and a pause of 20 W are as far apart as 20 W and 200 W. */
function logarithmOf(value: number, unit: number): number {
  const size = quickLog(1 + Math.abs(value) / unit);
  return value < 0 ? -size : size;
}
