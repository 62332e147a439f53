import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { size } from '../../../src/config/scalars/sizes.ts';

/** Bytes; undefined: refused. */
function read(text: string): number | undefined {
  const { success, output } = v.safeParse(size('1B', '8388607GB'), text);
  return success ? (output as number) : undefined;
}

describe('size', () => {
  it.each([
    ['512B', 512],
    ['64KB', 65_536],
    ['64KiB', 65_536],
    ['1MB', 1_048_576],
    ['1MiB', 1_048_576],
    ['2GB', 2_147_483_648],
    ['2GiB', 2_147_483_648],
  ])('reads %s', (text, bytes) => {
    expect(read(text)).toBe(bytes);
  });

  it.each(['', '64', 'KB', '64 KB', '64kb', '64K', '0B', '01B', '1.5MB', '-1B', '1TB', '64KB\n', '999999999999999GB'])(
    'refuses %j',
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );

  it('reads nothing but a whole number and a unit', () => {
    const characters = fc.constantFrom(...'0123456789KMGiB .-'.split(''));
    void fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 6 }), (text) => {
        if (read(text) !== undefined) expect(text).toMatch(/^[1-9][0-9]*(B|[KMG]i?B)$/);
        else expect(text).not.toMatch(/^[1-9][0-9]*(B|[KMG]i?B)$/);
      }),
      { numRuns: 5_000, seed: 1 },
    );
  });

  it('takes its bounds and refuses what is beyond', () => {
    const option = size('16B', '1KB');
    expect(['15B', '16B', '1KB', '1025B', '2KB'].map((text) => v.safeParse(option, text).success)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});
