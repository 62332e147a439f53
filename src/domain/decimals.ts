/** Powers of ten, all of which float64 holds exactly. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/** The smallest and the largest size that `digitsBeforePoint` knows of. */
export const LEAST_DECIMAL = 1e-3;
export const LARGEST_DECIMAL = 1e9;

const FEWEST = -2;
const LEAST_OF: readonly number[] = Array.from({ length: 12 }, (_, i) => Number(`1e${i + FEWEST - 1}`));

/** d with 10^(d−1) ≤ size < 10^d: 1 for 1 up to 10, 0 for 0.1 up to 1. `size` lies within the bounds above. */
export function digitsBeforePoint(size: number): number {
  let digits = FEWEST;
  while (size >= LEAST_OF[digits + 1 - FEWEST]) digits++;
  return digits;
}

/** The same of the size of a number in an array: a float64 that is handed to a function becomes an object where it is not inlined. */
export function digitsBeforePointAt(numbers: Float64Array, place: number): number {
  const size = Math.abs(numbers[place]);
  let digits = FEWEST;
  while (size >= LEAST_OF[digits + 1 - FEWEST]) digits++;
  return digits;
}

/** A reading with more decimals than these is a printed float: they say nothing about the sensor, and its smallest change says more. */
export const MOST_OWN_DECIMALS = 3;
export const UNKNOWN_DECIMALS = -1;

/** Fewest decimals that a reading has, as a sensor sent it; `UNKNOWN_DECIMALS`: more than `MOST_OWN_DECIMALS`. */
export function ownDecimals(value: number): number {
  for (let decimals = 0; decimals <= MOST_OWN_DECIMALS; decimals++) {
    const power = POWERS_OF_TEN[decimals];
    if (Math.round(value * power) / power === value) return decimals;
  }
  return UNKNOWN_DECIMALS;
}
