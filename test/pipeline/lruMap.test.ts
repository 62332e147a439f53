import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LruMap } from '../../src/pipeline/lruMap.ts';

describe('LruMap', () => {
  it('gives the entries back, the least recently used first', () => {
    const map = new LruMap<string, number>();
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);

    map.get('a');

    expect([map.takeOldest(), map.takeOldest(), map.takeOldest(), map.takeOldest()]).toEqual([
      ['b', 2],
      ['c', 3],
      ['a', 1],
      undefined,
    ]);
  });

  it('gives one entry out by its key, and goes on without it', () => {
    const map = new LruMap<string, number>();
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const)
      map.set(key, value);

    expect([map.take('b'), map.take('b'), map.size]).toEqual([2, undefined, 2]);
    expect([map.takeOldest(), map.takeOldest(), map.takeOldest()]).toEqual([['a', 1], ['c', 3], undefined]);
  });

  it('answers like a Map whose entries are taken out and put in again at each use', () => {
    const key = fc.integer({ min: 0, max: 6 });
    const action = fc.oneof(
      fc.record({ do: fc.constant('get' as const), key }),
      fc.record({ do: fc.constant('set' as const), key }),
      fc.record({ do: fc.constant('take' as const), key }),
    );

    void fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const map = new LruMap<number, object>();
        const model = new Map<number, object>();
        for (const { do: verb, key } of actions) {
          if (verb === 'take') {
            const oldest = [...model][0];
            if (oldest !== undefined) model.delete(oldest[0]);
            expect(map.takeOldest()).toEqual(oldest);
          } else {
            const value = verb === 'set' ? {} : model.get(key);
            if (verb === 'set') map.set(key, value as object);
            model.delete(key);
            if (value !== undefined) model.set(key, value);
            expect(map.get(key)).toBe(value);
          }
          expect(map.size).toBe(model.size);
        }
      }),
    );
  });
});
