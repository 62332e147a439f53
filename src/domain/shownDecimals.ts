import { POWERS_OF_TEN } from './decimals.ts';

/** More of them are noise to the eye. */
const MOST = 6;
/** A reading with more decimals than these is a printed float: its smallest change says more. */
const MOST_OWN = 3;
const NEARLY_ONE = 0.999;

/** Decimals with which a reading is shown: its own, or as many as the sensor's smallest change needs. */
export function shownDecimals(value: number, resolution: number): number {
  const own = ownDecimals(value);
  if (own !== undefined) return Math.max(own, resolution > 0 ? Math.min(MOST_OWN, decimalsOf(resolution)) : 0);
  return resolution > 0 ? decimalsOf(resolution) : MOST_OWN;
}

function ownDecimals(value: number): number | undefined {
  for (let decimals = 0; decimals <= MOST_OWN; decimals++) {
    const power = POWERS_OF_TEN[decimals];
    if (Math.round(value * power) / power === value) return decimals;
  }
  return undefined;
}

/** Fewest d with 10^−d ≤ size. */
function decimalsOf(size: number): number {
  let decimals = 0;
  while (decimals < MOST && size * POWERS_OF_TEN[decimals] < NEARLY_ONE) decimals++;
  return decimals;
}
