import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactTimeIn, readExactTime } from '../../../src/adapters/payload/exactTime.ts';
import { readIsoTime } from '../../../src/adapters/payload/isoTime.ts';

/** Milliseconds by the general reader; NaN: it reads none, or one without an offset. */
function general(text: string): number {
  const written = readIsoTime(text);
  return written?.offsetMs === undefined ? Number.NaN : written.localMs - written.offsetMs;
}

const pad = (number: number, digits: number): string => String(number).padStart(digits, '0');
const offset = fc.oneof(
  fc.constantFrom('Z', 'z', '', '+01', '+0100'),
  fc
    .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 61 }))
    .map(([sign, hours, minutes]) => `${sign}${pad(hours, 2)}:${pad(minutes, 2)}`),
);
const fraction = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 0, max: 999 }).map((ms) => `.${pad(ms, 3)}`),
  fc.constantFrom('.5', '.', '.1234', ',250'),
);
const two = (max: number) => fc.integer({ min: 0, max }).map((part) => pad(part, 2));
const year = fc.integer({ min: 0, max: 9999 }).map((part) => pad(part, 4));
/** Dates and times, some of which there are not. */
const written = fc
  .tuple(year, two(13), two(32), two(25), two(61), two(61), fraction, offset)
  .map(([y, m, d, hour, minute, second, decimals, ahead]) =>
    [`${y}-${m}-${d}T${hour}:${minute}:${second}`, decimals, ahead].join(''),
  );
/** One character is another one. */
const damaged = fc
  .tuple(written, fc.nat({ max: 28 }), fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }))
  .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1));

describe('readExactTime', () => {
  it.each([
    ['2026-11-30T14:00:00Z', Date.UTC(2026, 10, 30, 14)],
    ['2026-11-30T14:00:00.123Z', Date.UTC(2026, 10, 30, 14, 0, 0, 123)],
    ['2026-11-30T14:00:00.123+01:30', Date.UTC(2026, 10, 30, 12, 30, 0, 123)],
    ['2024-02-29T23:59:59-12:00', Date.UTC(2024, 2, 1, 11, 59, 59)],
    ['0000-01-01T00:00:00Z', Date.parse('0000-01-01T00:00:00Z')],
  ])('reads %s', (text, at) => {
    expect(readExactTime(text)).toBe(at);
  });

  it.each(['2026-11-30T14:00:60Z', '2026-11-30T14:00:00', '2026-11-30T14:00:00.1Z', '2026-11-31T14:00:00Z'])(
    'leaves %s to the general reader',
    (text) => {
      expect(readExactTime(text)).toBeNaN();
    },
  );

  it('agrees with the general reader wherever it reads a time, from texts and from bytes within others', () => {
    let found = 0;
    void fc.assert(
      fc.property(
        fc.oneof(
          written,
          damaged,
          fc
            .date({
              min: new Date('0000-01-01T00:00:00Z'),
              max: new Date('9999-12-31T23:59:59.999Z'),
              noInvalidDate: true,
            })
            .map((at) => at.toISOString()),
        ),
        (text) => {
          const at = readExactTime(text);
          const bytes = new TextEncoder().encode(`9${text}0Z`);
          expect(exactTimeIn(bytes, 1, bytes.length - 2)).toBe(at);
          if (Number.isNaN(at)) return;
          found++;
          expect(at).toBe(general(text));
        },
      ),
      { numRuns: 5000 },
    );
    expect(found).toBeGreaterThan(1000);
  });
});
