import { expect, test } from 'vitest';
import { createRetainedLimit } from '../../../src/adapters/broker/retainedLimit.ts';

test('refuses new topics at the limit and still takes updates of the held ones', () => {
  const mayRetain = createRetainedLimit(2);

  expect([mayRetain('a', 1), mayRetain('b', 1), mayRetain('c', 1), mayRetain('a', 5)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test('an empty payload frees the place of its topic', () => {
  const mayRetain = createRetainedLimit(1);
  mayRetain('a', 1);

  expect(mayRetain('a', 0)).toBe(true);
  expect(mayRetain('b', 1)).toBe(true);
  expect(mayRetain('a', 1)).toBe(false);
});
