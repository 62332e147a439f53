import { type EpochMs, isRepresentable, toEpochMs, type ZoneOffset } from '../../domain/time.ts';
import { readExactTime } from './exactTime.ts';
import { readIsoTime } from './isoTime.ts';
import { fromLocalTime } from './localTime.ts';
import { readNumberText } from './numberText.ts';

/**
 * Reads a time as devices write it: a number of seconds, milliseconds, microseconds or nanoseconds since 1970 (told apart by
 * size: 1e11 s is the year 5138, 1e11 ms is 1973), the same number as text, or ISO 8601 text, in `zone` where it has no
 * offset. Undefined when it is no time that `Date` can hold.
 */
export function readPayloadTime(value: unknown, zone: ZoneOffset, receivedAt: EpochMs): EpochMs | undefined {
  if (typeof value === 'number') return fromEpochNumber(value);
  if (typeof value !== 'string') return undefined;
  const exact = readExactTime(value);
  if (!Number.isNaN(exact)) return toEpochMs(exact);
  const written = readIsoTime(value);
  if (written === undefined) {
    const number = readNumberText(value, undefined);
    return typeof number === 'number' ? fromEpochNumber(number) : undefined;
  }
  const { localMs, offsetMs } = written;
  return offsetMs === undefined ? fromLocalTime(localMs, zone, receivedAt) : toEpochMs(localMs - offsetMs);
}

/** Time that a number says, as above: rounded to the microsecond, which is about what a double of epoch seconds resolves. */
export function fromEpochNumber(value: number): EpochMs | undefined {
  const at = Math.round(value * microsecondsPerUnit(Math.abs(value))) / 1000;
  return isRepresentable(at) ? at : undefined;
}

function microsecondsPerUnit(size: number): number {
  if (size > 1e17) return 1e-3;
  if (size > 1e14) return 1;
  return size > 1e11 ? 1e3 : 1e6;
}
