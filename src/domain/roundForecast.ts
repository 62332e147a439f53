/** Powers of ten that float64 holds exactly; 10^k turns a number of 9 − k digits before the point into one of nine. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
/** What a rounded product may be off by, far above the half unit that float64 rounds nine digits by. */
const NEAR_TIE = 1e-5;
const DIGITS = 9;

/**
 * A forecast or bound as it is published: nine significant digits, more than float32 weights can mean.
 * One function for MQTT and files, so that both show the same number.
 */
export function roundForecast(value: number): number {
  const size = Math.abs(value);
  // An eighth of the time of toPrecision, and half a dozen are rounded for each message. Beyond these bounds, and where
  // the product is too near to a tie to trust its rounding, toPrecision decides.
  if (size >= 1e-3 && size < 1e9) {
    const power = POWERS[DIGITS - digitsBeforePoint(size)] as number;
    const scaled = value * power;
    const whole = Math.round(scaled);
    // Both are exact, so that the quotient is the float64 nearest to the decimal number, as reading its text would give.
    if (Math.abs(Math.abs(scaled - whole) - 0.5) > NEAR_TIE) return whole / power;
  }
  return Number(value.toPrecision(DIGITS));
}

/** 0 for 0.1 up to 1, 1 for 1 up to 10; −1 for 0.01 up to 0.1. */
function digitsBeforePoint(size: number): number {
  let digits = -2;
  while (digits < DIGITS && size >= (digits < 0 ? 1 / (POWERS[-digits] as number) : (POWERS[digits] as number)))
    digits++;
  return digits;
}
