import type { WrittenTime } from '../../../adapters/payload/isoTime.ts';
import { fromLocalTime } from '../../../adapters/payload/localTime.ts';
import { readPayloadTime } from '../../../adapters/payload/payloadTime.ts';
import { type EpochMs, isRepresentable, toEpochMs, type ZoneOffset } from '../../../domain/time.ts';
import { readClockText, readDateText } from './dateText.ts';

/**
 * A way to write times.
 * @param previous the time of the row before: it decides which of two equal local times in autumn is meant, and the day of a time of day
 * @returns undefined where the text is none of it
 */
type ReadTime = (text: string, zone: ZoneOffset, previous: EpochMs) => EpochMs | undefined;

export interface TimeFormat {
  /** Name for `--time-format`, or the pattern itself. */
  readonly name: string;
  /** Description for people. */
  readonly words: string;
  readonly read: ReadTime;
}

const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;
/** Day 0 of a spreadsheet is 1899-12-30, that of MATLAB is the year 0; in days before 1970. */
const SPREADSHEET_DAYS = 25_569;
const MATLAB_DAYS = 719_529;
const NUMBER = /^\d{5,6}(?:[.,]\d+)?$/;
const DIGITS = /^(?:\d{8}|\d{12}|\d{14})$/;

/** Makes a format of a function that reads a moment as written. */
export function formatOf(name: string, words: string, read: (text: string) => WrittenTime | undefined): TimeFormat {
  return {
    name,
    words,
    read(text, zone, previous) {
      const written = read(text);
      if (written === undefined) return undefined;
      const { localMs, offsetMs } = written;
      return offsetMs === undefined ? fromLocalTime(localMs, zone, previous) : toEpochMs(localMs - offsetMs);
    },
  };
}

/** Fixed point of reference for numbers of days; whole milliseconds, since a day's fraction resolves no more. */
function daysSince(first: number): (text: string) => WrittenTime | undefined {
  return (text) => {
    if (!NUMBER.test(text)) return undefined;
    const localMs = Math.round((Number(text.replace(',', '.')) - first) * DAY_MS);
    return isRepresentable(localMs) ? { localMs, offsetMs: undefined } : undefined;
  };
}

/** A time of day goes on in the next day where it goes back by more than half of one. The first day is 1970-01-01. */
const readClock: ReadTime = (text, zone, previous) => {
  const clock = readClockText(text);
  if (clock === undefined) return undefined;
  const local = previous + zone(previous);
  const today = Math.floor(local / DAY_MS) * DAY_MS + clock;
  const moment = today < local - HALF_DAY_MS ? today + DAY_MS : today;
  return fromLocalTime(moment, zone, previous);
};

export type TimeFormatName = 'iso' | 'ymd' | 'dmy' | 'mdy' | 'digits' | 'spreadsheet' | 'matlab' | 'clock';

/** All that are told apart by themselves, the likeliest first: of two that read a column as well the first one counts. */
export const TIME_FORMATS: Readonly<Record<TimeFormatName, TimeFormat>> = {
  iso: { name: 'iso', words: 'ISO 8601, or seconds, ms, µs, ns since 1970', read: readPayloadTime },
  ymd: formatOf('ymd', 'year, month, day', (text) => readDateText(text, 'ymd')),
  dmy: formatOf('dmy', 'day before month', (text) => readDateText(text, 'dmy')),
  mdy: formatOf('mdy', 'month before day', (text) => readDateText(text, 'mdy')),
  digits: formatOf('digits', 'YYYYMMDDhhmmss without separators', (text) =>
    DIGITS.test(text) ? readDateText(text, 'ymd') : undefined,
  ),
  spreadsheet: formatOf('spreadsheet', 'days since 1899-12-30', daysSince(SPREADSHEET_DAYS)),
  matlab: formatOf('matlab', "MATLAB's datenum", daysSince(MATLAB_DAYS)),
  clock: { name: 'clock', words: 'times of day; the first day is taken for 1970-01-01', read: readClock },
};
