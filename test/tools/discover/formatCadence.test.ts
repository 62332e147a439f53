import { expect, test } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import { formatCadence } from '../../../src/tools/discover/formatCadence.ts';

test.each([
  ['regular', 250, 'every 250 ms'],
  ['regular', 10_300, 'every 10 s'],
  ['regular', 2_500, 'every 2.5 s'],
  ['regular', 300_000, 'every 5 min'],
  ['on-change', 425_000, 'on change, about 7.1 min'],
  ['unknown', 7_200_000, 'about 2 h'],
  ['unknown', undefined, 'seen once'],
] as const)('writes %s at %s ms as %s', (kind, ms, text) => {
  expect(formatCadence({ kind, medianMs: ms === undefined ? undefined : toDurationMs(ms) })).toBe(text);
});
