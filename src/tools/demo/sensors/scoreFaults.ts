import type { DurationMs, EpochMs } from '../../../domain/time.ts';
import { FAULT_KINDS, type FaultWindow } from './faultWindow.ts';

export interface FaultScore {
  readonly found: readonly FaultWindow[];
  readonly missed: readonly FaultWindow[];
  /** Alarms that no fault explains. */
  readonly falseAlarms: readonly EpochMs[];
}

/**
 * Holds the alarms of one stream against what was really wrong. A fault is found by an alarm that starts in
 * [from, to + grace); further alarms there belong to it. Faults without readings (`unavailable`, `truncated`) cannot be
 * found by a score, so they are neither found nor missed, but they explain alarms around them.
 */
export function scoreFaults(
  faults: readonly FaultWindow[],
  alarms: readonly EpochMs[],
  graceMs: DurationMs,
): FaultScore {
  const explains = ({ from, to }: FaultWindow, alarm: EpochMs) => alarm >= from && alarm < to + graceMs;
  const findable = faults.filter(({ kind }) => FAULT_KINDS[kind].arrives);
  const isFound = (fault: FaultWindow) => alarms.some((alarm) => explains(fault, alarm));
  return {
    found: findable.filter(isFound),
    missed: findable.filter((fault) => !isFound(fault)),
    falseAlarms: alarms.filter((alarm) => !faults.some((fault) => explains(fault, alarm))),
  };
}
