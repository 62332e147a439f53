import { type DurationMs, type EpochMs, toDurationMs, type ZoneOffset } from '../../domain/time.ts';

/** No zone has changed its offset but on a quarter of an hour (UTC) since 1972. */
const SLOT_MS = 900_000;
/** Streams of one zone are at about the same time, so few slots are in use at once. */
const CACHED_SLOTS = 64;
/** A local time must be a `Date` too, and no zone is a day away from UTC. */
const LIMIT_MS = 8.64e15 - 86_400_000;

/**
 * The offset of a zone from UTC, summer time included. Intl takes microseconds per question, so answers are kept per
 * quarter of an hour. @param zone IANA name, or `system`
 */
export function createZoneOffset(zone: string): ZoneOffset {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(zone === 'system' ? {} : { timeZone: zone }),
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  // Also what `system` is in a container, and other names of it.
  if (format.resolvedOptions().timeZone === 'UTC') return () => toDurationMs(0);
  const offsets = new Map<number, DurationMs>();
  return (at) => {
    const slot = Math.floor(Math.min(LIMIT_MS, Math.max(-LIMIT_MS, at)) / SLOT_MS);
    const known = offsets.get(slot);
    if (known !== undefined) return known;
    if (offsets.size >= CACHED_SLOTS) offsets.delete(offsets.keys().next().value as number);
    const offset = offsetAt(format, (slot * SLOT_MS) as EpochMs);
    offsets.set(slot, offset);
    return offset;
  };
}

function offsetAt(format: Intl.DateTimeFormat, slotStart: EpochMs): DurationMs {
  const at = Math.min(Math.max(slotStart, -FARTHEST_MS), FARTHEST_MS);
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = value;
  const field = (name: string): number => Number(parts[name]);
  const year = parts['era'] === 'BC' ? 1 - field('year') : field('year');
  // Date.UTC reads years 0 to 99 as 1900 to 1999; setUTCFullYear does not.
  const local = new Date(Date.UTC(2000, 0, 1, field('hour'), field('minute'), field('second')));
  local.setUTCFullYear(year, field('month') - 1, field('day'));
  return toDurationMs(local.getTime() - at);
}
