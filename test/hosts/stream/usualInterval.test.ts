import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsualInterval } from '../../../src/hosts/stream/usualInterval.ts';

const intervals = fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.double({ min: 0, max: 1e9, noNaN: true })), {
  maxLength: 14,
});

function usualOf(noted: readonly number[]): UsualInterval {
  const usual = new UsualInterval();
  for (const interval of noted) usual.note(interval);
  return usual;
}

describe('UsualInterval', () => {
  it('is the lower median of the last five intervals that say something, and goes on from its saved state', () => {
    fc.assert(
      fc.property(intervals, intervals, (before, after) => {
        const telling = [...before, ...after].filter((interval) => interval >= 0.01).slice(-5);
        const sorted = [...telling].sort((a, b) => a - b);
        const usual = new UsualInterval();
        usual.load(JSON.parse(JSON.stringify(usualOf(before).save())));
        for (const interval of after) usual.note(interval);
        expect(usual.save()).toEqual(telling);
        expect(usual.value).toBe(sorted[(sorted.length - 1) >> 1] ?? Number.NaN);
      }),
    );
  });

  it('begins anew with a state that cannot be understood', () => {
    const usual = usualOf([1, 2]);
    usual.load({ not: 'a list' });
    expect([usual.value, usual.save()]).toEqual([Number.NaN, []]);
  });
});
