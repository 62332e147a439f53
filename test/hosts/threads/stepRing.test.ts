import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { StepRing } from '../../../src/hosts/threads/stepRing.ts';

it('behaves as a list does, however it is filled and emptied', () => {
  const command = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ take: fc.integer({ min: 0, max: 200 }) }),
  );
  void fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      const ring = new StepRing();
      const list: number[][] = [];
      let next = 0;
      for (const one of commands) {
        if ('push' in one) {
          for (let i = 0; i < one.push; i++) {
            const row = [next, next + 0.25, -next, next === 3 ? Number.NaN : 1e300 / (next + 1), next % 6] as const;
            const inputs = Array.from({ length: (next * 7) % 17 }, (_, k) => (k === 2 ? Number.NaN : next + k / 32));
            // Streams without further inputs give none at all.
            if (inputs.length > 0) ring.push(...row, inputs);
            else ring.push(...row);
            list.push([...row, inputs.length, ...inputs]);
            next++;
          }
        } else {
          const expected = list.splice(0, one.take).flat();
          expect([...ring.take(one.take)]).toEqual(expected);
        }
        expect(ring.length).toBe(list.length);
        expect([ring.pushed, ring.left]).toEqual([next, next - list.length]);
      }
    }),
    { numRuns: 200 },
  );
});
