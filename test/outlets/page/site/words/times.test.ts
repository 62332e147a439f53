import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { Numbers, UNKNOWN } from '../../../../../src/outlets/page/site/words/numbers.ts';
import { isoTime, Times } from '../../../../../src/outlets/page/site/words/times.ts';

const AT = Date.UTC(2026, 2, 12, 14, 36, 5);
const times = new Times(['en-GB'], new Numbers(['en-GB']));

it('writes a time in the zone of the sensor', () => {
  expect(times.clock(AT, 'Europe/Berlin')).toBe('15:36');
  expect(times.exact(AT, 'Asia/Kolkata')).toBe('20:06:05');
  expect(times.moment(AT, 'UTC')).toBe('Thu 12 Mar, 14:36');
  expect([null, Number.NaN, 1e300].map((at) => times.clock(at, 'UTC'))).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
});

it('writes UTC, and says so, where the browser does not know the zone', () => {
  expect(times.clock(AT, 'Mars/Olympus_Mons')).toBe('14:36 UTC');
});

it.each([
  ['Europe/Berlin', Date.UTC(2026, 2, 11, 23), true],
  ['UTC', Date.UTC(2026, 2, 12), true],
  ['UTC', Date.UTC(2026, 2, 12, 0, 1), false],
  ['UTC', Date.UTC(2026, 2, 12, 12), false],
])('knows midnight in %s', (zone, at, isMidnight) => {
  expect(times.isMidnight(at, zone)).toBe(isMidnight);
});

test.each([
  [0, '0 s'],
  [250, '0.3 s'],
  [40_000, '40 s'],
  [34 * 60_000, '34 min'],
  [96 * 60_000, '1 h 36 min'],
  [2 * 3_600_000, '2 h'],
  [50.4 * 3_600_000, '2.1 days'],
  [30 * 86_400_000, '30 days'],
  [null, UNKNOWN],
])('writes %s ms as %s', (ms, text) => {
  expect(times.duration(ms)).toBe(text);
});

it('writes an age; a time to come is now', () => {
  expect([4999, -60_000, 61_000, null].map((ms) => times.age(ms))).toEqual([
    'just now',
    'just now',
    '1 min ago',
    UNKNOWN,
  ]);
});

it('throws at no time and no zone', () => {
  fc.assert(
    fc.property(fc.double(), fc.string(), (at, zone) => {
      expect(
        [times.clock(at, zone), times.moment(at, zone), times.duration(at), times.age(at), isoTime(at)].join(),
      ).not.toContain('NaN');
    }),
  );
});
