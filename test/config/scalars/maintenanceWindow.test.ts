import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCron } from '../../../src/config/scalars/cronWindows.ts';
import { readMaintenance } from '../../../src/config/scalars/maintenanceWindow.ts';
import { isWithin } from '../../../src/domain/learnSettings.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const MONDAY = Date.UTC(2026, 10, 30);
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Hours of a week that lie within, as `Sun 2`: each by its first and its last millisecond. */
function hoursOf(text: string): string[] {
  const windows = readMaintenance(text);
  if (windows === undefined) throw new Error(`${text} is no time of maintenance`);
  return Array.from({ length: 168 }, (_, hour) => hour).flatMap((hour) => {
    const at = MONDAY + hour * HOUR;
    const [first, last] = [isWithin(windows, at), isWithin(windows, at + HOUR - 1)];
    return first && last ? [`${DAYS[Math.floor(hour / 24)]} ${hour % 24}`] : first || last ? [`half of ${hour}`] : [];
  });
}

const each = (days: readonly string[], ...hours: number[]): string[] =>
  days.flatMap((day) => hours.map((hour) => `${day} ${hour}`));
const WEEKDAYS = DAYS.slice(0, 5);

describe('a time of maintenance', () => {
  it.each([
    ['Sun 02:00-04:00', each(['Sun'], 2, 3)],
    ['Sundays 2 to 4', each(['Sun'], 2, 3)],
    ['sunday 2-4', each(['Sun'], 2, 3)],
    ['SUN 2am-4am', each(['Sun'], 2, 3)],
    ['Sundays from 2 to 4', each(['Sun'], 2, 3)],
    ['every Sunday 02:00 – 04:00', each(['Sun'], 2, 3)],
    ['02:00-04:00 on sundays', each(['Sun'], 2, 3)],
    ['Sun, 02:00-04:00', each(['Sun'], 2, 3)],
    ['Sun: 02:00-04:00', each(['Sun'], 2, 3)],
    ['Sat,Sun 02:00-04:00', each(['Sat', 'Sun'], 2, 3)],
    ['saturdays and sundays 2-4', each(['Sat', 'Sun'], 2, 3)],
    ['Sat Sun 2-4', each(['Sat', 'Sun'], 2, 3)],
    ['weekend 2-4', each(['Sat', 'Sun'], 2, 3)],
    ['weekdays noon-1pm', each(WEEKDAYS, 12)],
    ['Mon-Fri 12:00-13:00', each(WEEKDAYS, 12)],
    ['Mon - Fri 12-13', each(WEEKDAYS, 12)],
    ['monday to friday 12-13', each(WEEKDAYS, 12)],
    ['Mon-Wed, Sat 5-6', each(['Mon', 'Tue', 'Wed', 'Sat'], 5)],
    ['Sat-Mon 5-6', each(['Mon', 'Sat', 'Sun'], 5)],
    ['02:00-03:00', each(DAYS, 2)],
    ['daily 2-3', each(DAYS, 2)],
    ['every day 2-3', each(DAYS, 2)],
    ['Fri 23:00-01:00', ['Fri 23', 'Sat 0']],
    ['Sun 22:00-midnight', each(['Sun'], 22, 23)],
    ['Sun 22-24', each(['Sun'], 22, 23)],
    ['Sun 23:00-02:00', ['Mon 0', 'Mon 1', 'Sun 23']],
    ['Tue', Array.from({ length: 24 }, (_, hour) => `Tue ${hour}`)],
    ['0 2 * * sun for 2h', each(['Sun'], 2, 3)],
    ['0 2 * * 0 for 2h', each(['Sun'], 2, 3)],
    ['0 2 * * 7 2h', each(['Sun'], 2, 3)],
    ['0 2 ? * SUN for 2h', each(['Sun'], 2, 3)],
    ['0,30 2 * * 1-5 for 30m', each(WEEKDAYS, 2)],
    ['0 */6 * * 1 for 1h', each(['Mon'], 0, 6, 12, 18)],
    ['*/15 2 * * * for 15m', each(DAYS, 2)],
    ['0 23 * * 0 for 3h', ['Mon 0', 'Mon 1', 'Sun 23']],
  ])('%s', (text, hours) => {
    expect(hoursOf(text)).toEqual(hours);
  });

  it('may come once', () => {
    const from = Date.UTC(2026, 11, 24, 8);
    for (const text of ['2026-12-24 08:00 - 2026-12-24 12:00', '2026-12-24T08:00/2026-12-24T12:00']) {
      const windows = readMaintenance(text) ?? [];
      const within = [from - 1, from, from + 4 * HOUR - 1, from + 4 * HOUR, from + 7 * DAY];
      expect(within.map((at) => isWithin(windows, at))).toEqual([false, true, true, false, false]);
    }
  });

  it.each([
    '',
    'never',
    '2',
    '25-26',
    '2-2',
    '02:60-03:00',
    'Sum 2-4',
    'Sun 2',
    'Sun 2-4-6',
    'Sun Mod 2-4',
    '13pm-2pm',
    '24-2',
    '2026-02-30 08:00 - 2026-03-01 08:00',
    '2026-12-24 12:00 - 2026-12-24 08:00',
    '0 2 * * 0',
    '0 2 1 * 0 for 2h',
    '0 2 * 6 0 for 2h',
    '60 2 * * 0 for 2h',
    '0 24 * * 0 for 1h',
    '0 2 * * 8 for 1h',
    '0 2 * * 0 for 8d',
    '0 2 * * 0 for 0s',
    '0 2 * * 0 for ever',
    '0 5-3 * * 0 for 1h',
    '*/0 2 * * 0 for 1h',
  ])('is not %j', (text) => {
    expect(readMaintenance(text)).toBeUndefined();
  });

  it('knows a line of cron that lacks its duration', () => {
    expect(['0 2 * * 0', '0 2 * * sun', '*/5 * 1 * *', 'Sun 02:00-04:00', 'a b c d e'].map(isCron)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('throws on no text, and has ends behind its starts', () => {
    const word = fc.constantFrom(
      'sun',
      'mon-fri',
      '2',
      '4',
      '-',
      'to',
      '2am',
      '02:00',
      ',',
      'for',
      '*',
      '2h',
      ' ',
      '2026-12-24',
      '/',
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (any) => {
        for (const { from, to } of readMaintenance(any) ?? []) expect(to).toBeGreaterThan(from);
      }),
      { numRuns: 5000 },
    );
  });
});
