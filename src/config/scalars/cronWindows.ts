import { WEEK_MS, type WeeklyWindow } from '../../domain/learnSettings.ts';
import { parseDuration } from './durations.ts';
import { readDay } from './weekdays.ts';

const CRON = /^(\S+) (\S+) (\S+) (\S+) (\S+)(?: (?:for )?(\S+))?$/;
const ANY = /^[*?]$/;

/** True for the five fields of cron, with or without a duration behind them. */
export function isCron(text: string): boolean {
  const fields = CRON.exec(text)?.slice(1, 6) ?? [];
  return fields.length === 5 && fields.every((field) => /^[\d*?,/a-z-]+$/.test(field)) && /^[\d*]/.test(fields[0]);
}

/**
 * Reads `minute hour day month weekday for DURATION`: a window begins whenever cron would run something. Windows come each week: days of the
 * month and months have to be `*`.
 * @returns undefined: it is no such line
 */
export function readCronWindows(text: string): readonly WeeklyWindow[] | undefined {
  const [, minute, hour, day, month, weekday, length] = CRON.exec(text) ?? [];
  if (length === undefined || !ANY.test(day as string) || !ANY.test(month as string)) return undefined;
  const minutes = readField(minute as string, 0, 59, Number);
  const hours = readField(hour as string, 0, 23, Number);
  const days = readField(weekday as string, 0, 7, numberOfDay);
  const duration = parseDuration(length);
  if (minutes === undefined || hours === undefined || days === undefined || duration === undefined) return undefined;
  if (duration === 0 || duration > WEEK_MS) return undefined;
  // Cron counts from Sunday, which is 0 and 7.
  const mondays = [...new Set(days.map((of) => (of + 6) % 7))];
  const starts = mondays.flatMap((of) => hours.flatMap((at) => minutes.map((min) => (of * 24 + at) * 60 + min)));
  return merge(starts.sort((a, b) => a - b).map((start) => ({ from: start * 60_000, to: start * 60_000 + duration })));
}

/** Names of days stand beside numbers. */
function numberOfDay(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const day = readDay(text);
  return day === undefined ? Number.NaN : (day + 1) % 7;
}

/** Values of `*`, `1,3`, `1-5`, `10-50/20`, and steps of a star such as every 15th. undefined: it is no field of cron. */
function readField(text: string, least: number, most: number, read: (text: string) => number): number[] | undefined {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(item) ?? [];
    const [first = '', last] = ANY.test(range)
      ? [String(least), String(least === 0 && most === 7 ? 6 : most)]
      : range.split('-');
    const from = read(first);
    const to = last === undefined ? (item.includes('/') ? most : from) : read(last);
    const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= least && to <= most && from <= to;
    if (!isRange || Number(step) < 1) return undefined;
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return [...values];
}

/** Windows that touch become one. */
function merge(spans: readonly { readonly from: number; readonly to: number }[]): readonly WeeklyWindow[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of spans) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged.map(({ from, to }) => ({ kind: 'weekly', from, to: Math.min(to, from + WEEK_MS) }));
}
