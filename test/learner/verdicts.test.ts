import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import {
  APART,
  JudgedLife,
  LENGTH,
  type Noise,
  occurrence,
  type Pattern,
  patternSeries,
  timeOf,
  without,
} from '../support/judgedLife.ts';
import { KERNELS } from '../support/kernels.ts';
import { evidenceOf } from '../support/pastAlarms.ts';
import { rounds } from '../support/rounds.ts';
import { learnerSettings } from '../support/series.ts';

const kernel: Kernel = KERNELS.find(({ name }) => name === 'simd')?.create() ?? createPlainKernel();
const MODELS = {
  networks: learnerSettings({ model: { hidden: 8 } }),
  'the last value': learnerSettings({ model: { experts: ['last_value'] } }),
};
type Model = keyof typeof MODELS;

/** It is no news by itself that it reaches further than before. */
const noise = (_: number, random: Noise): number => 20 + 0.3 * Math.max(-1.5, Math.min(random(), 1.5));
/** Each occurrence lies at a zero of the sine: what comes there stays within the range. */
const sine = (row: number, random: Noise): number =>
  20 + 8 * Math.sin((2 * Math.PI * (row - occurrence(0))) / 440) + 0.1 * random();
const PATTERNS: Readonly<Record<string, Pattern>> = {
  'readings far outside': { calm: noise, strange: (row, calm) => (row < 6 ? calm + 60 : calm) },
  'readings a little outside': { calm: noise, strange: (row, calm) => (row < 8 ? calm + 4 : calm) },
  'one reading outside': { calm: noise, strange: (row, calm) => (row < 1 ? calm - 30 : calm) },
  'standing still': { calm: noise, strange: (row, calm) => (row < 50 ? 20.123 : calm) },
  'a jump within the range': {
    calm: (row, random) => 20 + 10 * Math.sin((2 * Math.PI * row) / 220) + 0.05 * random(),
    // Twice a period the sine is at this value: but not now.
    strange: (row, calm) => (row < 3 ? calm + (calm > 20 ? -9 : 9) : calm),
  },
  noise: { calm: sine, strange: (row, calm, random) => (row < 45 ? calm + 0.5 * random() : calm) },
  'one up, one down': { calm: sine, strange: (row, calm) => (row < 45 ? calm + (row % 2 ? 1.5 : -1.5) : calm) },
  'a little up, a little down': {
    calm: sine,
    strange: (row, calm) => (row < 45 ? calm + (row % 2 ? 0.5 : -0.5) : calm),
  },
  'two up, two down': { calm: sine, strange: (row, calm) => (row < 45 ? calm + (row % 4 < 2 ? 1.5 : -1.5) : calm) },
  'five up, five down': { calm: sine, strange: (row, calm) => (row < 50 ? calm + (row % 10 < 5 ? 1.5 : -1.5) : calm) },
  'up and down at random': {
    calm: sine,
    strange: (row, calm, random) => (row < 45 ? calm + (random() > 0 ? 1.5 : -1.5) : calm),
  },
  'a wave of six rows': {
    calm: sine,
    strange: (row, calm) => (row < 45 ? calm + 1.5 * Math.sin((2 * Math.PI * row) / 6) : calm),
  },
  'up and down out of the range': {
    calm: noise,
    strange: (row, calm) => (row < 45 ? calm + (row % 2 ? 0.9 : -0.9) : calm),
  },
  'a pulse every five rows': { calm: sine, strange: (row, calm) => (row < 50 && row % 5 === 0 ? calm + 2 : calm) },
  'a dozen rows up and down': { calm: sine, strange: (row, calm) => (row < 12 ? calm + (row % 2 ? 1.5 : -1.5) : calm) },
};
const CASES = Object.keys(PATTERNS).flatMap((name) =>
  Object.keys(MODELS).flatMap((model) =>
    Array.from({ length: rounds(1, 12) }, (_, i) => [name, model as Model, 11 + 7 * i] as const),
  ),
);

/** The alarm of a learner that has met the first occurrence, and no other. */
function firstAlarm(pattern: Pattern, model: Model, seed: number) {
  const once = new JudgedLife(kernel, MODELS[model]);
  once.live(patternSeries(pattern, seed, [occurrence(0)], occurrence(1)));
  expect(once.highest(occurrence(0))).toBeGreaterThan(1);
  return once.alarmIn(occurrence(0)) ?? expect.unreachable('no alarm has ended');
}

describe.each(CASES)('%s, with %s (series %d)', (name, model, seed) => {
  const pattern = PATTERNS[name] as Pattern;

  it.each([0, 2])('is strange, comes %d times more, is called normal, and is no alarm any more', (more) => {
    const life = new JudgedLife(kernel, MODELS[model]);
    const places = Array.from({ length: more + 4 }, (_, i) => occurrence(i));
    const steps = patternSeries(pattern, seed, places, occurrence(more + 4));
    const judgedAt = occurrence(more) + 2 * LENGTH;
    life.live(steps.slice(0, judgedAt));
    const alarms = life.ended.filter(({ from }) => from >= timeOf(occurrence(0)));
    expect(alarms.length).toBeGreaterThan(0);
    for (const alarm of alarms) life.judge('normal', alarm);
    life.restart();
    life.live(steps.slice(judgedAt));
    expect(places.slice(more + 1).map((at) => Math.max(life.highest(at), 0.99))).toEqual([0.99, 0.99, 0.99]);
  });

  it('is strange, is called a fault, and is an alarm ten times more, and none in between', () => {
    const alarm = firstAlarm(pattern, model, seed);
    const life = new JudgedLife(kernel, MODELS[model]);
    const repeats = Array.from({ length: 10 }, (_each, i) => occurrence(i + 1));
    const steps = without(patternSeries(pattern, seed, [occurrence(0), ...repeats], occurrence(12)), alarm);
    const judged = steps.findIndex(({ at }) => at >= timeOf(occurrence(0) + LENGTH));
    life.live(steps.slice(0, judged));
    life.judge('fault', alarm);
    life.restart();
    life.live(steps.slice(judged));
    expect(repeats.map((at) => Math.min(life.highest(at), 1.01))).toEqual(repeats.map(() => 1.01));
    // Noise is news by itself now and then, without a verdict too.
    const calm = new JudgedLife(kernel, MODELS[model]);
    calm.live(patternSeries(pattern, seed, [], occurrence(12)));
    const between = repeats.map((at) => [at + LENGTH + 50, at + APART] as const);
    const quiet = between.filter(([from, to]) => calm.highest(from, to) < 0.7);
    expect(quiet.length).toBeGreaterThan(repeats.length / 2);
    for (const [from, to] of quiet) expect(life.highest(from, to)).toBeLessThan(1);
  });

  it('is called a fault, then normal, and is no alarm any more', () => {
    const alarm = firstAlarm(pattern, model, seed);
    const life = new JudgedLife(kernel, MODELS[model]);
    const repeats = [1, 2, 3].map(occurrence);
    const steps = without(patternSeries(pattern, seed, [occurrence(0), ...repeats], occurrence(4)), alarm);
    const judged = steps.findIndex(({ at }) => at >= timeOf(occurrence(0) + LENGTH));
    life.live(steps.slice(0, judged));
    life.judge('fault', alarm);
    life.judge('normal', alarm);
    life.live(steps.slice(judged));
    expect(repeats.map((at) => Math.max(life.highest(at), 0.99))).toEqual([0.99, 0.99, 0.99]);
  });
});

describe('a verdict', () => {
  const far = PATTERNS['readings far outside'] as Pattern;
  const restless = PATTERNS['one up, one down'] as Pattern;

  /** A learner to which the first occurrence was called normal. */
  function knowing(pattern: Pattern, rows: number, strange: Pattern['strange']): JudgedLife {
    const life = new JudgedLife(kernel, MODELS.networks);
    life.live(patternSeries(pattern, 11, [occurrence(0)], occurrence(1)));
    life.judge('normal', life.alarmIn(occurrence(0)) ?? expect.unreachable('no alarm has ended'));
    const others = [1, 2].map(occurrence);
    life.live(patternSeries({ ...pattern, strange }, 11, others, rows).slice(occurrence(1)));
    return life;
  }

  it('of normal on restless readings does not hide those that are four times as restless', () => {
    const life = knowing(restless, occurrence(2), (row, calm) => (row < 45 ? calm + (row % 2 ? 6 : -6) : calm));
    expect(life.highest(occurrence(1))).toBeGreaterThan(1);
  });

  it('of normal on restless readings holds where they reach a little further out of the range', () => {
    const outside = PATTERNS['up and down out of the range'] as Pattern;
    const life = knowing(outside, occurrence(2), (row, calm) => (row < 45 ? calm + (row % 2 ? 1.4 : -1.4) : calm));
    expect(life.highest(occurrence(1))).toBeLessThan(1);
  });

  it('of normal on restless readings does not hide a jump', () => {
    const life = knowing(restless, occurrence(2), (row, calm) => (row < 20 ? calm - 7 : calm));
    expect(life.highest(occurrence(1))).toBeGreaterThan(1);
  });

  it('has the restlessness of an alarm that went on over a restart', () => {
    const steps = patternSeries(restless, 11, [occurrence(0)], occurrence(1));
    const [once, restarted] = [new JudgedLife(kernel, MODELS.networks), new JudgedLife(kernel, MODELS.networks)];
    once.live(steps);
    restarted.live(steps.slice(0, occurrence(0) + 44));
    restarted.restart();
    restarted.live(steps.slice(occurrence(0) + 44));
    expect(once.alarmIn(occurrence(0))?.evidence.restless).toBeGreaterThan(5);
    expect(restarted.ended).toEqual(once.ended);
  });

  it('of fault lets a place be that the series stays at', () => {
    const alarm = firstAlarm(far, 'networks', 11);
    const life = new JudgedLife(kernel, MODELS.networks);
    life.live(patternSeries(far, 11, [occurrence(0)], occurrence(1)));
    life.judge('fault', alarm);
    life.live(patternSeries(far, 11, [], occurrence(1) + 1200, occurrence(1)).slice(occurrence(1)));
    expect(life.highest(occurrence(1))).toBeGreaterThan(1);
    expect(life.highest(occurrence(1) + 800, occurrence(1) + 1200)).toBeLessThan(1);
  });

  it('of fault lets restlessness be that has come to stay', () => {
    const alarm = firstAlarm(restless, 'networks', 11);
    const life = new JudgedLife(kernel, MODELS.networks);
    life.live(patternSeries(restless, 11, [], occurrence(1)));
    life.judge('fault', alarm);
    const stays: Pattern = {
      calm: (row, random) =>
        restless.strange(row < occurrence(1) ? LENGTH : row % 2, restless.calm(row, random), random),
      strange: (_row, calm) => calm,
    };
    life.live(patternSeries(stays, 11, [], occurrence(1) + 1200).slice(occurrence(1)));
    expect(life.highest(occurrence(1))).toBeGreaterThan(1);
    expect(life.highest(occurrence(1) + 800, occurrence(1) + 1200)).toBeLessThan(1);
  });

  it('changes nothing about a learner that has not had a reading', () => {
    const life = new JudgedLife(kernel, MODELS.networks);
    const evidence = evidenceOf({ channel: 'errors', restless: 1 });
    for (const verdict of ['normal', 'fault'] as const)
      life.judge(verdict, { from: 0, to: 1, evidence, knownLow: Number.NaN, knownHigh: 1 });
    life.live(patternSeries(far, 11, [], 300));
    expect([...life.scores.values()].every(Number.isFinite)).toBe(true);
  });
});
