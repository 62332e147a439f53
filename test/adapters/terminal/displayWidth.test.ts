import { expect, test } from 'vitest';
import { displayWidth } from '../../../src/adapters/terminal/displayWidth.ts';

test.each([
  ['power', 5],
  ['Küche', 5],
  ['Ku\u0308che', 5],
  ['温度', 4],
  ['온도', 4],
  ['🌡', 2],
  ['', 0],
])('%s takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});
