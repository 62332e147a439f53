import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toPrintable } from '../../../src/adapters/terminal/toPrintable.ts';

test('keeps letters of all scripts and replaces what moves the cursor or turns the writing', () => {
  expect(toPrintable('zigbee2mqtt/Küche °C 温度')).toBe('zigbee2mqtt/Küche °C 温度');
  expect(toPrintable('a\u001b[2Jb\r\nc\u009bd\u202ee')).toBe('a�[2Jb��c�d�e');
});

test('lets no control character through', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(toPrintable(text)).not.toMatch(/\p{Cc}/u);
    }),
  );
});
