import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { wrapText } from '../../../src/adapters/terminal/wrapText.ts';

it('breaks between words, and indents what goes on', () => {
  expect(wrapText('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four']);
  expect(wrapText('short', 9)).toEqual(['short']);
  expect(wrapText('', 9)).toEqual(['']);
});

it('leaves a word that is too long whole', () => {
  expect(wrapText('see mqtts://broker.example.org:8883 there', 10)).toEqual([
    'see',
    'mqtts://broker.example.org:8883',
    'there',
  ]);
});

it('loses no word, and keeps each line that has several within the width', () => {
  const word = fc.stringMatching(/^[a-z°€世]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 4, max: 40 }), (words, width) => {
      const lines = wrapText(words.join(' '), width, '  ');
      expect(lines.flatMap((line) => line.trim().split(' '))).toEqual(words);
      for (const line of lines) if (line.trim().includes(' ')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
