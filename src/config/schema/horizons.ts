import type { Horizon } from '../../domain/streamSettings.ts';
import type { DurationMs } from '../../domain/time.ts';
import { parseDuration } from '../scalars/durations.ts';

export const MAX_HORIZON_STEPS = 288;
export const MAX_HORIZONS = 16;

/** Horizons as the user wrote them, counted in steps, smallest first; or what is wrong with the one at `index`. */
export function resolveHorizons(
  written: readonly (number | string)[],
  step: 'message' | DurationMs,
): readonly Horizon[] | { readonly index: number; readonly fault: string } {
  const horizons: Horizon[] = [];
  for (const [index, item] of written.entries()) {
    const steps = typeof item === 'number' ? item : stepsOf(item, step);
    if (typeof steps === 'string') return { index, fault: steps };
    if (steps > MAX_HORIZON_STEPS)
      return { index, fault: `is ${steps} steps; a horizon is at most ${MAX_HORIZON_STEPS} steps` };
    const same = horizons.find((horizon) => horizon.steps === steps);
    if (same !== undefined) return { index, fault: `is the same horizon as ${same.label}` };
    horizons.push({ label: String(item), steps });
  }
  return horizons.sort((a, b) => a.steps - b.steps);
}

function stepsOf(text: string, step: 'message' | DurationMs): number | string {
  const length = parseDuration(text) as number;
  if (step === 'message')
    return 'a horizon in time needs a step in time (step: 5m); with step: message it is a number of messages';
  const steps = length / step;
  return Number.isInteger(steps) && steps > 0 ? steps : 'must be a multiple of the step';
}
