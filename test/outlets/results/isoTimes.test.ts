import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ISO_BYTES, IsoTimes } from '../../../src/outlets/results/isoTimes.ts';

const bytes = Buffer.alloc(ISO_BYTES + 2, '#');
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** undefined where it is left to `toIsoTime`. */
function textOf(times: IsoTimes, at: number): string | undefined {
  if (!times.write(Float64Array.of(0, at), 1, view, 1)) return undefined;
  expect([bytes[0], bytes[ISO_BYTES + 1]]).toEqual([0x23, 0x23]);
  return bytes.toString('latin1', 1, ISO_BYTES + 1);
}

test('writes what Date writes, in any order of moments', () => {
  const times = new IsoTimes();
  const moment = fc.oneof(
    fc.double({ min: 0, max: 253_402_300_799_999, noNaN: true }),
    fc.integer({ min: 0, max: 240_000 }),
    fc.double({ min: 1.7e12, max: 1.7e12 + 180_000, noNaN: true }),
  );
  void fc.assert(
    fc.property(fc.array(moment), (moments) => {
      for (const at of moments) expect(textOf(times, at)).toBe(new Date(at).toISOString());
    }),
  );
});

test.each([-1, -8.64e15, 253_402_300_800_000, 8.64e15, Number.NaN, Infinity])('%s is left to Date', (at) => {
  expect(textOf(new IsoTimes(), at)).toBeUndefined();
});
