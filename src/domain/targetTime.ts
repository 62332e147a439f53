import type { BorrowedForecast } from './forecast.ts';
import { AT, CADENCE } from './forecastRow.ts';
import type { StepSettings } from './streamSettings.ts';
import { isRepresentable } from './time.ts';

/**
 * The moments (K) that a forecast's horizons are for. On a grid they are exact. Where each message is a step they
 * are estimated from the usual time between messages; NaN while nothing is known of that.
 */
export function writeTargetTimes(
  { numbers, horizons }: Pick<BorrowedForecast, 'numbers' | 'horizons'>,
  { every }: StepSettings,
  moments: Float64Array,
): void {
  const at = numbers[AT];
  const interval = every === 'message' ? numbers[CADENCE] : every;
  for (let k = 0; k < horizons.length; k++) {
    const target = Math.round(at + horizons[k].steps * interval);
    moments[k] = isRepresentable(target) ? target : Number.NaN;
  }
}
