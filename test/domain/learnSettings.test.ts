import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createZoneOffset } from '../../src/adapters/clock/zoneOffset.ts';
import { isWithin, type LearnSettings, marksAt, mayMark, WEEK_MS } from '../../src/domain/learnSettings.ts';
import { MARK } from '../../src/domain/marks.ts';
import { type EpochMs, toDurationMs, toEpochMs } from '../../src/domain/time.ts';

const HOUR = 3_600_000;
const zone = createZoneOffset('Europe/Berlin');
/** Sundays, 2 to 4. */
const SUNDAYS: LearnSettings = {
  mode: 'always',
  maintenance: [{ kind: 'weekly', from: 6 * 24 * HOUR + 2 * HOUR, to: 6 * 24 * HOUR + 4 * HOUR }],
};
const berlin = (at: EpochMs): number => marksAt(SUNDAYS, at, zone(at));

/** Minutes within of the day from a moment on. */
function minutesFrom(iso: string): number {
  const start = Date.parse(iso);
  let count = 0;
  for (let minute = 0; minute < 1440; minute++) count += berlin(toEpochMs(start + minute * 60_000)) === 0 ? 0 : 1;
  return count;
}

it('a window lasts as long as the clock of its zone shows it', () => {
  expect(minutesFrom('2026-11-29T00:00+01:00')).toBe(120);
  // At two the clock goes on to three.
  expect(minutesFrom('2026-03-29T00:00+01:00')).toBe(60);
  // At three it goes back to two.
  expect(minutesFrom('2026-10-25T00:00+02:00')).toBe(180);
  expect(minutesFrom('2026-11-30T00:00+01:00')).toBe(0);
});

it('says by its mode which readings are learned, and in a window that no alarm starts', () => {
  const at = toEpochMs(Date.parse('2026-11-30T12:00Z'));
  const marks = (mode: LearnSettings['mode']) => marksAt({ mode, maintenance: [] }, at, toDurationMs(0));
  expect([marks('always'), marks('when_normal'), marks('paused')]).toEqual([0, MARK.whenNormal, MARK.keptOut]);
  expect(berlin(toEpochMs(Date.parse('2026-11-29T02:00Z')))).toBe(MARK.keptOut | MARK.quiet);
  expect([mayMark({ mode: 'always', maintenance: [] }), mayMark(SUNDAYS)]).toEqual([false, true]);
});

it('a weekly window is the same in every week, before 1970 too', () => {
  const window = fc.record({
    kind: fc.constant('weekly' as const),
    from: fc.integer({ min: 0, max: WEEK_MS - 1 }),
    length: fc.integer({ min: 1, max: WEEK_MS }),
  });
  fc.assert(
    fc.property(
      window,
      fc.integer({ min: -5e12, max: 5e12 }),
      fc.integer({ min: -100, max: 100 }),
      ({ kind, from, length }, at, weeks) => {
        const windows = [{ kind, from, to: from + length }];
        // 1970-01-05 was a Monday.
        const sinceStart = (((at - 4 * 86_400_000 - from) % WEEK_MS) + WEEK_MS) % WEEK_MS;
        expect(isWithin(windows, at)).toBe(sinceStart < length);
        expect(isWithin(windows, at + weeks * WEEK_MS)).toBe(isWithin(windows, at));
      },
    ),
  );
});
