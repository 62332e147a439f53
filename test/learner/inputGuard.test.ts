import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputGuard, type Verdict } from '../../src/learner/inputGuard.ts';
import { restoreSnapshot } from '../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import type { Stateful, StateIo } from '../../src/model/stateIo.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { constant, makeSeries, normal, squareWave } from '../support/series.ts';

/** The guard with the last believed reading in the place of each that it does not believe. */
class Guarded implements Stateful {
  readonly guard = new InputGuard();
  #row = 0;
  #last = 0;
  verdict: Verdict = 'believed';

  accept(value: number): number {
    this.verdict = this.guard.judge(value, this.#row++);
    if (this.verdict === 'believed' || this.verdict === 'moved') this.#last = value;
    return this.#last;
  }

  exchange(io: StateIo): void {
    this.guard.exchange(io.within('guard'));
    this.#row = io.number('row', this.#row);
    this.#last = io.number('last', this.#last);
  }
}

function guardAfter(values: readonly number[]): Guarded {
  const guard = new Guarded();
  for (const value of values) guard.accept(value);
  return guard;
}

/** 0 and 1 by turns, the last one 1: the usual step is 1, the range [0, 1] and so the believed range [−1, 2]. */
const TURNS: readonly number[] = makeSeries(102, 0, (row) => row % 2);
/** 1, 0, 1 … 1000: the usual step is 1 and the believed range [−1000, 2000]. Because of the first step down it is no total. */
const RAMP: readonly number[] = makeSeries(1002, 0, (row) => Math.abs(row - 1));

describe('an absurd reading', () => {
  it('is doubted, and the last believed one stands in for it', () => {
    const guard = guardAfter(TURNS);
    expect(guard.accept(1e6)).toBe(1);
    expect(guard.verdict).toBe('doubted');
    expect(guard.accept(0)).toBe(0);
    expect(guard.verdict).toBe('believed');
  });

  it('lies more than 125 usual steps from the last believed one', () => {
    expect(guardAfter(TURNS).accept(126)).toBe(126);
    expect(guardAfter(TURNS).accept(126.01)).toBe(1);
    expect(guardAfter(TURNS).accept(-124)).toBe(-124);
    expect(guardAfter(TURNS).accept(-124.01)).toBe(1);
  });

  it('also lies outside the range so far, widened by itself', () => {
    expect(guardAfter(RAMP).accept(2000)).toBe(2000);
    expect(guardAfter(RAMP).accept(2000.5)).toBe(1000);
    expect(guardAfter(RAMP).accept(-1000)).toBe(-1000);
    expect(guardAfter(RAMP).accept(-1000.5)).toBe(1000);
  });

  it('is a new level the twelfth time in a row, which then is as known as the old one', () => {
    const guard = guardAfter(TURNS);
    const level = makeSeries(12, 0, (row) => 1e6 + row);
    expect(level.map((value) => guard.accept(value))).toEqual([...constant(11, 1), 1e6 + 11]);
    expect([guard.verdict, guard.guard.shift]).toEqual(['moved', 1e6 + 5.5 - 1]);
    expect(makeSeries(12, 0, (row) => guard.guard.doubt.value(row))).toEqual(level);
    expect([1e6, 0, 1e6 + 5].map((value) => guard.accept(value))).toEqual([1e6, 0, 1e6 + 5]);
    expect(guard.verdict).toBe('believed');
  });

  it('counts as the first again after any believed one', () => {
    const guard = guardAfter(TURNS);
    const fault = constant(11, 1e6);
    const readings = [...fault, 0, ...fault, 1];
    expect(readings.map((value) => guard.accept(value))).toEqual([...constant(11, 1), ...constant(12, 0), 1]);
  });

  it('teaches nothing about the usual step nor the range', () => {
    const guard = guardAfter(TURNS);
    guard.accept(1e6);
    guard.accept(0);
    expect(guard.accept(1e6)).toBe(0);
    expect(guard.accept(130)).toBe(0);
  });
});

describe('a reading that is known to be a fault', () => {
  it('is doubted whatever it is, and the next one is judged by itself', () => {
    const guard = guardAfter(TURNS);
    guard.guard.distrust();
    guard.accept(0.5);
    expect(guard.verdict).toBe('doubted');
    guard.accept(0.5);
    expect(guard.verdict).toBe('believed');
  });

  it('says nothing of the next one where no sensor can mean it', () => {
    const guard = guardAfter(TURNS);
    guard.guard.distrust();
    guard.accept(1e300);
    expect(guard.verdict).toBe('refused');
    guard.accept(0.5);
    expect(guard.verdict).toBe('believed');
  });
});

describe('nothing is absurd', () => {
  it('in the first thirty readings', () => {
    expect(guardAfter(TURNS.slice(0, 29)).accept(1e6)).toBe(1e6);
    expect(guardAfter(TURNS.slice(0, 30)).accept(1e6)).toBe(1);
  });

  it('about a pump that switches on again after a long rest', () => {
    const day = squareWave(400);
    const guard = guardAfter([...day, ...constant(20_000, 0)]);
    expect(guard.accept(800)).toBe(800);
    expect(guard.verdict).toBe('believed');
  });
});

describe('readings that were all equal', () => {
  const still = (value: number, more: readonly number[]): number[] => {
    const guard = guardAfter(constant(300, value));
    return more.map((reading) => guard.accept(reading));
  };

  it('let a first change by no more than their own size through at once', () => {
    expect(still(20, [20.1, 20.2, 19, 25])).toEqual([20.1, 20.2, 19, 25]);
    expect(still(20, [40])).toEqual([40]);
    expect(still(20, [40.1])).toEqual([20]);
    expect(still(-5, [-9, 0])).toEqual([-9, 0]);
  });

  it.each([
    ['a pump that first switches on', [800, 800, 0, 0, 800, 0, 810]],
    ['pulses of one row each', [800, 0, 0, 850, 0, 790, 0]],
    ['something small first', [3, 5, 2000]],
    ['less than nothing', [-800, 0, -790]],
  ])('believe at once what begins from rest: %s', (_, values) => {
    expect(still(0, values)).toEqual(values);
  });

  it.each([32_767, 32_768, 65_535, -32_768])('do not believe a sensor that says that it has no reading: %d', (code) => {
    expect(still(0, [code, 0, 5, 0])).toEqual([0, 0, 5, 0]);
  });

  it('know after three visits what begins larger than they were', () => {
    const pump = [800, 800, 20, 20, 800, 20, 810, 20];
    expect(still(20, pump)).toEqual(constant(8, 20));
    expect(still(20, [...pump, 805, 20, 790])).toEqual([...constant(8, 20), 805, 20, 790]);
    const pulses = [800, 20, 850, 20, 790, 20];
    expect(still(20, [...pulses, 805])).toEqual([...constant(6, 20), 805]);
  });

  it('believe the fourth reading in a row, unless it is a number that says that there is no reading', () => {
    expect(still(20, [68, 68, 68, 68, 77.6, 68])).toEqual([20, 20, 20, 68, 77.6, 68]);
    expect(still(20, [68, 68, 68, 150, 20])).toEqual(constant(5, 20));
    for (const word of [-127, 85, 65_535]) expect(still(20, constant(11, word))).toEqual(constant(11, 20));
  });

  it('never know by three visits a number that says that there is no reading', () => {
    for (const word of [-127, 85, 65_535, -999]) {
      const visits = [word, 20, word, word, 20, word, 20, word, 20, word];
      expect(still(20, visits)).toEqual(constant(10, 20));
    }
  });

  it('are not ruined by a single spike', () => {
    const guard = guardAfter(constant(300, 0));
    expect([1e6, 0, 0, 0].map((value) => guard.accept(value))).toEqual([0, 0, 0, 0]);
    // What the stream does later is smaller, and believed.
    expect([5, 0, 5].map((value) => guard.accept(value))).toEqual([5, 0, 5]);
    for (let n = 0; n < 100; n++) guard.accept(5 * (n % 2));
    expect(guard.accept(1e6)).toBe(5);
    expect(still(0, [1e6, 4e6, 9e6, 20e6])).toEqual([0, 0, 0, 0]);
    expect(still(7, [1e308, 8])).toEqual([7, 8]);
  });
});

describe('short visits that come again', () => {
  const visit = (guard: Guarded, value: number, rows = 3): void => {
    for (let row = 0; row < rows; row++) guard.accept(value + row / 100);
    for (let row = 0; row < 40; row++) guard.accept(row % 2);
  };

  it('make a place known the eighth time, not the seventh', () => {
    const guard = guardAfter(TURNS);
    for (let n = 0; n < 7; n++) visit(guard, 2000 + n / 10);
    expect(guard.accept(2000)).toBe(1);
    expect(guard.accept(0)).toBe(0);
    expect(guard.accept(2000)).toBe(2000);
  });

  it('to different places make none known', () => {
    const guard = guardAfter(TURNS);
    for (let n = 0; n < 30; n++) visit(guard, 2000 * 3 ** (n % 10));
    expect(guard.accept(2000)).toBe(1);
  });

  it('do not make a number known by which a sensor says that it has no reading, unless it comes all the time', () => {
    const word = (rows: number): number => {
      const guard = guardAfter(TURNS);
      for (let n = 0; n < 30; n++) {
        guard.accept(65_535);
        for (let row = 0; row < rows; row++) guard.accept(row % 2);
      }
      return guard.accept(65_535);
    };
    expect(word(600)).toBe(1);
    expect(word(50)).toBe(65_535);
  });
});

describe('a total', () => {
  /** 0.02 a reading, from 54,000: the usual step is 0.02. */
  const total = makeSeries(1200, 0, (row) => 54_000 + row * 0.02);
  const grown = (rows: number): { guard: Guarded; last: number } => ({
    guard: guardAfter(total.slice(0, rows)),
    last: total[rows - 1] as number,
  });
  const verdictOf = (rows: number, change: number): Verdict => {
    const { guard, last } = grown(rows);
    guard.accept(last + change);
    return guard.verdict;
  };

  it('that falls by more than twenty usual steps is doubted', () => {
    expect([verdictOf(100, -0.41), verdictOf(100, -0.39)]).toEqual(['doubted', 'believed']);
  });

  it('that rises by more than 125 of them is doubted, however large its range', () => {
    expect([verdictOf(31, 2.51), verdictOf(31, 2.49)]).toEqual(['doubted', 'believed']);
  });

  it.each([
    [61, 62.5, 20],
    [301, 12.5, 12.5],
    [469, 8.02, 8.02],
    [1200, 8, 8],
  ])(
    'of %i readings may rise by %d usual steps and fall by %d: the more rises are known the fewer',
    (rows, up, down) => {
      expect(verdictOf(rows, 0.02 * up + 0.01)).toBe('doubted');
      expect(verdictOf(rows, 0.02 * up - 0.01)).toBe('believed');
      expect(verdictOf(rows, -0.02 * down - 0.01)).toBe('doubted');
      expect(verdictOf(rows, -0.02 * down + 0.01)).toBe('believed');
    },
  );

  it('may rise by more after a gap, which makes later rises no larger', () => {
    const { guard, last } = grown(1200);
    expect(guard.guard.judge(last + 1.5, 1200, 10)).toBe('believed');
    expect(guard.guard.judge(last + 2.3, 1201)).toBe('doubted');
  });

  it('may rise four times as much as it ever did', () => {
    const { guard, last } = grown(400);
    for (const value of [last + 0.15, last + 0.17, last + 0.75]) expect(guard.accept(value)).toBe(value);
    expect(guard.accept(last + 10)).toBe(last + 0.75);
  });

  it('comes home from a fault that was believed', () => {
    const { guard, last } = grown(100);
    const fault = [last + 0.6, last + 0.62, last + 0.64];
    const home = [last + 0.08, last + 0.1];
    expect([...fault, ...home].map((value) => guard.accept(value))).toEqual([...fault, ...home]);
    // And is a total still, of which that rise is not known.
    expect(guard.accept(last - 0.5)).toBe(last + 0.1);
    for (let row = 6; row < 400; row++) guard.accept(last + row * 0.02);
    expect(guard.accept(last + 8.6)).toBe(last + 399 * 0.02);
  });

  it('takes a large rise that has lasted for one of its own', () => {
    const { guard, last } = grown(100);
    for (let row = 0; row < 400; row++) guard.accept(last + 0.6 + row * 0.02);
    expect(guard.accept(last + 10.2)).toBe(last + 10.2);
  });

  it('that goes on rising faster is believed from the second reading on', () => {
    const { guard, last } = grown(400);
    const charging = makeSeries(40, 0, (row) => last + 0.9 * (row + 1));
    expect(charging.map((value) => guard.accept(value))).toEqual([last, ...charging.slice(1)]);
    // And knows the pace from then on.
    guard.accept((charging[39] as number) + 0.02);
    expect(guard.accept((charging[39] as number) + 0.92)).toBe((charging[39] as number) + 0.92);
  });

  it('stays one where it has moved up', () => {
    const { guard, last } = grown(400);
    const level = makeSeries(12, 0, (row) => last + 5 + row * 0.02);
    expect(level.map((value) => guard.accept(value))).toEqual([...constant(11, last), level[11]]);
    expect(guard.verdict).toBe('moved');
    expect(guard.accept(last + 4.7)).toBe(level[11]);
  });

  it('that has been reset is judged as any other series', () => {
    const { guard } = grown(400);
    for (let row = 0; row < 40; row++) guard.accept(row * 0.02);
    expect(guard.accept(0)).toBe(0);
    expect(guard.accept(54_000)).toBe(54_000);
  });

  it('doubts each reading of a fault above it, and the first that is home no more, again and again', () => {
    const steps = fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), { minLength: 700, maxLength: 700 });
    const faults = fc.array(
      fc.record({ size: fc.double({ min: 13, max: 1e6, noNaN: true }), length: fc.integer({ min: 1, max: 11 }) }),
      { minLength: 4, maxLength: 4 },
    );
    void fc.assert(
      fc.property(steps, faults, (rises, four) => {
        const { guard } = new Guarded();
        let level = 54_000;
        let believedAt = -1;
        const verdictAt = (row: number, fault: number): Verdict => {
          level += rises[row] as number;
          const verdict = guard.judge(level + fault, row, row - believedAt);
          if (verdict === 'believed') believedAt = row;
          return verdict;
        };
        for (let row = 0; row < 500; row++) verdictAt(row, 0);
        four.forEach(({ size, length }, index) => {
          const from = 500 + 50 * index;
          const verdicts = Array.from({ length: 50 }, (_, row) => verdictAt(from + row, row < length ? size : 0));
          expect(verdicts).toEqual([...Array(length).fill('doubted'), ...Array(50 - length).fill('believed')]);
        });
      }),
      { numRuns: 20 },
    );
  });
});

it('keeps the usual step when the level has moved', () => {
  const moved = [...TURNS, ...constant(12, 400)];
  // Believed range: [−400, 800]; the usual step is still 1.
  expect(guardAfter(moved).accept(800)).toBe(800);
  expect(guardAfter(moved).accept(800.1)).toBe(400);
});

describe('a reading beyond 1e37', () => {
  it.each([1e38, -1e38, 1e308, -1e308, Number.MAX_VALUE])('is never believed: %d', (value) => {
    const guard = guardAfter(TURNS);
    for (let n = 0; n < 10; n++) expect(guard.accept(value)).toBe(1);
    expect(guard.accept(0)).toBe(0);
  });

  it('is refused from the first on', () => {
    const guard = new Guarded();
    guard.accept(1e308);
    expect(guard.verdict).toBe('refused');
    expect(guard.accept(5)).toBe(5);
    expect(guard.verdict).toBe('believed');
  });

  it('is no sign that the world has changed', () => {
    const guard = guardAfter(TURNS);
    for (let n = 0; n < 11; n++) expect([guard.accept(1e6), guard.accept(1e308)]).toEqual([1, 1]);
    expect(guard.accept(1e6)).toBe(1e6);
  });

  it('is not: 1e30 is a new level the twelfth time', () => {
    const guard = guardAfter(TURNS);
    expect(constant(12, 1e30).map((value) => guard.accept(value))).toEqual([...constant(11, 1), 1e30]);
  });
});

/** The rules once more, straight from their description. */
function guarded(values: readonly number[]): number[] {
  const believed: number[] = [];
  const known: number[] = [];
  let n = 0;
  let m = 0;
  let doubted: number[] = [];
  return values.map((value) => {
    const low = Math.min(...known);
    const range = Math.max(...known) - low;
    const last = believed.at(-1) ?? 0;
    const isOutside = value < low - range || value > low + 2 * range;
    const isOutlier = n > 30 && isOutside && Math.abs(value - last) > 125 * m;
    if (isOutlier) doubted.push(value);
    if (isOutlier && doubted.length < 12) return last;
    n++;
    if (n > 1 && !isOutlier) {
      const step = n > 30 ? Math.min(Math.abs(value - last), 6 * m) : Math.abs(value - last);
      m += Math.max(1 / (n - 1), 1 / 1000) * (step - m);
    }
    known.push(...(isOutlier ? doubted : [value]));
    believed.push(value);
    doubted = [];
    return value;
  });
}

it.each([1, 2, 3])('follows its rules on a walk with single, double and lasting jumps, seed %i', (seed) => {
  let level = 0;
  let glitch = 0;
  const values = makeSeries(3000, seed, (row, random) => {
    level += normal(random);
    if (random.integerBelow(60) === 0)
      glitch = (random.integerBelow(2) * 2 - 1) * 10 ** random.uniform(1, 4 + row / 300);
    if (random.integerBelow(6) === 0) glitch = 0;
    if (random.integerBelow(400) === 0) level += 1e5 * normal(random);
    return level + glitch;
  });
  const guard = new Guarded();
  const actual = values.map((value) => guard.accept(value));
  expect(actual).toEqual(guarded(values));
  expect(actual.filter((value, row) => value !== values[row]).length).toBeGreaterThan(5);
});

describe('its state', () => {
  const jumps = [...TURNS, 1e6, 0, 1, ...constant(15, 1e6), ...TURNS.map((value) => 1e6 + value), ...constant(12, 5e9)];
  const values = [...jumps, ...RAMP.slice(0, 120), 2.5e10, 1e4, 2e11, 1, 2, 1e12, 3e12, 5e12, ...jumps];
  statefulContract({
    create: () => new Guarded(),
    advance: (subject, row) => void subject.accept(values[row] as number),
    observe: ({ guard }) => [guard.doubt.count, guard.doubt.newest],
    cuts: [0, 50, 102, 103, 105, 106, 112, 116, 117, 118, 210, 212],
    tail: 230,
  });

  it('remembers a first change that it doubted', () => {
    const guard = guardAfter([...constant(200, 0), 800, 0]);
    const copy = new Guarded();
    restoreSnapshot(copy, saveSnapshot(guard, ''), '');
    expect([copy.accept(850), guard.accept(850)]).toEqual([850, 850]);
  });

  const turns = TURNS.map((value) => 10 + value);
  const ramp = RAMP.map((value) => 1000 + value);
  it.each([
    ['inside 125 steps', turns, 136],
    ['beyond 125 steps', turns, 136.01],
    ['inside the believed range, above', ramp, 3000],
    ['beyond the believed range, above', ramp, 3000.5],
    ['inside the believed range, below', ramp.toReversed(), 0],
    ['beyond the believed range, below', ramp.toReversed(), -0.5],
  ])('decides about the next reading %s', (_, values, next) => {
    const guard = guardAfter(values);
    const copy = new Guarded();
    restoreSnapshot(copy, saveSnapshot(guard, ''), '');
    expect(copy.accept(next)).toBe(guard.accept(next));
    expect(copy.verdict).toBe(guard.verdict);
  });
});
