import { afterEach, describe, expect, it, vi } from 'vitest';
import { createZoneOffset } from '../../../src/adapters/clock/zoneOffset.ts';
import { toEpochMs } from '../../../src/domain/time.ts';

const MINUTE_MS = 60_000;
const at = (iso: string): ReturnType<typeof toEpochMs> => toEpochMs(Date.parse(iso));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('createZoneOffset', () => {
  it.each([
    // Germany: clocks change at 01:00 UTC.
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', 60],
    ['Europe/Berlin', '2026-03-29T01:00:00.000Z', 120],
    ['Europe/Berlin', '2026-10-25T00:59:59.999Z', 120],
    ['Europe/Berlin', '2026-10-25T01:00:00.000Z', 60],
    ['Europe/Berlin', '1969-07-01T12:00:00.000Z', 60],
    ['Europe/Berlin', '1945-06-15T12:00:00.000Z', 180],
    ['Asia/Kolkata', '2026-06-01T00:00:00.000Z', 330],
    ['Asia/Kathmandu', '2026-06-01T00:00:00.000Z', 345],
    // Lord Howe: summer time is half an hour.
    ['Australia/Lord_Howe', '2026-04-04T14:59:59.999Z', 660],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00.000Z', 630],
    ['Australia/Lord_Howe', '2026-10-03T15:29:59.999Z', 630],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00.000Z', 660],
    ['America/New_York', '2026-12-31T23:59:59.999Z', -300],
    ['Pacific/Kiritimati', '2026-01-01T00:00:00.000Z', 840],
    ['UTC', '2026-07-01T00:00:00.000Z', 0],
  ])('%s at %s is %d min from UTC', (zone, iso, minutes) => {
    expect(createZoneOffset(zone)(at(iso))).toBe(minutes * MINUTE_MS);
  });

  it('agrees with itself however the questions are ordered, over a whole year', () => {
    const once = (moment: number): number => createZoneOffset('Europe/Berlin')(toEpochMs(moment));
    const kept = createZoneOffset('Europe/Berlin');
    const start = Date.parse('2026-01-01T00:00:00Z');
    const days = Array.from({ length: 366 }, (_, i) => start + ((i * 151) % 366) * 86_400_000 + 1_234_567);
    for (const day of days) expect(kept(toEpochMs(day))).toBe(once(day));
    const changes = days
      .toSorted((a, b) => a - b)
      .filter((day, i, all) => i > 0 && kept(toEpochMs(day)) !== kept(toEpochMs(all[i - 1] as number)));
    expect(changes).toHaveLength(2);
  });

  it('knows years before Christ, years of two digits and the ends of time', () => {
    const berlin = createZoneOffset('Europe/Berlin');
    // Local mean time before the zone was made: 53 min 28 s.
    const meanTime = (53 * 60 + 28) * 1000;
    expect(berlin(at('-000044-03-15T00:00:00Z'))).toBe(meanTime);
    expect(berlin(at('0050-01-01T00:00:00Z'))).toBe(meanTime);
    expect(berlin(toEpochMs(-8.64e15))).toBe(meanTime);
    expect(berlin(toEpochMs(8.64e15))).toBe(120 * MINUTE_MS);
  });

  it('asks Intl once per quarter of an hour', () => {
    const ask = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    const berlin = createZoneOffset('Europe/Berlin');
    for (let i = 0; i < 900; i++) berlin(toEpochMs(i * 1000 + 0.5));
    expect(ask).toHaveBeenCalledTimes(1);
    berlin(toEpochMs(900_000));
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('keeps the answers for a bounded number of quarters', () => {
    const ask = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    const berlin = createZoneOffset('Europe/Berlin');
    for (let i = 0; i < 100; i++) berlin(toEpochMs(i * 900_000));
    expect(ask).toHaveBeenCalledTimes(100);
    berlin(toEpochMs(99 * 900_000));
    expect(ask).toHaveBeenCalledTimes(100);
    berlin(toEpochMs(0));
    expect(ask).toHaveBeenCalledTimes(101);
  });

  it.each(['UTC', 'Etc/UTC', 'GMT'])('never asks Intl for the time in %s', (zone) => {
    const ask = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    expect(createZoneOffset(zone)(at('2026-07-01T00:00:00Z'))).toBe(0);
    expect(ask).not.toHaveBeenCalled();
  });

  it("takes the computer's zone for `system`", () => {
    const moment = at('2026-07-01T12:00:00Z');
    expect(createZoneOffset('system')(moment)).toBe(-new Date(moment).getTimezoneOffset() * MINUTE_MS + 0);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => createZoneOffset('Europe/Atlantis')).toThrow(RangeError);
  });
});
