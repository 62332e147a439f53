import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecentMap } from '../../../src/adapters/payload/recentMap.ts';

describe('createRecentMap', () => {
  it('never holds more than its capacity, and answers only with what was set last', () => {
    const operations = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean()), { maxLength: 300 });
    const check = (capacity: number, steps: readonly (readonly [number, boolean])[]): void => {
      const map = createRecentMap<number, number>(capacity);
      const truth = new Map<number, number>();
      steps.forEach(([key, writes], step) => {
        if (writes) {
          map.set(key, step);
          truth.set(key, step);
          expect(map.get(key)).toBe(step);
        } else expect([undefined, truth.get(key)]).toContain(map.get(key));
        expect(map.size).toBeLessThanOrEqual(capacity);
      });
    };
    void fc.assert(fc.property(fc.integer({ min: 2, max: 20 }), operations, check));
  });

  it('keeps an entry that is used between any number of others', () => {
    const map = createRecentMap<number, number>(10);
    map.set(-1, 42);
    for (let i = 0; i < 1000; i++) {
      map.set(i, i);
      expect(map.get(-1)).toBe(42);
    }
    expect(map.get(0)).toBeUndefined();
  });
});
