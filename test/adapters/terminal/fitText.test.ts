import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { fitText } from '../../../src/adapters/terminal/fitText.ts';

test('leaves what fits and ends what does not in …', () => {
  expect(fitText('power', 5)).toBe('power');
  expect(fitText('power', 4)).toBe('pow…');
  expect(fitText('温度計', 4)).toBe('温…');
  expect(fitText('power', 1)).toBe('…');
  expect(fitText('power', 0)).toBe('');
});

test.each([
  ['Ku\u0308che', 3, 'Ku\u0308…'],
  ['👨‍👩‍👧 at home', 2, '…'],
  ['👨‍👩‍👧 at home', 4, '👨‍👩‍👧 …'],
  ['🇩🇪 Berlin', 3, '🇩🇪…'],
])('cuts %s to %i columns between whole characters', (text, width, fitted) => {
  expect(fitText(text, width)).toBe(fitted);
});

test('never takes more columns than it may', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
      expect(stringWidth(fitText(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});
