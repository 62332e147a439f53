import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIsoTime } from '../../../src/adapters/payload/isoTime.ts';

describe('readIsoTime', () => {
  const noon = Date.UTC(2026, 2, 10, 12);
  it.each([
    ['2026-03-10T12:00:00', noon, undefined],
    ['2026-03-10 12:00', noon, undefined],
    ['2026-03-10', noon - 12 * 3_600_000, undefined],
    ['2026-03-10t12:00:00z', noon, 0],
    ['2026-03-10T12:00:00.5Z', noon + 500, 0],
    ['2026-03-10T12:00:00,25Z', noon + 250, 0],
    ['2026-03-10T12:00:00.123456789Z', noon + 123.457, 0],
    ['2026-03-10T12:00:00+05:30', noon, 19_800_000],
    ['2026-03-10T12:00:00-0330', noon, -12_600_000],
    ['2026-03-10 12:00:00 +01', noon, 3_600_000],
    ['2026-03-10T11:59:60Z', noon, 0],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000, 0],
    ['2024-02-29', Date.UTC(2024, 1, 29), undefined],
  ])('reads %s', (text, localMs, offsetMs) => {
    expect(readIsoTime(text)).toEqual({ localMs, offsetMs });
  });

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-03-00',
    '2026-03-10T24:00:00',
    '2026-03-10T12:60:00',
    '2026-03-10T12:00:61',
    '2026-03-10T12:00:00+24:00',
    '2026-03-10T12:00:00+01:60',
    '2026-03-10T12:00:00 CET',
    '2026-03-10T12:00:00Europe/Berlin',
    '2026-3-10',
    '10.03.2026 12:00',
    '12:00:00',
    '0T00:10:11',
    `2026-03-10T12:00:00.${'1'.repeat(100)}Z`,
  ])('reads no time from %s', (text) => {
    expect(readIsoTime(text)).toBeUndefined();
  });

  it('reads back what Date writes, in every year it writes with four digits', () => {
    const moments = fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') });
    const roundTrip = (moment: Date): void =>
      void expect(readIsoTime(moment.toISOString())).toEqual({ localMs: moment.getTime(), offsetMs: 0 });
    void fc.assert(
      fc.property(
        moments.filter((moment) => !Number.isNaN(moment.getTime())),
        roundTrip,
      ),
      { numRuns: 2000 },
    );
  });
});
