import { expect, test } from 'vitest';
import { createRateLimit, type RateLimit } from '../../src/daemon/rateLimit.ts';
import { toEpochMs } from '../../src/domain/time.ts';

const MINUTE = 60_000;
const LARGEST = 256;

function setUp(): { readonly limit: RateLimit; readonly goTo: (now: number) => void } {
  let now = 1_000_000;
  return {
    limit: createRateLimit({ now: () => toEpochMs(now) }),
    goTo: (ms) => {
      now = 1_000_000 + ms;
    },
  };
}

test('lets a message through once a minute and counts the rest', () => {
  const { limit, goTo } = setUp();
  expect(limit('drop', 'a')).toBe(0);
  goTo(1);
  expect(limit('drop', 'a')).toBe(-1);
  goTo(MINUTE - 1);
  expect(limit('drop', 'a')).toBe(-1);
  goTo(MINUTE);
  expect(limit('drop', 'a')).toBe(2);
  expect(limit('drop', 'a')).toBe(-1);
  goTo(3 * MINUTE);
  expect(limit('drop', 'a')).toBe(1);
  goTo(4 * MINUTE);
  expect(limit('drop', 'a')).toBe(0);
});

test('kinds and keys do not disturb each other', () => {
  const { limit } = setUp();
  expect([limit('drop', 'a'), limit('drop', 'b'), limit('fail', 'a')]).toEqual([0, 0, 0]);
});

test('a clock that is set back does not silence a message', () => {
  const { limit, goTo } = setUp();
  goTo(10 * MINUTE);
  expect(limit('drop', 'a')).toBe(0);
  expect(limit('drop', 'a')).toBe(-1);
  goTo(0);
  expect(limit('drop', 'a')).toBe(1);
  expect(limit('drop', 'a')).toBe(-1);
});

test('remembers 256 keys; those that find no place count as one of their kind', () => {
  const { limit } = setUp();
  for (let key = 0; key < LARGEST; key++) expect(limit('drop', `${key}`)).toBe(0);
  expect(limit('drop', 'late')).toBe(0);
  expect(limit('drop', 'later')).toBe(-1);
  expect(limit('fail', 'late')).toBe(0);
  expect(limit('fail', 'later')).toBe(-1);
  expect(limit('drop', '0')).toBe(-1);
});

test('makes room for new keys when old ones are quiet for a minute', () => {
  const { limit, goTo } = setUp();
  for (let key = 0; key < LARGEST; key++) limit('drop', `${key}`);
  goTo(MINUTE);
  expect([limit('drop', 'new'), limit('drop', 'newer')]).toEqual([0, 0]);
});
