import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { StepRing } from '../../../src/adapters/threads/stepRing.ts';

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
            const row = [next, next + 0.25, -next, next === 3 ? Number.NaN : 1e300 / (next + 1), next % 6] as const;
            const inputs = Array.from({ length: (next * 7) % 17 }, (_, k) => (k === 2 ? Number.NaN : next + k / 32));
            const displaced = list.length >= most ? list.shift()?.[0] : undefined;
            // Streams without further inputs give none at all.
            expect(inputs.length > 0 ? ring.push(...row, inputs) : ring.push(...row)).toBe(displaced);
            list.push([...row, inputs.length, ...inputs]);
            next++;
          }
        } else {
          const count = Math.min(one.take, list.length);
          const expected = list.splice(0, count).flat();
          expect(ring.sizeOf(count)).toBe(expected.length);
          const target = new Float64Array(expected.length + 7);
          ring.take(count, target, 3);
          expect([...target]).toEqual([0, 0, 0, ...expected, 0, 0, 0, 0]);
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
