import { expect, it } from 'vitest';
import { crc32 } from '../../src/model/crc32.ts';
import { makeSeries } from '../support/series.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

// Check values from the catalogue of parametrised CRC algorithms (CRC-32/ISO-HDLC) and RFC 3720's neighbours in zlib.
it.each([
  ['', 0x00000000],
  ['a', 0xe8b7be43],
  ['123456789', 0xcbf43926],
  ['The quick brown fox jumps over the lazy dog', 0x414fa339],
])('gives the known value of "%s"', (text, known) => {
  expect(crc32(ascii(text))).toBe(known);
});

it('agrees with the definition, bit by bit, on every byte value', () => {
  const bytes = Uint8Array.from(makeSeries(1000, 5, (row, random) => (row < 256 ? row : random.integerBelow(256))));
  let register = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const carry = (register ^ (byte >> bit)) & 1;
      register = (register >>> 1) ^ (carry === 1 ? 0xedb88320 : 0);
    }
  }
  expect(crc32(bytes)).toBe(~register >>> 0);
});

it('begins where it is told', () => {
  expect(crc32(ascii('skip123456789'), 4)).toBe(0xcbf43926);
});
