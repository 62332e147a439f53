import fc from 'fast-check';
import { from, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Sample, Step } from '../../../src/domain/sample.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { StreamCursor } from '../../../src/hosts/stream/streamCursor.ts';
import type { Verdicts } from '../../../src/hosts/stream/timeline.ts';
import { among, idOf, ignore, oneByOne, sampleOf, utc } from '../../pipeline/samples.ts';
import { inTimeOrder, resample } from './operators.ts';

const ATTIC = idOf('attic');
const GAP = toDurationMs(1000);

const saved = (carry: StreamCursor): unknown => JSON.parse(JSON.stringify(carry.save()));

/** The cursor after it went through a file. */
function loaded(plain: unknown, inputs = 2): StreamCursor {
  const carry = new StreamCursor(inputs, GAP);
  carry.load(plain);
  return carry;
}

describe('StreamCursor', () => {
  it('has nothing to say before the first sample', () => {
    expect(new StreamCursor(2, GAP).samplesBefore(ATTIC)).toEqual([]);
    expect(loaded(saved(new StreamCursor(2, GAP))).samplesBefore(ATTIC)).toEqual([]);
  });

  it('gives the last sample, and before it those whose inputs are still held', () => {
    const carry = new StreamCursor(2, GAP);
    carry.note(among(sampleOf('attic', 100, 1), 7, 8));
    carry.note(among(sampleOf('attic', 900, 2), Number.NaN, 9));
    carry.note(among(sampleOf('attic', 1000, 3), Number.NaN, Number.NaN));

    expect(carry.samplesBefore(ATTIC)).toEqual([
      among(sampleOf('attic', 100, 3), 7, Number.NaN),
      among(sampleOf('attic', 900, 3), Number.NaN, 9),
      among(sampleOf('attic', 1000, 3), Number.NaN, Number.NaN),
    ]);
    carry.note(among(sampleOf('attic', 1200, 4), Number.NaN, Number.NaN));
    expect(carry.samplesBefore(ATTIC).map(({ at }) => at)).toEqual([900, 1200]);
  });

  it('holds nothing of before a clock was set back: its time is still to come', () => {
    const carry = new StreamCursor(1, toDurationMs(100));
    carry.note(among(sampleOf('attic', 1000), 1));
    carry.note(among(sampleOf('attic', 500, 7), Number.NaN));

    expect(carry.samplesBefore(ATTIC)).toEqual([among(sampleOf('attic', 500, 7), Number.NaN)]);
  });

  it('finds its inputs by their names in the state of another configuration', () => {
    const names = ['valve', 'window', 'sun'];
    const before = new StreamCursor(3, GAP, names);
    before.note(among(sampleOf('attic', 100, 1), 7, 8, 9));
    const plain = saved(before);
    for (const after of [['sun', 'people', 'valve'], ['window'], [], ['people'], ['sun', 'valve', 'window', 'rain']]) {
      const cursor = new StreamCursor(after.length, GAP, after);
      cursor.load(plain);
      const expected = after.map((name) => 7 + names.indexOf(name)).map((value) => (value < 7 ? Number.NaN : value));
      expect([...cursor.inputs]).toEqual(expected);
      expect([...cursor.inputTimes]).toEqual(expected.map((value) => (Number.isNaN(value) ? Number.NaN : 100)));
    }
  });

  it('is the same after it was kept, NaN and all', () => {
    const carry = new StreamCursor(2, GAP);
    carry.note(among(sampleOf('attic', 100.25, -0), Number.NaN, 8));
    const verdicts = { take: ignore, drop: ignore, replaced: ignore, setBack: ignore } as unknown as Verdicts;
    for (const at of [100.25, 50]) carry.timeline.judge(sampleOf('attic', at), false, verdicts);
    const again = loaded(saved(carry));
    again.resume();

    expect(again.save()).toEqual(carry.save());
    expect(again.samplesBefore(ATTIC)).toEqual(loaded(saved(carry)).samplesBefore(ATTIC));
  });

  it.each([undefined, null, 7, 'x', [], {}, { at: 'x', inputs: 3, times: [1], older: [1] }])(
    'takes %j for nothing',
    (plain) => {
      const carry = loaded(plain);
      carry.resume();
      expect(carry.samplesBefore(ATTIC)).toEqual([]);
    },
  );

  it('lets inputs of another number go', () => {
    const carry = new StreamCursor(2, GAP);
    carry.note(among(sampleOf('attic', 100, 5), 7, 8));
    expect(loaded(saved(carry), 1).samplesBefore(ATTIC)).toEqual([among(sampleOf('attic', 100, 5), Number.NaN)]);
  });

  it('restores order and grid: the steps that follow equal those of an unbroken run', () => {
    const sample = fc.record({
      after: fc.integer({ min: -400, max: 1500 }),
      value: fc.nat(9),
      inputs: fc.array(fc.constantFrom(1, 2, Number.NaN), { minLength: 2, maxLength: 2 }),
    });
    const grids = fc.constantFrom<'message' | number>('message', 100, 350);
    void fc.assert(
      fc.property(fc.array(sample, { maxLength: 25 }), fc.nat(25), grids, (all, cut, every) => {
        let at = 10_000;
        const samples: Sample[] = all.map(({ after, value, inputs }) => {
          at += after;
          return among(sampleOf('attic', at, value), ...inputs);
        });
        const step = { every: every === 'message' ? every : toDurationMs(every), gapAfter: GAP };
        const toSteps = (carry: StreamCursor, some: readonly Sample[]): Step[] => {
          const steps: Step[] = [];
          from(some)
            .pipe(
              inTimeOrder({ report: ignore }),
              tap((one) => carry.note(one)),
              resample({ step, zoneOffset: utc }),
              oneByOne,
            )
            .subscribe((one) => steps.push(one));
          return steps;
        };
        /** Steps of the samples, from a carry's state on. */
        const walk = (carry: StreamCursor, some: readonly Sample[]): Step[] => {
          const before = carry.samplesBefore(ATTIC);
          const muted = toSteps(new StreamCursor(2, GAP), before).length;
          return toSteps(carry, [...before, ...some]).slice(muted);
        };

        const whole = walk(new StreamCursor(2, GAP), samples);
        const first = new StreamCursor(2, GAP);
        const head = walk(first, samples.slice(0, cut));
        const tail = walk(loaded(saved(first)), samples.slice(cut));
        expect([...head, ...tail]).toEqual(whole);
      }),
    );
  });
});
