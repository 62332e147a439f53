import { MOST_OWN_DECIMALS, ownDecimals, POWERS_OF_TEN, UNKNOWN_DECIMALS } from './decimals.ts';

/** More of them are noise to the eye. */
const MOST = 6;
const NEARLY_ONE = 0.999;

/** Decimals with which a reading is shown: its own, or as many as the sensor's smallest change needs. */
export function shownDecimals(value: number, resolution: number): number {
  const own = ownDecimals(value);
  if (own !== UNKNOWN_DECIMALS)
    return Math.max(own, resolution > 0 ? Math.min(MOST_OWN_DECIMALS, decimalsOf(resolution)) : 0);
  return resolution > 0 ? decimalsOf(resolution) : MOST_OWN_DECIMALS;
}

/** Fewest d with 10^−d ≤ size. */
function decimalsOf(size: number): number {
  let decimals = 0;
  while (decimals < MOST && size * POWERS_OF_TEN[decimals] < NEARLY_ONE) decimals++;
  return decimals;
}
