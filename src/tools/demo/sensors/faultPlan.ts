import { type EpochMs, toEpochMs } from '../../../domain/time.ts';
import type { FaultKind, FaultWindow } from './faultWindow.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS: number = 24 * HOUR_MS;
export const WEEK_MS: number = 7 * DAY_MS;

interface PlannedFault {
  readonly sensor: string;
  readonly kind: FaultKind;
  /** 0 = Monday. */
  readonly day: number;
  readonly hour: number;
  readonly hours: number;
  readonly amount: number;
}

/** One week of faults, UTC. No two of one sensor are closer than half a day, so that each alarm has one cause. */
const FAULT_PLAN: readonly PlannedFault[] = [
  { sensor: 'fridge', kind: 'door-open', day: 2, hour: 13, hours: 3, amount: 78 },
  { sensor: 'fridge', kind: 'unavailable', day: 5, hour: 8, hours: 1, amount: 0 },
  // 85.0 °C is what a DS18B20 answers after a brown-out.
  { sensor: 'room', kind: 'spike', day: 1, hour: 10, hours: 0.1, amount: 85 },
  { sensor: 'room', kind: 'stuck', day: 3, hour: 11, hours: 8, amount: 0 },
  { sensor: 'office', kind: 'shift', day: 2, hour: 1, hours: 24, amount: 400 },
  { sensor: 'office', kind: 'truncated', day: 4, hour: 10, hours: 1, amount: 0 },
  { sensor: 'washer', kind: 'shift', day: 3, hour: 2, hours: 6, amount: 45 },
  { sensor: 'pump', kind: 'cavitation', day: 3, hour: 14, hours: 3, amount: 1.7 },
  { sensor: 'pump', kind: 'unavailable', day: 5, hour: 3, hours: 1, amount: 0 },
  { sensor: 'solar', kind: 'spike', day: 5, hour: 2, hours: 8 / 60, amount: 540 },
  { sensor: 'solar', kind: 'stuck', day: 6, hour: 12, hours: 10, amount: 0 },
];

/** The plan's windows of one sensor in weeks 2 … 1 + `weeks`; the first week is for learning. */
export function faultWindows(sensor: string, start: EpochMs, weeks: number): FaultWindow[] {
  const planned = FAULT_PLAN.filter((fault) => fault.sensor === sensor);
  return Array.from({ length: weeks }, (_, index) => start + (index + 1) * WEEK_MS).flatMap((week) =>
    planned.map(({ kind, day, hour, hours, amount }) => {
      const from = week + day * DAY_MS + hour * HOUR_MS;
      return { sensor, kind, from: toEpochMs(from), to: toEpochMs(from + hours * HOUR_MS), amount };
    }),
  );
}
