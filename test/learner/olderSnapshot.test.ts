import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/domain/sample.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { OLDEST_VERSION, VERSION } from '../../src/model/snapshotFormat.ts';
import { learnerSettings, noisySine, toHorizons, toSteps } from '../support/series.ts';

const SETTINGS = learnerSettings({
  horizons: toHorizons(1, 3),
  model: { hidden: 4, bptt: { every: 4, window: 8 }, replayRows: 16 },
});
const STEPS = toSteps(noisySine(1000));
interface Older {
  readonly format: number;
  /** Written by the version that had it, after 400 steps of this series. */
  readonly bytes: Uint8Array;
  /** Forecasts of that version after each of the next steps, one and three ahead. */
  readonly next: readonly (readonly number[])[];
}

const fixture = (name: number | string): Uint8Array =>
  gunzipSync(readFileSync(`test/fixtures/snapshots/format${name}.gz`));

const OLDER: readonly Older[] = [
  {
    format: 2,
    bytes: fixture(2),
    next: [
      [24.45481477654748, 24.683314662559606],
      [24.69848001889256, 24.923879749754757],
      [24.46617893784819, 24.740941180349154],
      [24.87540777163335, 25.140552129573337],
      [25.149548681901667, 25.065354260782605],
    ],
  },
  {
    format: 3,
    bytes: fixture(3),
    next: [
      [24.454814776547472, 24.683314662559606],
      [24.698480018892568, 24.923879749754757],
      [24.46617893784818, 24.740941180349154],
      [24.875407771633355, 25.140552129573337],
      [25.149548681901678, 25.065354260782605],
    ],
  },
  {
    format: 4,
    bytes: fixture(4),
    next: [
      [24.454814776547472, 24.683314662559606],
      [24.698480018892568, 24.923879749754757],
      [24.46617893784818, 24.740941180349154],
      [24.875407771633355, 25.140552129573337],
      [25.149548681901678, 25.065354260782605],
    ],
  },
  {
    format: 5,
    bytes: fixture(5),
    next: [
      [24.45482551370424, 24.68390944520663],
      [24.69844978436084, 24.923786424772302],
      [24.466193863641013, 24.742387301215523],
      [24.875412964914844, 25.139049929573492],
      [25.1495095991074, 25.063687257742096],
    ],
  },
];

function restored({ bytes }: Older): StreamLearner {
  return new StreamLearner(createPlainKernel(), SETTINGS, bytes);
}

it('is there of every format that can be read', () => {
  const formats = Array.from({ length: VERSION - OLDEST_VERSION + 1 }, (_, i) => OLDEST_VERSION + i);
  expect(OLDER.map(({ format }) => format)).toEqual(formats);
});

describe.each(OLDER)('a snapshot of format $format', (older) => {
  it('is gone on from with what was learned', () => {
    const learner = restored(older);
    const means = STEPS.slice(400, 405).map((step) => {
      const { horizons } = learner.step(step).toForecast();
      learner.learn();
      return horizons.map(({ mean }) => mean);
    });
    means.forEach((row, t) => {
      row.forEach((mean, k) => {
        expect(Math.abs(mean - (older.next[t]?.[k] as number)), `row ${t}`).toBeLessThan(0.05);
      });
    });
  });

  it('keeps its counts, its interval and its skill', () => {
    const forecast = restored(older).step(STEPS[400]!).toForecast();
    expect(forecast.samples).toBe(401);
    expect(forecast.coverage).toBeGreaterThan(0.8);
    expect(Math.abs(forecast.skill as number)).toBeLessThan(0.1);
    const [first] = forecast.horizons;
    expect((first?.upper as number) - (first?.lower as number)).toBeGreaterThan(1);
    expect((first?.upper as number) - (first?.lower as number)).toBeLessThan(4);
    expect(forecast.expected?.mean).toBeCloseTo(STEPS[400]!.value, -1);
  });

  it('doubts what it would have held back', () => {
    const learner = restored(older);
    expect(learner.step({ ...STEPS[400]!, value: 1e6 }).toForecast()).toMatchObject({
      samples: 401,
      source: 'last_value',
    });
  });

  it('is written anew in the present format, and goes on from that bit for bit', () => {
    const learner = restored(older);
    for (const step of STEPS.slice(400, 500)) learner.step(step);
    const copy = new StreamLearner(createPlainKernel(), SETTINGS, learner.snapshot());
    for (const step of STEPS.slice(500, 600)) expect(copy.step(step)).toEqual(learner.step(step));
  });

  it('is gone on from under other settings too, with the forecasts that there were', () => {
    const larger = learnerSettings({
      horizons: toHorizons(1, 3, 5),
      exogenous: 1,
      model: { hidden: 6, bptt: { every: 4, window: 8 }, replayRows: 32 },
    });
    const learner = new StreamLearner(createPlainKernel(), larger, older.bytes);
    expect(learner.carried).toMatchObject({ state: 'grown', anew: [] });
    const [step] = STEPS.slice(400) as [Step];
    const means = (from: StreamLearner): number[] =>
      from
        .step(step)
        .toForecast()
        .horizons.map(({ mean }) => mean);
    const [one, three] = means(restored(older)) as [number, number];
    const grown = means(learner);
    expect(grown[0]).toBeCloseTo(one, 5);
    expect(grown[1]).toBeCloseTo(three, 5);
    expect(Math.abs((grown[2] as number) - (step?.value as number))).toBeLessThan(5);
  });
});

it('a snapshot of format 4 amid the first thirty rows keeps them: the −127 among them leaves no trace', () => {
  // Written after 20 steps, of which the sixth to the eighth were −127.
  const learner = new StreamLearner(createPlainKernel(), SETTINGS, fixture('4young'));
  const whole = new StreamLearner(createPlainKernel(), SETTINGS);
  const faulty = STEPS.slice(0, 60).map((step, row) => (row >= 5 && row < 8 ? { ...step, value: -127 } : step));
  for (const step of faulty) whole.step(step);
  for (const step of faulty.slice(20)) learner.step(step);
  expect(learner.snapshot()).toEqual(whole.snapshot());
});
