import type { Forecast } from './forecast.ts';
import type { Horizon, StepSettings } from './streamSettings.ts';
import { type EpochMs, isRepresentable } from './time.ts';

/**
 * The moment that a forecast is for. On a grid it is exact. Where each message is a step it is estimated from the usual time
 * between messages; null while nothing is known of that.
 */
export function targetTime(
  { at, cadence }: Pick<Forecast, 'at' | 'cadence'>,
  { steps }: Horizon,
  { every }: StepSettings,
): EpochMs | null {
  const interval = every === 'message' ? cadence : every;
  if (interval === null) return null;
  const target = Math.round(at + steps * interval);
  return isRepresentable(target) ? target : null;
}
