import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Effort } from '../../../src/domain/effort.ts';
import type { Step } from '../../../src/domain/sample.ts';
import { StepRing } from '../../../src/hosts/threads/stepRing.ts';
import {
  evictedBy,
  evictionOf,
  firstsOf,
  flagsOf,
  isEviction,
  stepAt,
  widthOf,
} from '../../../src/hosts/threads/stepRows.ts';
import { among, idOf, stepOf } from '../../pipeline/samples.ts';

it.each([0, 1, 2 ** 31, 2 ** 40])('marks the eviction of stream %d by a number that no stream has', (index) => {
  expect(isEviction(index)).toBe(false);
  expect(isEviction(evictionOf(index))).toBe(true);
  expect(evictedBy(evictionOf(index))).toBe(index);
});

it('gives back the steps that went in, with any effort and number of further inputs, and evictions among them', () => {
  const number = fc.double({ noDefaultInfinity: true });
  const step = fc.record({
    at: fc.double({ noNaN: true }),
    value: number,
    inputs: fc.array(number, { maxLength: 16 }),
    effort: fc.constantFrom<Effort>(0, 1, 2, 3, 4, 5),
    isLate: fc.boolean(),
  });
  void fc.assert(
    fc.property(fc.array(fc.oneof(step, fc.constant('evict' as const)), { maxLength: 40 }), (pushed) => {
      const ring = new StepRing();
      const expected = pushed.map((one, index) => {
        if (one === 'evict') return evictionOf(index);
        const { effort, isLate } = one;
        const bare: Step = {
          ...stepOf(`s${index}`, one.at, one.value),
          zoneOffset: (index * 60_000) as never,
          ...(effort > 0 && { effort }),
          ...(isLate && { late: true }),
        };
        return one.inputs.length === 0 ? bare : among(bare, ...one.inputs);
      });
      expected.forEach((one, index) => {
        if (typeof one === 'number') ring.push(one, 0, 0, 0);
        else ring.push(index, one.at, one.zoneOffset, one.value, flagsOf(expected[index] as Step), one.inputs);
      });
      const rows = ring.take(100);
      const given: unknown[] = [];
      for (let place = 0; place < rows.length; place += widthOf(rows, place)) {
        const first = rows[place] as number;
        given.push(isEviction(first) ? first : stepAt(rows, place, idOf(`s${first}`)));
      }
      expect(given).toEqual(expected);
      expect([...firstsOf(rows)]).toEqual(expected.map((one, index) => (typeof one === 'number' ? one : index)));
    }),
  );
});

it('makes a stream without further inputs no property for them, nor a step of full effort one for it', () => {
  const ring = new StepRing();
  ring.push(0, 1, 0, 1, 0);
  expect(stepAt(ring.take(1), 0, idOf('a'))).toEqual(stepOf('a', 1));
  ring.push(0, 1, 0, 1, 3);
  expect(stepAt(ring.take(1), 0, idOf('a'))).not.toHaveProperty('inputs');
});
