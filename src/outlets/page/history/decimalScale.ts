import { POWERS_OF_TEN } from '../../../domain/decimals.ts';

/** Most decimals of a reading that a sensor sent as a decimal number. */
const MOST_DECIMALS = 9;
/** Largest whole number that float64 tells from its neighbours. */
const LARGEST_WHOLE = Number.MAX_SAFE_INTEGER;

/** Readings as (low + k · unit) / 10^decimals, k = 0, 1, …, `steps`. */
export interface DecimalScale {
  /** In units of 10^−decimals. */
  readonly low: number;
  readonly unit: number;
  readonly decimals: number;
  /** The readings are float32 that a sensor printed: 21.3 is 21.299999237060547. */
  readonly isFloat32: boolean;
}

/**
 * The scale on which each reading comes back as it was, with the smallest number of steps: a temperature in sixteenths of a degree has steps of 0.0625. Where more
 * than `steps` of them lie between the least and the greatest, or the readings are no decimal numbers, the steps are as fine as there are codes.
 * @param values NaN: none
 */
export function decimalScaleOf(values: Float64Array, steps: number): DecimalScale {
  for (const isFloat32 of [false, true]) {
    const scale = exactScale(values, steps, isFloat32);
    if (scale !== undefined) return scale;
  }
  const [least, greatest] = boundsOf(values);
  return { low: least, unit: greatest > least ? (greatest - least) / steps : 1, decimals: 0, isFloat32: false };
}

function exactScale(values: Float64Array, steps: number, isFloat32: boolean): DecimalScale | undefined {
  const decimals = decimalsOf(values, isFloat32);
  if (decimals === undefined) return undefined;
  const power = POWERS_OF_TEN[decimals];
  const [least, greatest] = boundsOf(values);
  const low = Math.round(least * power);
  const unit = unitOf(values, power, low);
  const isCoarseEnough = Math.round(greatest * power) - low <= steps * unit;
  return isCoarseEnough ? { low, unit, decimals, isFloat32 } : undefined;
}

/** Fewest decimals that all of them have; undefined: one of them is no decimal number. */
function decimalsOf(values: Float64Array, isFloat32: boolean): number | undefined {
  let decimals = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    while (!isDecimal(value, decimals, isFloat32)) if (++decimals > MOST_DECIMALS) return undefined;
  }
  return decimals;
}

function isDecimal(value: number, decimals: number, isFloat32: boolean): boolean {
  const power = POWERS_OF_TEN[decimals];
  const whole = Math.round(value * power);
  if (!(Math.abs(whole) <= LARGEST_WHOLE)) return false;
  return (isFloat32 ? Math.fround(whole / power) : whole / power) === value;
}

/** The largest whole number that divides the distances of all readings from `low`; 1 where they are all the same. */
function unitOf(values: Float64Array, power: number, low: number): number {
  let unit = 0;
  for (let i = 0; i < values.length && unit !== 1; i++) {
    const value = values[i];
    if (!Number.isNaN(value)) unit = commonDivisor(unit, Math.round(value * power) - low);
  }
  return unit === 0 ? 1 : unit;
}

/** The largest whole number that divides both; the other one where one is 0. */
export function commonDivisor(one: number, other: number): number {
  let [a, b] = [Math.abs(other), one];
  while (b > 0) {
    // Whole numbers of 32 bits are divided in a fraction of the time of others.
    const rest = (a | 0) === a && (b | 0) === b ? (a | 0) % (b | 0) : a % b;
    a = b;
    b = rest;
  }
  return a;
}

function boundsOf(values: Float64Array): readonly [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return least <= greatest ? [least, greatest] : [0, 0];
}

/** The place of a reading on the scale. */
export function toPlace(value: number, { low, unit, decimals }: DecimalScale): number {
  const scaled = decimals === 0 ? value : Math.round(value * POWERS_OF_TEN[decimals]);
  return Math.round((scaled - low) / unit);
}

export function fromPlace(place: number, { low, unit, decimals, isFloat32 }: DecimalScale): number {
  const value = (low + place * unit) / POWERS_OF_TEN[decimals];
  return isFloat32 ? Math.fround(value) : value;
}
