import { type MaintenanceWindow, WEEK_MS } from '../../domain/learnSettings.ts';
import { readCronWindows } from './cronWindows.ts';
import { DAY_MS, readDays } from './weekdays.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TIME = String.raw`(?:\d{1,2}(?::\d{2})?\s?(?:am|pm)?|noon|midnight)`;
const TO = String.raw`\s?(?:-|to|until|till)\s?`;
const SPAN = new RegExp(`^(?:from )?(${TIME})${TO}(${TIME})$`);
/** The hours may stand before or behind the days. */
const TRAILING = new RegExp(`^(?:(.*?)[\\s,:]*)(?:from )?(${TIME}${TO}${TIME})$`);
const LEADING = new RegExp(`^(?:from )?(${TIME}${TO}${TIME})\\s(?:on )?(.*)$`);
const DATE = String.raw`(\d{4})-(\d{2})-(\d{2})[t ](\d{2}):(\d{2})(?::00)?`;
const ONCE = new RegExp(String.raw`^${DATE}\s?(?:-|to|until|till|/)\s?${DATE}$`);

/**
 * Reads a time of maintenance as people write it: `Sun 02:00-04:00`, `Sundays 2 to 4`, `weekdays 12:00-13:00`, `22:00-06:00` (daily; until
 * the next morning), `2026-12-24 08:00 - 2026-12-24 12:00`, and a line of cron with a duration behind it: `0 2 * * sun for 2h`.
 * @returns its windows; undefined: it is none
 */
export function readMaintenance(text: string): readonly MaintenanceWindow[] | undefined {
  const plain = text
    .toLowerCase()
    .replace(/[‐-―−]/g, '-')
    .replace(/\s+/g, ' ')
    .trim();
  return readOnce(plain) ?? readCronWindows(plain) ?? readWeekly(plain);
}

function readOnce(text: string): readonly MaintenanceWindow[] | undefined {
  const parts = ONCE.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [from, to] = [momentOf(parts.slice(0, 5)), momentOf(parts.slice(5))];
  return from !== undefined && to !== undefined && from < to ? [{ kind: 'once', from, to }] : undefined;
}

/** undefined: there is no such day or time. */
function momentOf(parts: readonly number[]): number | undefined {
  const [year, month, day, hour, minute] = parts as [number, number, number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay && hour < 24 && minute < 60 ? date.getTime() + hour * HOUR_MS + minute * MINUTE_MS : undefined;
}

function readWeekly(text: string): readonly MaintenanceWindow[] | undefined {
  const leading = LEADING.exec(text);
  const trailing = leading ?? TRAILING.exec(text);
  const [days, hours] = leading ? [leading[2], leading[1]] : trailing ? [trailing[1], trailing[2]] : [text, '0-24'];
  const [on, span] = [readDays(days as string), readSpan(hours as string)];
  // All of every day would be a stream that never learns: that has an option of its own.
  if (on === undefined || span === undefined || (trailing === null && days === '')) return undefined;
  return on.map((day) => ({ kind: 'weekly', from: day * DAY_MS + span.from, to: day * DAY_MS + span.to }));
}

/** ms since midnight; the end may be of the next day. */
function readSpan(text: string): { readonly from: number; readonly to: number } | undefined {
  const [, first, last] = SPAN.exec(text) ?? [];
  const from = first === undefined ? undefined : readTime(first);
  const until = last === undefined ? undefined : readTime(last);
  if (from === undefined || until === undefined || from >= DAY_MS || from === until) return undefined;
  // Midnight as an end is that of the next morning.
  const to = until > from ? until : until + DAY_MS;
  return to - from <= WEEK_MS ? { from, to } : undefined;
}

function readTime(text: string): number | undefined {
  if (text === 'noon') return 12 * HOUR_MS;
  if (text === 'midnight') return 0;
  const [, hours = '', minutes = '0', half] = /^(\d{1,2})(?::(\d{2}))?\s?(am|pm)?$/.exec(text) ?? [];
  const [hour, minute] = [Number(hours), Number(minutes)];
  if (minute > 59 || hours === '') return undefined;
  if (half === undefined)
    return hour < 24 || (hour === 24 && minute === 0) ? hour * HOUR_MS + minute * MINUTE_MS : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return ((hour % 12) + (half === 'pm' ? 12 : 0)) * HOUR_MS + minute * MINUTE_MS;
}
