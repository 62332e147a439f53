import { daysInMonth, daysSinceEpoch } from './isoTime.ts';

const SHORTEST = '2026-11-30T14:00:00Z'.length;
const LONGEST = '2026-11-30T14:00:00.123+01:00'.length;
/** Places of the parts of a date and time. */
const MONTH = 5;
const DAY = 8;
const HOUR = 11;
const MINUTE = 14;
const SECOND = 17;
const FRACTION = 19;

const PLUS = 0x2b;
const DASH = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const MINUTE_MS = 60_000;

/** Characters of a text while they are read. */
const scratch = new Uint8Array(LONGEST);

/**
 * Milliseconds since 1970 of a text such as `2026-11-30T14:00:00.123+01:00`: with seconds, three decimals or none, and `Z` or an offset. That
 * is what nearly all devices write; it is read ten times faster than `readIsoTime` does, and means the same.
 * @returns NaN: it is left to `readIsoTime`
 */
export function readExactTime(text: string): number {
  const { length } = text;
  if (length < SHORTEST || length > LONGEST) return Number.NaN;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > LETTER_Z) return Number.NaN;
    scratch[i] = code;
  }
  return exactTimeIn(scratch, 0, length);
}

/** Does the same for the bytes from `start` to before `end`. */
export function exactTimeIn(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < SHORTEST || length > LONGEST || !hasMarks(bytes, start)) return Number.NaN;
  const year = 100 * pairAt(bytes, start) + pairAt(bytes, start + 2);
  const month = pairAt(bytes, start + MONTH);
  const day = pairAt(bytes, start + DAY);
  // What is no number is NaN, which is in no range.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return Number.NaN;
  const hour = pairAt(bytes, start + HOUR);
  const minute = pairAt(bytes, start + MINUTE);
  const second = pairAt(bytes, start + SECOND);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  const hasFraction = bytes[start + FRACTION] === POINT;
  const milliseconds = hasFraction ? millisecondsAt(bytes, start + FRACTION + 1, end) : 0;
  const offset = offsetAt(bytes, start + FRACTION + (hasFraction ? 4 : 0), end);
  const minutes = (daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute - offset;
  return minutes * MINUTE_MS + second * 1000 + milliseconds;
}

function hasMarks(bytes: Uint8Array, start: number): boolean {
  if (bytes[start + MONTH - 1] !== DASH || bytes[start + DAY - 1] !== DASH) return false;
  if (bytes[start + HOUR - 1] !== LETTER_T) return false;
  return bytes[start + MINUTE - 1] === COLON && bytes[start + SECOND - 1] === COLON;
}

/** Minutes ahead of UTC; NaN: none is written there as far as the end. */
function offsetAt(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at];
  if (end - at === 1) return sign === LETTER_Z ? 0 : Number.NaN;
  if (end - at !== 6 || (sign !== PLUS && sign !== DASH) || bytes[at + 3] !== COLON) return Number.NaN;
  const hours = pairAt(bytes, at + 1);
  const minutes = pairAt(bytes, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  const size = 60 * hours + minutes;
  return sign === DASH ? -size : size;
}

function millisecondsAt(bytes: Uint8Array, at: number, end: number): number {
  return at + 3 < end ? 10 * pairAt(bytes, at) + digitAt(bytes, at + 2) : Number.NaN;
}

function pairAt(bytes: Uint8Array, at: number): number {
  return 10 * digitAt(bytes, at) + digitAt(bytes, at + 1);
}

function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] as number) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}
