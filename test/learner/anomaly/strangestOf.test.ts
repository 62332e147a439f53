import { expect, it } from 'vitest';
import { strangestOf } from '../../../src/learner/anomaly/strangestOf.ts';

it.each([
  [{}, 'limit'],
  [{ errors: 2, jump: 1 }, 'errors'],
  [{ errors: 2, jump: 2 }, 'jump'],
  [{ jump: 2, range: 2, limit: 1 }, 'range'],
  [{ range: 3, limit: 3 }, 'limit'],
  [{ still: 1.5, range: Number.POSITIVE_INFINITY }, 'range'],
] as const)('of %j is %s', (scores, channel) => {
  expect(strangestOf(scores)).toBe(channel);
});
