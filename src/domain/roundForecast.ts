import { LARGEST_DECIMAL, ownDecimals, POWERS_OF_TEN, UNKNOWN_DECIMALS } from './decimals.ts';
import type { BorrowedForecast, Expectation, Forecast } from './forecast.ts';
import { RESOLUTION, VALUE } from './forecastRow.ts';
import { nineDigits } from './nineDigits.ts';
import { ANY_READING, type ValidBounds } from './validReadings.ts';

const MOST_DECIMALS = POWERS_OF_TEN.length - 1;
/** Stands in for a count of decimals: as many as there are. */
const ALL_DECIMALS = 99;
/** A change smaller than this share of the reading (2^-42, a thousand float64 steps) comes from arithmetic, not from a sensor. */
const ARITHMETIC = 2.3e-13;
/** 0.0999… is a tenth: the difference of two decimal readings is off by the float64 steps of both. */
const NEARLY_ONE = 0.999;
/** Whole numbers below it times any power of ten are told apart by float64. */
const LARGEST_WHOLE = 1e15;

/**
 * Resolution in which the forecasts of one row are published. A forecast has one decimal more than its reading, and as many as a
 * tenth of the sensor's resolution takes. With as many as the reading a bound would often be rounded to the next reading that
 * there can be.
 */
export class Grain {
  /** The reading shows its decimals. */
  #isDecimal = false;
  /** Decimals that every forecast has at least; `UNKNOWN_DECIMALS` while only an interval can tell. */
  #least = UNKNOWN_DECIMALS;
  #valid = ANY_READING as ValidBounds;
  /** The reading of the row; NaN where it has none. */
  #value = Number.NaN;

  /** The grain of another row. */
  set({ numbers }: Pick<BorrowedForecast, 'numbers'>, valid: ValidBounds): void {
    const value = numbers[VALUE];
    const resolution = numbers[RESOLUTION];
    const own = ownDecimals(value);
    const isKnown = resolution > 0 && !(resolution < ARITHMETIC * Math.abs(value));
    // `own + 1`: 0 where nothing is known of the reading's decimals.
    this.#least = own === UNKNOWN_DECIMALS ? UNKNOWN_DECIMALS : own + 1;
    if (isKnown) this.#least = Math.max(own + 1, decimalsFor(resolution / 10));
    this.#isDecimal = own !== UNKNOWN_DECIMALS;
    this.#valid = valid;
    this.#value = value;
  }

  /**
   * [mean, lower, upper] at `from`, rounded, to `to` of `rounded`: as they are published, in MQTT and in files. Each number is off
   * by half of its last decimal at most. A reading inside the interval stays inside, because it is itself a number with that
   * count of decimals. A forecast that nothing changes is the reading itself, with all its decimals (of a printed float32, say): it is
   * the last value, neither worse nor better. No number leaves the valid range; NaN for what is not a finite number.
   */
  round(numbers: Float64Array, from: number, rounded: Float64Array, to: number): void {
    const decimals = this.#decimalsWithin(numbers[from + 2] - numbers[from + 1]);
    const { min, max } = this.#valid;
    for (let i = 0; i < 3; i++) {
      const value = numbers[from + i];
      rounded[to + i] = Math.abs(value) < Number.POSITIVE_INFINITY ? value : Number.NaN;
      roundAt(rounded, to + i, decimals);
      if (value === this.#value && this.#isCoarser(rounded[to + i])) rounded[to + i] = value;
      rounded[to + i] = Math.min(max, Math.max(min, rounded[to + i])) + 0;
    }
  }

  /** A decimal number that is off by arithmetic alone is the better text: 20.1 of 20.099999999999998. */
  #isCoarser(rounded: number): boolean {
    return Math.abs(rounded - this.#value) >= ARITHMETIC * Math.abs(this.#value);
  }

  #decimalsWithin(width: number): number {
    if (this.#isDecimal || !(width > 0 && width < Number.POSITIVE_INFINITY)) return this.#least;
    // The smallest change so far may be far larger than the sensor's resolution. Then the interval says what the forecast is good for.
    return Math.max(this.#least, decimalsFor(width / 10));
  }
}

export interface PublishedExpectation {
  readonly mean: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The grain of a forecast that is not published all the time. */
export function grainOf(forecast: Pick<Forecast, 'value' | 'resolution'>, valid: ValidBounds = ANY_READING): Grain {
  const numbers = new Float64Array(RESOLUTION + 1);
  numbers[VALUE] = forecast.value ?? Number.NaN;
  numbers[RESOLUTION] = forecast.resolution;
  const grain = new Grain();
  grain.set({ numbers }, valid);
  return grain;
}

/** One expectation as `Grain.round` makes it. `null`: not a finite number. */
export function roundForecast({ mean, lower, upper }: Expectation, grain: Grain): PublishedExpectation {
  const bounds = Float64Array.of(mean, lower ?? Number.NaN, upper ?? Number.NaN);
  grain.round(bounds, 0, bounds, 0);
  return { mean: toNullable(bounds[0]), lower: toNullable(bounds[1]), upper: toNullable(bounds[2]) };
}

function toNullable(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Fewest d ≥ 0 with 10^−d ≤ size; all where there are more than float64 holds exact powers of. */
function decimalsFor(size: number): number {
  let decimals = 0;
  while (size * POWERS_OF_TEN[decimals] < NEARLY_ONE) if (++decimals > MOST_DECIMALS) return ALL_DECIMALS;
  return decimals;
}

/** In its place: a number that is handed over and back would be two objects. @param wanted decimals; `UNKNOWN_DECIMALS`: nine digits */
function roundAt(numbers: Float64Array, place: number, wanted: number): void {
  const value = numbers[place];
  const size = Math.abs(value);
  if (wanted > MOST_DECIMALS || !(size < LARGEST_WHOLE)) return;
  if (wanted === UNKNOWN_DECIMALS && size < LARGEST_DECIMAL) {
    // Nine digits of a number above 1e9 would not reach its unit.
    numbers[place] = nineDigits(value);
    return;
  }
  let decimals = Math.max(wanted, 0);
  while (decimals > 0 && size * POWERS_OF_TEN[decimals] >= LARGEST_WHOLE) decimals--;
  const power = POWERS_OF_TEN[decimals];
  // Both are exact, so that the quotient is the float64 nearest to the decimal number, as reading its text would give.
  numbers[place] = Math.round(value * power) / power;
}
