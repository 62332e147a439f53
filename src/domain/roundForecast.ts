import { LARGEST_DECIMAL, POWERS_OF_TEN } from './decimals.ts';
import type { Expectation, Forecast } from './forecast.ts';
import { nineDigits } from './nineDigits.ts';
import { ANY_READING, type ValidBounds } from './validReadings.ts';

/** A reading with more decimals than these is a printed float: its decimals say nothing about the sensor. */
const MOST_OWN_DECIMALS = 3;
const MOST_DECIMALS = POWERS_OF_TEN.length - 1;
/** A change smaller than this share of the reading (2^-42, a thousand float64 steps) comes from arithmetic, not from a sensor. */
const ARITHMETIC = 2.3e-13;
/** 0.0999… is a tenth: the difference of two decimal readings is off by the float64 steps of both. */
const NEARLY_ONE = 0.999;
/** Whole numbers below it times any power of ten are told apart by float64. */
const LARGEST_WHOLE = 1e15;

/** Resolution in which the forecasts of one row are published. */
export interface Grain {
  /** The reading shows its decimals. */
  readonly isDecimal: boolean;
  /** Decimals that every forecast has at least; undefined while only an interval can tell. */
  readonly least: number | undefined;
  readonly valid: ValidBounds;
}

/**
 * A forecast has one decimal more than its reading, and as many as a tenth of the sensor's resolution takes. With as many as the
 * reading a bound would often be rounded to the next reading that there can be.
 */
export function grainOf({ value, resolution }: Forecast, valid: ValidBounds = ANY_READING): Grain {
  const own = value === null ? undefined : ownDecimals(value);
  const isKnown = resolution > 0 && resolution >= ARITHMETIC * Math.abs(value ?? 0);
  const ofReading = own === undefined ? undefined : own + 1;
  const least = isKnown ? Math.max(ofReading ?? 0, decimalsFor(resolution / 10)) : ofReading;
  return { isDecimal: own !== undefined, least, valid };
}

/**
 * The expectation as it is published, in MQTT and in files: each number is off by half of its last decimal at most. A
 * reading inside the interval stays inside, because it is itself a number with that count of decimals. No number leaves
 * the valid range. `null`: not a finite number.
 */
export function roundForecast({ mean, lower, upper }: Expectation, grain: Grain): PublishedExpectation {
  const width = lower === null || upper === null ? Number.NaN : upper - lower;
  const decimals = decimalsWithin(width, grain);
  const { valid } = grain;
  return {
    mean: publish(mean, decimals, valid),
    lower: publish(lower, decimals, valid),
    upper: publish(upper, decimals, valid),
  };
}

export interface PublishedExpectation {
  readonly mean: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Infinity: as many as there are; undefined: nothing tells. */
function decimalsWithin(width: number, { isDecimal, least }: Grain): number | undefined {
  if (isDecimal || !(width > 0 && width < Number.POSITIVE_INFINITY)) return least;
  // The smallest change so far may be far larger than the sensor's resolution. Then the interval says what the forecast is good for.
  return Math.max(least ?? 0, decimalsFor(width / 10));
}

/** Decimals of a reading that a sensor sent as a decimal number. */
function ownDecimals(value: number): number | undefined {
  for (let decimals = 0; decimals <= MOST_OWN_DECIMALS; decimals++) {
    const power = POWERS_OF_TEN[decimals];
    if (Math.round(value * power) / power === value) return decimals;
  }
  return undefined;
}

/** Fewest d ≥ 0 with 10^−d ≤ size; Infinity where there are more than float64 holds exact powers of. */
function decimalsFor(size: number): number {
  let decimals = 0;
  while (size * POWERS_OF_TEN[decimals] < NEARLY_ONE) if (++decimals > MOST_DECIMALS) return Number.POSITIVE_INFINITY;
  return decimals;
}

function publish(value: number | null, decimals: number | undefined, { min, max }: ValidBounds): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  // Nine digits of a number above 1e9 would not reach its unit.
  const hasNine = decimals === undefined && Math.abs(value) < LARGEST_DECIMAL;
  const rounded = hasNine ? nineDigits(value) : roundTo(value, decimals ?? 0);
  return Math.min(max, Math.max(min, rounded)) + 0;
}

function roundTo(value: number, wanted: number): number {
  let decimals = Math.min(wanted, MOST_DECIMALS);
  if (wanted > MOST_DECIMALS) return value;
  while (decimals > 0 && Math.abs(value) * POWERS_OF_TEN[decimals] >= LARGEST_WHOLE) decimals--;
  if (Math.abs(value) >= LARGEST_WHOLE) return value;
  const power = POWERS_OF_TEN[decimals];
  // Both are exact, so that the quotient is the float64 nearest to the decimal number, as reading its text would give.
  return Math.round(value * power) / power;
}
