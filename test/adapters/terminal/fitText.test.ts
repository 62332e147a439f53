import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth } from '../../../src/adapters/terminal/displayWidth.ts';
import { fitText } from '../../../src/adapters/terminal/fitText.ts';

test('leaves what fits and ends what does not in …', () => {
  expect(fitText('power', 5)).toBe('power');
  expect(fitText('power', 4)).toBe('pow…');
  expect(fitText('温度計', 4)).toBe('温…');
  expect(fitText('power', 1)).toBe('…');
  expect(fitText('power', 0)).toBe('');
});

test('never takes more columns than it may', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
      expect(displayWidth(fitText(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});
