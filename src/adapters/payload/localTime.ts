import { type EpochMs, toEpochMs, type ZoneOffset } from '../../domain/time.ts';

const DAY_MS = 86_400_000;

/**
 * The moment at which a zone's clocks show `localMs` (a local time written as if it were UTC).
 * Shown twice (clocks go back): the one nearer to the arrival, so that a sensor stays in step through the repeated hour.
 * Never shown (clocks go forward): counted on with the offset from before the change, as a clock that was not put forward.
 */
export function fromLocalTime(localMs: number, zone: ZoneOffset, receivedAt: EpochMs): EpochMs {
  const before = zone(toEpochMs(localMs - DAY_MS));
  const after = zone(toEpochMs(localMs + DAY_MS));
  const first = toEpochMs(localMs - before);
  if (before === after) return first;
  const second = toEpochMs(localMs - after);
  if (zone(second) !== after) return first;
  if (zone(first) !== before) return second;
  return Math.abs(receivedAt - second) < Math.abs(receivedAt - first) ? second : first;
}
