import type { WrittenTime } from '../../../adapters/payload/isoTime.ts';
import { toWrittenTime } from './writtenTime.ts';

/** Order in which the numbers of a date stand. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy';

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly rest: string;
}

/** The first three letters of the months in English and German, in their order. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan'],
  ['feb'],
  ['mar', 'mär', 'mrz'],
  ['apr'],
  ['may', 'mai'],
  ['jun'],
  ['jul'],
  ['aug'],
  ['sep'],
  ['oct', 'okt'],
  ['nov'],
  ['dec', 'dez'],
];

const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-z]*\.?,?\s+/i;
const YEAR_FIRST = /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})(?!\d)|(\d\d)(\d\d)(?=\D|$|\d{4}))/;
const YEAR_LAST = /^(\d{1,2})(?:-|\/|\.\s?|\s)(\d{1,2})(?:-|\/|\.\s?|\s)(\d{4}|\d\d)(?!\d)/;
const DAY_NAME = /^(\d{1,2})(?:st|nd|rd|th|\.)?[-\s/]*([a-zä]{3,9})\.?,?[-\s/]*(\d{4}|\d\d)(?!\d|:)/i;
const NAME_DAY = /^([a-zä]{3,9})\.?[-\s]+(\d{1,2})(?:st|nd|rd|th)?,?[-\s]+(\d{4})(?!\d)/i;
/** C's asctime and date(1): the year comes last. */
const ASCTIME = /^([a-z]{3}) +(\d{1,2}) +(\d{1,2}:\d\d:\d\d) +(?:([A-Z]{3,4}) +)?(\d{4})$/i;

const CLOCK = /^(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,:](\d+))?)?(?:\s*([ap])\.?m\.?)?(?![\d:])/i;
const COMPACT_CLOCK = /^(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?(?![\d:])/;
const ZONE = /^\s*(?:(?:UTC|GMT)?([+-]\d\d(?::?\d\d)?)|(Z|UTC|GMT))(?:\s*(?:\[[^\]]*\]|\([^)]*\)))?$/i;

const LONGEST = 64;

/**
 * Reads a date with or without a time of day, as people and spreadsheets write them, where the order of day, month and year is
 * known. Names of months say it themselves. A zone may be `Z`, `UTC`, `GMT` or an offset.
 */
export function readDateText(text: string, order: DateOrder): WrittenTime | undefined {
  if (text.length > LONGEST) return undefined;
  const plain = text.replace(WEEKDAY, '');
  const asctime = ASCTIME.exec(plain);
  if (asctime !== null) {
    const [, month, day, clock, zone = '', year] = asctime;
    return readDateText(`${day} ${month} ${year} ${clock} ${zone}`.trim(), order);
  }
  const date = readDate(plain, order);
  if (date !== undefined) return withClock(date, date.rest.replace(/^(?:\s*,?\s*T?\s*|[_-])/i, ''));
  // The time of day may stand first.
  const clock = CLOCK.exec(plain);
  const behind = clock === null ? undefined : readDate(plain.slice(clock[0].length).replace(/^\s*,?\s*/, ''), order);
  return behind?.rest === '' ? withClock(behind, (clock as RegExpExecArray)[0]) : undefined;
}

function readDate(text: string, order: DateOrder): Parts | undefined {
  const named = readNamedDate(text);
  if (named !== undefined) return named;
  const first = YEAR_FIRST.exec(text);
  if (first !== null) {
    const [all, year, , month = first[5], day = first[6]] = first;
    return partsOf(text, all, year, month, day);
  }
  const last = order === 'ymd' ? null : YEAR_LAST.exec(text);
  if (last === null) return undefined;
  const [all, one, two, year] = last;
  return order === 'dmy' ? partsOf(text, all, year, two, one) : partsOf(text, all, year, one, two);
}

function readNamedDate(text: string): Parts | undefined {
  const dayFirst = DAY_NAME.exec(text);
  if (dayFirst !== null) return partsOf(text, dayFirst[0], dayFirst[3], monthOf(dayFirst[2]), dayFirst[1]);
  const nameFirst = NAME_DAY.exec(text);
  return nameFirst === null
    ? undefined
    : partsOf(text, nameFirst[0], nameFirst[3], monthOf(nameFirst[1]), nameFirst[2]);
}

/** The number of the month from 1, as text; `0`: it is none. */
export function monthOf(name = ''): string {
  return String(MONTHS.findIndex((names) => names.includes(name.slice(0, 3).toLowerCase())) + 1);
}

/** Two digits of a year are those from 1970 to 2069. */
export function fullYear(year: string): number {
  const number = Number(year);
  return year.length > 2 ? number : number + (number < 70 ? 2000 : 1900);
}

function partsOf(text: string, all: string, year = '', month = '', day = ''): Parts {
  return { year: fullYear(year), month: Number(month), day: Number(day), rest: text.slice(all.length) };
}

function withClock({ year, month, day }: Parts, text: string): WrittenTime | undefined {
  if (text === '') return toWrittenTime({ year, month, day });
  const clock = CLOCK.exec(text) ?? COMPACT_CLOCK.exec(text);
  const rest = clock === null ? text : text.slice(clock[0].length);
  const zone = rest === '' ? undefined : ZONE.exec(rest);
  // A date alone has no zone.
  if (clock === null || zone === null) return undefined;
  const [, hour, minute, second, fraction, half] = clock;
  return toWrittenTime({ year, month, day, hour, minute, second, fraction, half, zone: zone?.[1] ?? zone?.[2] });
}

/** A time of day alone, ms since midnight. */
export function readClockText(text: string): number | undefined {
  const clock = CLOCK.exec(text);
  if (clock === null || clock[0] !== text) return undefined;
  const [, hour, minute, second, fraction, half] = clock;
  return toWrittenTime({ year: 1970, month: 1, day: 1, hour, minute, second, fraction, half })?.localMs;
}
