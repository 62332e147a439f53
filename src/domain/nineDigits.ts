import { digitsBeforePoint, LARGEST_DECIMAL, LEAST_DECIMAL, POWERS_OF_TEN } from './decimals.ts';

const DIGITS = 9;
/** Largest error of a product, far above the half unit that float64 rounds nine digits by. */
const NEAR_TIE = 1e-5;

/** Nine significant digits, more than float32 weights can mean: for numbers without a known resolution. */
export function nineDigits(value: number): number {
  const size = Math.abs(value);
  // An eighth of the time of toPrecision, and half a dozen are rounded for each message. Outside the range, and where the
  // product is too near to a tie to trust its rounding, toPrecision decides.
  if (size >= LEAST_DECIMAL && size < LARGEST_DECIMAL) {
    const power = POWERS_OF_TEN[DIGITS - digitsBeforePoint(size)];
    const scaled = value * power;
    const whole = Math.round(scaled);
    // Both are exact, so that the quotient is the float64 nearest to the decimal number, as reading its text would give.
    if (Math.abs(Math.abs(scaled - whole) - 0.5) > NEAR_TIE) return whole / power;
  }
  return Number(value.toPrecision(DIGITS));
}
