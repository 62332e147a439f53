import fc from 'fast-check';
import { from, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Effort } from '../../../src/domain/effort.ts';
import type { Sample, Step } from '../../../src/domain/sample.ts';
import type { StepSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { MAX_HELD_STEPS, MAX_MISSING_STEPS } from '../../../src/hosts/stream/resample.ts';
import { among, everyMessage, oneByOne, sampleOf, stepOf, utc } from '../../pipeline/samples.ts';
import { marbles } from '../../support/marbles.ts';
import { resample } from './operators.ts';

const grid = (every: number, gapAfter: number): StepSettings => ({
  every: toDurationMs(every),
  gapAfter: toDurationMs(gapAfter),
});

function stepsOf(step: StepSettings, samples: readonly Sample[]): readonly Step[] {
  let steps: readonly Step[] = [];
  from(samples)
    .pipe(resample({ step, zoneOffset: utc }), oneByOne, toArray())
    .subscribe((all) => {
      steps = all;
    });
  return steps;
}

const timesOf = (steps: readonly Step[]): readonly number[] => steps.map(({ at }) => at);

describe('resample, a step for every message', () => {
  it('makes one step of each sample, with the zone at its time', () => {
    const zoneOffset = (at: number) => toDurationMs(at >= 1_000 ? 7_200_000 : 3_600_000);

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-|', { a: sampleOf('hall', 999, 20), b: sampleOf('hall', 1_000.5, 21) });
      const expected = '   -a-b-|';

      expectObservable(source.pipe(resample({ step: everyMessage, zoneOffset }), oneByOne)).toBe(expected, {
        a: { ...stepOf('hall', 999, 20), zoneOffset: 3_600_000 },
        b: { ...stepOf('hall', 1_000.5, 21), zoneOffset: 7_200_000 },
      });
    });
  });
});

describe('resample, with less effort', () => {
  const tired = (at: number, effort: Effort): Sample => ({ ...sampleOf('hall', at), effort });

  it('hands the effort of a sample on to its step', () => {
    const steps = stepsOf(everyMessage, [tired(1, 2), sampleOf('hall', 2), among(tired(3, 5), 7), tired(4, 0)]);
    expect(steps).toEqual([
      { ...stepOf('hall', 1), effort: 2 },
      stepOf('hall', 2),
      { ...among(stepOf('hall', 3), 7), effort: 5 },
      stepOf('hall', 4),
    ]);
  });

  it('hands on that a sample is late, also to every grid point that it sets off', () => {
    const late: Sample = { ...sampleOf('hall', 3), late: true };
    expect(stepsOf(everyMessage, [sampleOf('hall', 1), late])).toEqual([
      stepOf('hall', 1),
      { ...stepOf('hall', 3), late: true },
    ]);
    const steps = stepsOf(grid(1, 9), [sampleOf('hall', 1), late, sampleOf('hall', 4)]);
    expect(steps.map((step) => [step.at, step.late ?? false])).toEqual([
      [1, false],
      [2, true],
      [3, true],
      [4, false],
    ]);
  });

  it('gives every grid point that a sample sets off the effort of that sample, a held or missing one too', () => {
    const steps = stepsOf(grid(1, 2), [tired(1, 1), tired(6, 4), sampleOf('hall', 7)]);
    expect(steps.map(({ at, effort = 0 }) => [at, effort])).toEqual([
      ...[
        [1, 1],
        [2, 4],
        [3, 4],
        [4, 4],
        [5, 4],
        [6, 4],
        [7, 0],
      ],
    ]);
  });
});

describe('resample, with further inputs', () => {
  it('hands on those of the message, missing ones as they are, where each message is a step', () => {
    const samples = [among(sampleOf('hall', 1), 5, Number.NaN), among(sampleOf('hall', 2), Number.NaN, 6)];

    expect(stepsOf(everyMessage, samples)).toEqual([
      among(stepOf('hall', 1), 5, Number.NaN),
      among(stepOf('hall', 2), Number.NaN, 6),
    ]);
    expect(stepsOf(everyMessage, [sampleOf('hall', 1)])[0]?.inputs).toBeUndefined();
    expect(stepsOf(grid(1, 1), [sampleOf('hall', 1)])[0]?.inputs).toBeUndefined();
  });

  it('takes for each grid point what each said last, and not from later', () => {
    const steps = stepsOf(grid(1_000, 60_000), [
      among(sampleOf('hall', 900, 20), 1, 10),
      among(sampleOf('hall', 1_500, 21), 2, Number.NaN),
      among(sampleOf('hall', 3_000, 22), Number.NaN, 30),
      among(sampleOf('hall', 3_100, 23), 4, 40),
    ]);

    expect(steps).toEqual([
      among(stepOf('hall', 1_000, 20), 1, 10),
      among(stepOf('hall', 2_000, 21), 2, 10),
      among(stepOf('hall', 3_000, 22), 2, 30),
    ]);
  });

  it('makes each missing by its own age, as the value', () => {
    const steps = stepsOf(grid(1_000, 2_000), [
      among(sampleOf('hall', 1_000, 20), 1, Number.NaN, 10),
      among(sampleOf('hall', 2_000, 21), Number.NaN, Number.NaN, 11),
      among(sampleOf('hall', 6_000, 22), 3, 30, Number.NaN),
    ]);

    expect(steps).toEqual([
      among(stepOf('hall', 1_000, 20), 1, Number.NaN, 10),
      among(stepOf('hall', 2_000, 21), 1, Number.NaN, 11),
      among(stepOf('hall', 3_000, 21), 1, Number.NaN, 11),
      among(stepOf('hall', 4_000, 21), Number.NaN, Number.NaN, 11),
      among(stepOf('hall', 5_000, Number.NaN), Number.NaN, Number.NaN, Number.NaN),
      among(stepOf('hall', 6_000, 22), 3, 30, Number.NaN),
    ]);
  });

  it('gives every grid point the newest of each that is not older than gapAfter, for any messages', () => {
    const message = fc.record({
      ahead: fc.integer({ min: 1, max: 5_000 }),
      inputs: fc.tuple(...[1, 2].map(() => fc.oneof(fc.constant(Number.NaN), fc.integer()))),
    });

    void fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 2_000 }),
        fc.integer({ min: 0, max: 4_000 }),
        fc.array(message, { minLength: 2, maxLength: 30 }),
        (every, gap, messages) => {
          let at = 0;
          const samples = messages.map(({ ahead, inputs }) => {
            at += ahead;
            return among(sampleOf('hall', at), ...inputs);
          });

          for (const step of stepsOf(grid(every, gap), samples)) {
            [0, 1].forEach((i) => {
              const known = samples.filter((sample) => sample.at <= step.at && !Number.isNaN(sample.inputs?.[i]));
              const newest = known.at(-1);
              const isFresh = newest !== undefined && step.at - newest.at <= gap;
              expect(step.inputs?.[i]).toBe(isFresh ? newest.inputs?.[i] : Number.NaN);
            });
          }
        },
      ),
    );
  });
});

describe('resample, on a grid', () => {
  it('emits a sample that lies on a grid point at once, and the points between two with the earlier value', () => {
    marbles(({ hot, expectObservable }) => {
      const samples = {
        a: sampleOf('hall', 1_000, 20),
        b: sampleOf('hall', 3_500, 21),
        c: sampleOf('hall', 4_000, 22),
      };
      const source = hot(' -a-b---c-|', samples);
      const expected = '   -a-(bc)d-|';

      expectObservable(source.pipe(resample({ step: grid(1_000, 60_000), zoneOffset: utc }), oneByOne)).toBe(expected, {
        a: stepOf('hall', 1_000, 20),
        b: stepOf('hall', 2_000, 20),
        c: stepOf('hall', 3_000, 20),
        d: stepOf('hall', 4_000, 22),
      });
    });
  });

  it('begins at the first grid point that is not before the first sample', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-|', { a: sampleOf('hall', 1_001, 20), b: sampleOf('hall', 2_001, 21) });
      const expected = '   ---b-|';

      expectObservable(source.pipe(resample({ step: grid(1_000, 60_000), zoneOffset: utc }), oneByOne)).toBe(expected, {
        b: stepOf('hall', 2_000, 20),
      });
    });
  });

  it('takes the newest of the samples between two grid points', () => {
    const steps = stepsOf(grid(1_000, 60_000), [
      sampleOf('hall', 1_100, 20),
      sampleOf('hall', 1_500, 21),
      sampleOf('hall', 1_900, 22),
      sampleOf('hall', 2_100, 23),
    ]);

    expect(steps).toEqual([stepOf('hall', 2_000, 22)]);
  });

  it('makes a grid point missing once the value before is older than gapAfter, and not on the moment itself', () => {
    const steps = stepsOf(grid(1_000, 2_000), [sampleOf('hall', 1_000, 20), sampleOf('hall', 6_000, 21)]);

    expect(steps).toEqual([
      stepOf('hall', 1_000, 20),
      stepOf('hall', 2_000, 20),
      stepOf('hall', 3_000, 20),
      stepOf('hall', 4_000, Number.NaN),
      stepOf('hall', 5_000, Number.NaN),
      stepOf('hall', 6_000, 21),
    ]);
  });

  it('asks for the zone at the time of the grid point, not of the sample', () => {
    const zoneOffset = (at: number) => toDurationMs(at === 2_000 ? 60_000 : 0);
    const seen: Step[] = [];

    of(sampleOf('hall', 1_500, 20), sampleOf('hall', 2_500, 21))
      .pipe(resample({ step: grid(1_000, 9_000), zoneOffset }), oneByOne)
      .subscribe((step) => seen.push(step));

    expect(seen).toEqual([{ ...stepOf('hall', 2_000, 20), zoneOffset: 60_000 }]);
  });

  it('jumps after a month of silence, when the most missing steps have been emitted', () => {
    const month = 30 * 86_400_000;
    const steps = stepsOf(grid(30_000, 60_000), [sampleOf('hall', 0, 20), sampleOf('hall', month, 21)]);

    expect(steps).toHaveLength(1 + 2 + MAX_MISSING_STEPS + 1);
    expect(steps.at(-2)).toEqual(stepOf('hall', (2 + MAX_MISSING_STEPS) * 30_000, Number.NaN));
    expect(steps.at(-1)).toEqual(stepOf('hall', month, 21));
  });

  it('goes on at the grid point after the sample where the jump ends between two', () => {
    const steps = stepsOf(grid(30_000, 0), [
      sampleOf('hall', 0, 20),
      sampleOf('hall', 86_400_001, 21),
      sampleOf('hall', 86_430_001, 22),
    ]);

    expect(steps.at(-2)).toEqual(stepOf('hall', MAX_MISSING_STEPS * 30_000, Number.NaN));
    expect(steps.at(-1)).toEqual(stepOf('hall', 86_430_000, Number.NaN));
  });

  it('stays bounded when gapAfter has no bound and a time lies ages ahead', () => {
    const steps = stepsOf(grid(1_000, Number.POSITIVE_INFINITY), [
      sampleOf('hall', 0, 20),
      sampleOf('hall', 1.7e12, 21),
    ]);

    expect(steps).toHaveLength(1 + MAX_HELD_STEPS + MAX_MISSING_STEPS + 1);
    expect(steps.at(-1)).toEqual(stepOf('hall', 1.7e12, 21));
  });

  it('emits strictly growing multiples of the period, none skipped but by a jump, for any growing times', () => {
    const every = fc.integer({ min: 1, max: 100_000 });
    const gapAfter = fc.integer({ min: 0, max: 50_000 });
    const start = fc.integer({ min: -2e12, max: 2e12 });
    const increments = fc.array(
      fc.oneof(fc.double({ min: 1e-3, max: 10, noNaN: true }), fc.integer({ min: 1, max: 60_000 })),
      { minLength: 1, maxLength: 40 },
    );

    void fc.assert(
      fc.property(every, gapAfter, start, increments, (period, gap, first, ahead) => {
        let at = first;
        const samples = ahead.map((increment, i) => {
          at += increment;
          return sampleOf('hall', at, i);
        });
        const times = timesOf(stepsOf(grid(period, gap), samples));

        expect(times.every((time) => time % period === 0)).toBe(true);
        expect(times.every((time, i) => i === 0 || time > times[i - 1])).toBe(true);
        const mayJump = ahead.some((increment) => increment / period >= MAX_MISSING_STEPS);
        if (!mayJump && times.length > 0) expect((times.at(-1)! - times[0]) / period).toBe(times.length - 1);
      }),
    );
  });

  it('gives every grid point the newest value that is not older than gapAfter, and never one from later', () => {
    const increments = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 2, maxLength: 30 });

    void fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 0, max: 4_000 }),
        increments,
        (every, gap, ahead) => {
          fc.pre(Math.max(...ahead) / every < MAX_MISSING_STEPS);
          let at = 0;
          const samples = ahead.map((increment, i) => {
            at += increment;
            return sampleOf('hall', at, i);
          });

          for (const step of stepsOf(grid(every, gap), samples)) {
            const newest = samples.filter((sample) => sample.at <= step.at).at(-1)!;
            expect(step.value).toBe(step.at - newest.at <= gap ? newest.value : Number.NaN);
          }
        },
      ),
    );
  });
});

it('begins the grid anew where time goes back, with what the inputs say from then on', () => {
  const steps = stepsOf(grid(10, 30), [
    among(sampleOf('hall', 1000, 1), 5),
    among(sampleOf('hall', 1020, 2), 6),
    among(sampleOf('hall', 113, 3), Number.NaN),
    among(sampleOf('hall', 130, 4), 7),
  ]);
  expect(steps.map(({ at, value, inputs }) => [at, value, inputs?.[0]])).toEqual([
    [1000, 1, 5],
    [1010, 1, 5],
    [1020, 2, 6],
    [120, 3, Number.NaN],
    [130, 4, 7],
  ]);
});
