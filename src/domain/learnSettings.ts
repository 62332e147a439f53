import { MARK, type Marks, NO_MARKS } from './marks.ts';
import type { DurationMs, EpochMs } from './time.ts';

/**
 * `always`: the networks learn from every reading. `when_normal`: from none at which an alarm is open. `paused`: from none.
 */
export const LEARN_MODES = ['always', 'when_normal', 'paused'] as const;
export type LearnMode = (typeof LEARN_MODES)[number];

/** A part of each week in local time, ms since Monday 00:00: the start belongs to it, the end does not. It may reach into the next week. */
export interface WeeklyWindow {
  readonly kind: 'weekly';
  readonly from: number;
  readonly to: number;
}

/** A time that comes once: local time as if it were UTC, epoch ms; the start belongs to it, the end does not. */
interface SingleWindow {
  readonly kind: 'once';
  readonly from: number;
  readonly to: number;
}

/** A time of maintenance. */
export type MaintenanceWindow = WeeklyWindow | SingleWindow;

/** Which readings of a stream its networks learn from, and which may start an alarm. */
export interface LearnSettings {
  readonly mode: LearnMode;
  readonly maintenance: readonly MaintenanceWindow[];
}

const DAY_MS = 86_400_000;
export const WEEK_MS: number = 7 * DAY_MS;
/** 1970-01-01 was a Thursday. */
const SINCE_MONDAY_MS = 3 * DAY_MS;

/** Some reading of the stream may get a mark. */
export function mayMark({ mode, maintenance }: LearnSettings): boolean {
  return mode !== 'always' || maintenance.length > 0;
}

/** Marks of a reading. @param zoneOffset at that moment */
export function marksAt({ mode, maintenance }: LearnSettings, at: EpochMs, zoneOffset: DurationMs): Marks {
  if (isWithin(maintenance, at + zoneOffset)) return MARK.keptOut | MARK.quiet;
  if (mode === 'always') return NO_MARKS;
  return mode === 'paused' ? MARK.keptOut : MARK.whenNormal;
}

/**
 * An hour that the clock shows twice in autumn is twice within, and one that it leaves out in spring never.
 * @param localMs local time as if it were UTC, epoch ms
 */
export function isWithin(windows: readonly MaintenanceWindow[], localMs: number): boolean {
  if (windows.length === 0) return false;
  const ofWeek = mod(localMs + SINCE_MONDAY_MS, WEEK_MS);
  return windows.some(({ kind, from, to }) => {
    if (kind === 'once') return localMs >= from && localMs < to;
    return (ofWeek >= from && ofWeek < to) || ofWeek + WEEK_MS < to;
  });
}

function mod(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
