import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createZoneOffset } from '../../../src/adapters/clock/zoneOffset.ts';
import { toEpochMs } from '../../../src/domain/time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Minutes east of UTC. */
function minutesAt(zone: string, time: string): number {
  return createZoneOffset(zone)(toEpochMs(Date.parse(time))) / MINUTE;
}

describe('summer time', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 60],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 120],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', 120],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 60],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59.999Z', 660],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 630],
    ['Australia/Lord_Howe', '2026-10-03T15:29:59.999Z', 630],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', 660],
    ['America/St_Johns', '2026-03-08T05:29:59.999Z', -210],
    ['America/St_Johns', '2026-03-08T05:30:00Z', -150],
  ])('%s at %s is %i minutes from UTC', (zone, time, minutes) => {
    expect(minutesAt(zone, time)).toBe(minutes);
  });

  test('one function answers both sides of a change, whatever was asked before', () => {
    const offset = createZoneOffset('Europe/Berlin');
    const change = Date.UTC(2026, 2, 29, 1);
    const answers = [-1, 0, 1, -1, 15 * MINUTE, -15 * MINUTE].map((ms) => offset(toEpochMs(change + ms)) / HOUR);
    expect(answers).toEqual([1, 2, 2, 1, 2, 1]);
  });
});

describe('fixed zones', () => {
  test.each([
    ['UTC', 0],
    ['Etc/UTC', 0],
    ['Asia/Kolkata', 330],
    ['Asia/Kathmandu', 345],
    ['Pacific/Kiritimati', 840],
    ['Pacific/Marquesas', -570],
  ])('%s is %i minutes from UTC all year', (zone, minutes) => {
    expect(minutesAt(zone, '2026-01-15T12:00:00Z')).toBe(minutes);
    expect(minutesAt(zone, '2026-07-15T12:00:00Z')).toBe(minutes);
  });
});

describe('far times', () => {
  test.each([
    ['1969-12-31T23:59:59.999Z', 330],
    ['1970-01-01T00:00:00.000Z', 330],
    ['9999-12-31T23:59:59Z', 330],
  ])('Asia/Kolkata at %s', (time, minutes) => {
    expect(minutesAt('Asia/Kolkata', time)).toBe(minutes);
  });

  test.each(['0099-06-01T00:00:00Z', '0000-06-01T00:00:00Z', '-000001-06-01T00:00:00Z', '-000400-02-29T23:00:00Z'])(
    'reads the year of %s as it is',
    (time) => {
      expect(minutesAt('Etc/GMT-5', time)).toBe(300);
    },
  );

  test.each([8.64e15, -8.64e15])('is a number at %s, the end of what Date can hold', (at) => {
    expect(createZoneOffset('Etc/GMT-5')(toEpochMs(at)) / HOUR).toBe(5);
    expect(createZoneOffset('Etc/GMT+5')(toEpochMs(at)) / HOUR).toBe(-5);
  });

  test('takes moments with a fraction of a millisecond', () => {
    expect(createZoneOffset('Europe/Berlin')(toEpochMs(Date.UTC(2026, 2, 29, 1) - 0.25)) / HOUR).toBe(1);
  });
});

test.each(['Europe/Berlin', 'Australia/Lord_Howe', 'America/New_York', 'Asia/Kolkata'])(
  'system agrees with the local time of the process in %s',
  (zone) => {
    vi.stubEnv('TZ', zone);
    const system = createZoneOffset('system');
    const named = createZoneOffset(zone);
    const times = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) });
    void fc.assert(
      fc.property(times, (at) => {
        expect(system(toEpochMs(at)) / MINUTE).toBe(-new Date(at).getTimezoneOffset());
        expect(system(toEpochMs(at))).toBe(named(toEpochMs(at)));
      }),
      { numRuns: 200 },
    );
  },
);

test('asks Intl once per quarter of an hour', () => {
  const asked = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
  try {
    const offset = createZoneOffset('Europe/Berlin');
    const start = Date.UTC(2026, 0, 1);
    for (let at = start; at < start + 15 * MINUTE; at += 1000) offset(toEpochMs(at));
    expect(asked).toHaveBeenCalledTimes(1);
    offset(toEpochMs(start + 15 * MINUTE));
    expect(asked).toHaveBeenCalledTimes(2);
  } finally {
    asked.mockRestore();
  }
});

test('refuses a zone that does not exist', () => {
  expect(() => createZoneOffset('Mars/Olympus')).toThrow(RangeError);
});

describe('questions to Intl, which take microseconds', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('are asked once per quarter of an hour, and the answers are kept for a bounded number of quarters', () => {
    const ask = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    const berlin = createZoneOffset('Europe/Berlin');
    for (let second = 0; second < 900; second++) berlin(toEpochMs(second * 1000 + 0.5));
    expect(ask).toHaveBeenCalledTimes(1);
    for (let quarter = 1; quarter < 100; quarter++) berlin(toEpochMs(quarter * 15 * MINUTE));
    expect(ask).toHaveBeenCalledTimes(100);
    berlin(toEpochMs(99 * 15 * MINUTE));
    expect(ask).toHaveBeenCalledTimes(100);
    berlin(toEpochMs(0));
    expect(ask).toHaveBeenCalledTimes(101);
  });

  test.each(['UTC', 'Etc/UTC', 'GMT'])('are never asked about %s', (zone) => {
    const ask = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    expect(createZoneOffset(zone)(toEpochMs(0))).toBe(0);
    expect(ask).not.toHaveBeenCalled();
  });
});
