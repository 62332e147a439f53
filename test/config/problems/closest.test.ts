import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest, editDistance } from '../../../src/config/problems/closest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'ab', 1],
    ['abc', 'acb', 1],
    ['topic', 'tpoic', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is symmetric, 0 only for equal words, and never more than the longer word', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    void fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('closest', () => {
  const options = ['server', 'base_topic', 'client_id', 'user', 'key', 'qos', 'keepalive'];

  it.each([
    ['sever', 'server'],
    ['basetopic', 'base_topic'],
    ['usr', 'user'],
    ['keep', 'keepalive'],
    ['client', 'client_id'],
    ['QoS', 'qos'],
    ['username', 'user'],
    ['xyz', undefined],
    ['a', undefined],
    ['', undefined],
  ])('of %j is %j', (word, guess) => {
    expect(closest(word, options)).toBe(guess);
  });
});
