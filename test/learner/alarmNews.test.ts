import { describe, expect, it } from 'vitest';
import type { AlarmNews, LearnerNews } from '../../src/domain/events.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { KERNELS } from '../support/kernels.ts';
import { gridTimes, learnerSettings, MINUTE, makeSeries, normal, toSteps } from '../support/series.ts';

const kernel = (KERNELS.find(({ name }) => name === 'simd') ?? KERNELS[0])?.create();

const isOfAlarm = (news: LearnerNews): news is AlarmNews => news.type === 'AlarmStarted' || news.type === 'AlarmEnded';

/** News of alarms of a series, each with the row in which it came. @param cut row before which the learner is taken over by another one */
function newsOf(values: readonly number[], cut = 0): readonly (readonly [number, AlarmNews])[] {
  const told: [number, AlarmNews][] = [];
  let row = 0;
  const tell = (news: LearnerNews): void => void (isOfAlarm(news) && told.push([row, news]));
  const settings = learnerSettings({ model: { experts: ['last_value', 'linear'] } });
  if (kernel === undefined) throw new Error('no kernel');
  let learner = new StreamLearner(kernel, settings, undefined, { tell });
  for (const step of toSteps(values, gridTimes(values.length, MINUTE))) {
    if (row === cut && cut > 0) learner = new StreamLearner(kernel, settings, learner.snapshot(), { tell });
    learner.step(step);
    learner.learn();
    row++;
  }
  return told;
}

const calm = makeSeries(900, 3, (_, random) => 20 + 0.3 * normal(random));
/** @param change of the readings of rows 700 to 705 */
const disturbed = (change: (value: number) => number): number[] =>
  calm.map((value, row) => (row >= 700 && row < 706 ? change(value) : value));

describe('news of alarms', () => {
  it('say for a reading out of range what was known before it', () => {
    const values = disturbed((value) => value + 15);
    const [start, end] = newsOf(values);
    const [low, high] = [Math.min(...calm.slice(0, 700)), Math.max(...calm.slice(0, 700))];
    expect(start).toEqual([700, expect.objectContaining({ type: 'AlarmStarted', channel: 'range', y: values[700] })]);
    expect(start?.[1]).toMatchObject({ knownLow: low, knownHigh: high });
    expect(end?.[1]).toMatchObject({ type: 'AlarmEnded', start: start?.[1].start });
    if (end?.[1].type !== 'AlarmEnded') throw new Error('no end');
    expect(end[1].evidence.high).toBe(Math.max(...values.slice(700, 706)));
    expect(end[1].evidence.rows).toBeGreaterThanOrEqual(6);
    expect(end[1].score).toBeGreaterThan(1);
  });

  it('name the errors where the readings stay within what is known', () => {
    const noisy = calm.map((value, row) => (row >= 700 && row < 760 ? 20 + (row % 2 === 0 ? 0.85 : -0.85) : value));
    const [start] = newsOf(noisy);
    expect(start?.[1]).toMatchObject({ type: 'AlarmStarted', channel: 'errors' });
  });

  it.each([701, 703, 706])('are the same where another learner takes over before row %i', (cut) => {
    const values = disturbed((value) => value + 15);
    expect(newsOf(values, cut)).toEqual(newsOf(values));
  });
});
