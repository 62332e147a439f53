import * as v from 'valibot';
import type { StepSettings } from '../../domain/streamSettings.ts';
import { type DurationMs, toDurationMs } from '../../domain/time.ts';
import { duration } from '../scalars/durations.ts';
import { option } from './about.ts';

interface GapOptions {
  readonly after?: DurationMs | undefined;
  readonly reset_after: DurationMs;
}

export const gapSchema: v.GenericSchema<object, GapOptions> = v.strictObject({
  after: v.pipe(
    v.optional(duration({ from: '10ms', to: '30d' })),
    option('stream', 'Gap after', 'On a grid: how long the last value stands in for a reading. Without it: 3 steps.'),
  ),
  reset_after: v.pipe(
    v.optional(duration({ from: '1s', to: '365d', zero: 'never' }), 0),
    option(
      'stream',
      'Reset after',
      'After a silence of this length the memory (hidden and cell state) begins anew; what was learned stays. For machines that stand still over night.',
    ),
  ),
});

/** undefined: it is shorter than the step. */
export function gapOf(step: StepSettings['every'], { after }: GapOptions): DurationMs | undefined {
  // Without a grid no point can be missing.
  if (step === 'message') return toDurationMs(0);
  const gap = after ?? toDurationMs(3 * step);
  return gap < step ? undefined : gap;
}
