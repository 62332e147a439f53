import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputBytes } from '../../../src/domain/outputBytes.ts';
import { FixedText, TWO_DIGITS } from '../../../src/outlets/results/fixedText.ts';
import { JsonWriter } from '../../../src/outlets/results/jsonWriter.ts';

test('writes any texts of ASCII one behind the other, whatever room there is', () => {
  const json = new JsonWriter();
  const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
  void fc.assert(
    fc.property(fc.array(ascii, { maxLength: 20 }), fc.nat(64), (texts, capacity) => {
      const out = new OutputBytes(capacity);
      json.begin(out);
      for (const text of texts) json.fixed(new FixedText(text));
      json.end();
      expect(out.bytes.toString('latin1', 0, out.length)).toBe(texts.join(''));
    }),
  );
});

test('refuses what is not of ASCII', () => {
  expect(() => new FixedText('µ')).toThrow(RangeError);
});

test('has two digits for each number below a hundred', () => {
  const text = Buffer.from(TWO_DIGITS.buffer).toString('latin1');
  expect(text.match(/../g)).toEqual(Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0')));
});
