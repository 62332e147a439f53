import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { evictedBy, evictionOf, isEviction, STEP_WIDTH, StepRing } from '../../../src/adapters/threads/stepRing.ts';

it('behaves as a bounded list does, however it is filled and emptied', () => {
  const command = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ take: fc.integer({ min: 0, max: 200 }) }),
  );
  void fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.array(command, { maxLength: 30 }), (most, commands) => {
      const ring = new StepRing(most);
      const list: number[][] = [];
      let next = 0;
      for (const one of commands) {
        if ('push' in one) {
          for (let i = 0; i < one.push; i++) {
            const row = [next, next + 0.25, -next, next === 3 ? Number.NaN : 1e300 / (next + 1)];
            const displaced = list.length >= most ? list.shift()?.[0] : undefined;
            expect(ring.push(...(row as [number, number, number, number]))).toBe(displaced);
            list.push(row);
            next++;
          }
        } else {
          const count = Math.min(one.take, list.length);
          const target = new Float64Array((one.take + 1) * STEP_WIDTH);
          ring.take(target, STEP_WIDTH);
          const taken = [...target.subarray(STEP_WIDTH, (count + 1) * STEP_WIDTH)];
          expect(taken).toEqual(list.splice(0, count).flat());
        }
        expect(ring.length).toBe(list.length);
      }
    }),
    { numRuns: 200 },
  );
});

it('holds one row at least', () => {
  const ring = new StepRing(0);
  expect(ring.push(1, 0, 0, 0)).toBeUndefined();
  expect(ring.push(2, 0, 0, 0)).toBe(1);
});

it.each([0, 1, 2 ** 31, 2 ** 40])('marks the eviction of stream %d by a number that no stream has', (index) => {
  expect(isEviction(index)).toBe(false);
  expect(isEviction(evictionOf(index))).toBe(true);
  expect(evictedBy(evictionOf(index))).toBe(index);
});
