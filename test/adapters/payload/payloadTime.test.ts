import { describe, expect, it } from 'vitest';
import { readPayloadTime } from '../../../src/adapters/payload/payloadTime.ts';
import { ARRIVAL, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

const read = (value: unknown): unknown => readPayloadTime(value, UTC_PLUS_1, ARRIVAL);

describe('readPayloadTime', () => {
  it.each([
    ['seconds', 1_773_143_999],
    ['seconds as text', '1773143999'],
    ['seconds with a fraction', 1_773_143_999.0],
    ['milliseconds', 1_773_143_999_000],
    ['microseconds', 1_773_143_999_000_000],
    ['nanoseconds', 1_773_143_999_000_000_000],
    ['UTC text', '2026-03-10T11:59:59Z'],
    ['text with an offset', '2026-03-10T17:29:59+05:30'],
    ['text in the zone of the stream', '2026-03-10 12:59:59'],
  ])('reads %s', (_, value) => {
    expect(read(value)).toBe(Date.UTC(2026, 2, 10, 11, 59, 59));
  });

  it('keeps fractions to the microsecond, free of binary dust', () => {
    expect(read(1_773_143_999.13)).toBe(1_773_143_999_130);
    expect(read(1_773_143_999_123_456)).toBe(1_773_143_999_123.456);
    expect(read('2026-03-10T11:59:59.1234567Z')).toBe(1_773_143_999_123 + 0.457);
  });

  it.each([1e300, '1e300', Number.NaN, '', 'soon', '2026-02-30T00:00:00Z', true, {}, [1], undefined])(
    'reads no time from %j',
    (value) => {
      expect(read(value)).toBeUndefined();
    },
  );
});
