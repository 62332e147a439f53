import { describe, expect, it } from 'vitest';
import type { AlarmEvidence, AlarmVerdict } from '../../src/domain/alarm.ts';
import type { LearnerNews } from '../../src/domain/events.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { VerdictOrder } from '../../src/domain/streamInput.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { KERNELS } from '../support/kernels.ts';
import { gridTimes, learnerSettings, MINUTE, MONDAY, makeSeries, normal, toSteps } from '../support/series.ts';

const kernel: Kernel = KERNELS.find(({ name }) => name === 'simd')?.create() ?? createPlainKernel();
const SETTINGS = learnerSettings({ model: { hidden: 8 } });

/** Rows of one occurrence, rows from one to the next, and that of the first. */
const LENGTH = 60;
const APART = 220;
const FIRST = 700;

interface Pattern {
  readonly calm: (row: number, random: () => number) => number;
  /** @param row of the occurrence @returns the reading in place of the calm one */
  readonly strange: (row: number, calm: number, random: () => number) => number;
}

const noise = (_: number, random: () => number): number => 20 + 0.3 * random();
const PATTERNS: Readonly<Record<string, Pattern>> = {
  'readings far outside': { calm: noise, strange: (row, calm) => (row < 6 ? calm + 60 : calm) },
  'readings a little outside': { calm: noise, strange: (row, calm) => (row < 8 ? calm + 4 : calm) },
  'one reading outside': { calm: noise, strange: (row, calm) => (row < 1 ? calm - 30 : calm) },
  'restless readings': {
    calm: (row, random) => 20 + 8 * Math.sin((2 * Math.PI * row) / 160) + 0.1 * random(),
    strange: (row, calm, random) => (row < 45 ? calm + 0.5 * random() : calm),
  },
  'a jump within the range': {
    calm: (row, random) => 20 + 10 * Math.sin((2 * Math.PI * row) / APART) + 0.05 * random(),
    // Twice a period the sine is at this value: but not now.
    strange: (row, calm) => (row < 3 ? calm + (calm > 20 ? -9 : 9) : calm),
  },
};

function seriesOf({ calm, strange }: Pattern, occurrences: readonly number[], rows: number): readonly Step[] {
  const values = makeSeries(rows, 11, (row, random) => {
    const next = (): number => normal(random);
    const reading = calm(row, next);
    const start = occurrences.find((at) => row >= at && row < at + LENGTH);
    return start === undefined ? reading : strange(row - start, reading, next);
  });
  return toSteps(values, gridTimes(rows, MINUTE));
}

interface Ended {
  readonly knownLow: number;
  readonly knownHigh: number;
  readonly from: number;
  readonly to: number;
  readonly evidence: AlarmEvidence;
}

const orderOf = (verdict: AlarmVerdict, { from, to, ...known }: Ended): VerdictOrder => ({
  ...{ kind: 'command', command: 'judge', stream: 's' as never, at: toEpochMs(to), verdict },
  ...{ from: toEpochMs(from), to: toEpochMs(to), ...known },
});

class Life {
  readonly scores: number[] = [];
  readonly ended: Ended[] = [];
  learner: StreamLearner;
  #known = { knownLow: Number.NaN, knownHigh: Number.NaN };
  readonly #tell = (news: LearnerNews): void => {
    if (news.type === 'AlarmStarted') this.#known = { knownLow: news.knownLow, knownHigh: news.knownHigh };
    if (news.type === 'AlarmEnded')
      this.ended.push({ from: news.start, to: news.at, evidence: news.evidence, ...this.#known });
  };

  constructor() {
    this.learner = new StreamLearner(kernel, SETTINGS, undefined, { tell: this.#tell });
  }

  live(steps: readonly Step[]): void {
    for (const step of steps) {
      this.scores.push(this.learner.step(step).toForecast().anomalyScore ?? 0);
      this.learner.learn();
    }
  }

  /** Another learner takes over. */
  restart(): void {
    const state = this.learner.snapshot();
    this.learner.free();
    this.learner = new StreamLearner(kernel, SETTINGS, state, { tell: this.#tell });
  }

  /** The alarm of the occurrence in that row. */
  alarmAt(row: number): Ended {
    const [from, to] = [row, row + LENGTH].map((at) => MONDAY + at * MINUTE) as [number, number];
    const alarm = this.ended.find((it) => it.from >= from && it.from < to);
    if (alarm === undefined) throw new Error(`no alarm of row ${row} has ended`);
    return alarm;
  }

  highest(from: number, to = from + LENGTH): number {
    return Math.max(...this.scores.slice(from, to));
  }
}

const occurrence = (count: number): number => FIRST + count * APART;

describe.each(Object.entries(PATTERNS))('%s', (_, pattern) => {
  it('are strange, are called normal, and are no alarm any more', () => {
    const life = new Life();
    const steps = seriesOf(pattern, [0, 1, 2].map(occurrence), occurrence(3));
    life.live(steps.slice(0, occurrence(0) + LENGTH));
    expect(life.highest(occurrence(0))).toBeGreaterThan(1);
    life.learner.instruct(orderOf('normal', life.alarmAt(occurrence(0))));
    life.restart();
    life.live(steps.slice(occurrence(0) + LENGTH));
    expect([life.highest(occurrence(1)) < 1, life.highest(occurrence(2)) < 1]).toEqual([true, true]);
  });

  it('are strange once, are called a fault, and are an alarm ten times more', () => {
    const once = new Life();
    once.live(seriesOf(pattern, [occurrence(0)], occurrence(1)));
    expect(once.highest(occurrence(0))).toBeGreaterThan(1);
    const alarm = once.alarmAt(occurrence(0));
    // A learner that never saw the fault, as the order to omit its readings makes one.
    const life = new Life();
    const repeats = Array.from({ length: 10 }, (_each, i) => occurrence(i + 1));
    const steps = seriesOf(pattern, repeats, occurrence(12));
    life.live(steps.slice(0, occurrence(1)));
    life.learner.instruct(orderOf('fault', alarm));
    life.restart();
    life.live(steps.slice(occurrence(1)));
    expect(repeats.map((at) => Math.min(life.highest(at), 1.01))).toEqual(repeats.map(() => 1.01));
  });
});

describe('a verdict', () => {
  const pattern = PATTERNS['readings far outside'] as Pattern;

  it('of normal takes back one of fault', () => {
    const life = new Life();
    const steps = seriesOf(pattern, [occurrence(0), occurrence(1)], occurrence(2));
    life.live(steps.slice(0, occurrence(0) + LENGTH));
    const alarm = life.alarmAt(occurrence(0));
    life.learner.instruct(orderOf('fault', alarm));
    life.learner.instruct(orderOf('normal', alarm));
    life.live(steps.slice(occurrence(0) + LENGTH));
    expect(life.highest(occurrence(1))).toBeLessThan(1);
  });

  it('of fault lets a place be that the series stays at', () => {
    const life = new Life();
    const stays: Pattern = { ...pattern, strange: (_row, calm) => calm + 60 };
    const first = seriesOf(pattern, [occurrence(0)], occurrence(1));
    life.live(first);
    const alarm = life.alarmAt(occurrence(0));
    life.learner.instruct(orderOf('fault', alarm));
    const later = Array.from({ length: 20 }, (_each, i) => occurrence(1) + i * LENGTH);
    life.live(seriesOf(stays, later, occurrence(1) + 20 * LENGTH).slice(occurrence(1)));
    expect(life.highest(occurrence(1))).toBeGreaterThan(1);
    expect(life.highest(occurrence(1) + 800, occurrence(1) + 1200)).toBeLessThan(1);
  });

  it('changes nothing about a learner that has not had a reading', () => {
    const life = new Life();
    const evidence = { channel: 'range', rows: 1, low: 1, high: 2, jump: 1, still: 1, averages: [1, 1] } as const;
    for (const verdict of ['normal', 'fault'] as const)
      life.learner.instruct(orderOf(verdict, { from: 0, to: 1, evidence, knownLow: Number.NaN, knownHigh: 1 }));
    life.live(seriesOf(pattern, [], 300));
    expect(life.scores.every(Number.isFinite)).toBe(true);
  });
});
