/** A date and time as written: `localMs` as if it were UTC, `offsetMs` = local − UTC, undefined where none was written. */
export interface WrittenTime {
  readonly localMs: number;
  readonly offsetMs: number | undefined;
}

// Groups: year, month, day, hour, minute, second, fraction, offset. Date alone is midnight.
const SHAPE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/;

const LONGEST = 64;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Reads ISO 8601 and RFC 3339 texts: `T` or a space, seconds, fraction (any number of digits, kept to the microsecond) and
 * offset optional, second 60 (leap) taken as the next second. `Date.parse` is not used: it guesses at odd forms, and reads
 * a date without an offset sometimes as UTC and sometimes as local time.
 */
export function readIsoTime(text: string): WrittenTime | undefined {
  if (text.length > LONGEST) return undefined;
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = match;
  const y = Number(year);
  const m = Number(month);
  const d = Number(day);
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const offsetMs = offset === undefined ? undefined : readOffset(offset);
  if (Number.isNaN(offsetMs)) return undefined;
  const fractionMs = Math.round(Number(`0.${fraction}`) * 1e6) / 1e3;
  const clockMs = Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS + Number(second) * 1000 + fractionMs;
  return { localMs: daysSinceEpoch(y, m, d) * DAY_MS + clockMs, offsetMs };
}

/** NaN for an offset that no clock has. */
function readOffset(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = offset.length > 3 ? Number(offset.slice(-2)) : 0;
  if (hours > 23 || minutes > 59) return Number.NaN;
  const size = hours * HOUR_MS + minutes * MINUTE_MS;
  return offset.startsWith('-') ? -size : size;
}

/** Days of a month, 1 to 12, in the proleptic Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar; years start in March so that the leap day comes last. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leapDays + dayOfYear - 719_468;
}
