import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/domain/sample.ts';
import type { LiveSettings, SettingsChange } from '../../src/domain/streamInput.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { idOf } from '../pipeline/samples.ts';
import { learnerSettings, noisySine, toSteps } from '../support/series.ts';

const SETTINGS = learnerSettings();
const STEPS = toSteps(noisySine(700).map((value, row) => (row >= 600 ? value + 20 : value)));

function changeOf(settings: LiveSettings): SettingsChange {
  return { kind: 'settings', stream: idOf('x'), at: toEpochMs(1), changes: JSON.stringify(settings) };
}

describe('a learner that hears of other settings', () => {
  it('divides its scores by the threshold of now, and forecasts as before', () => {
    const told = new StreamLearner(createPlainKernel(), SETTINGS);
    const untold = new StreamLearner(createPlainKernel(), SETTINGS);
    let highest = 0;
    for (const [row, step] of STEPS.entries()) {
      if (row === 600) {
        const anomaly = { ...SETTINGS.anomaly, threshold: 1e3 };
        expect(told.instruct(changeOf({ anomaly }))).toBeUndefined();
      }
      const [one, other] = [told.step(step).toForecast(), untold.step(step).toForecast()];
      expect(one.horizons).toEqual(other.horizons);
      if (row < 600) expect(one.anomalyScore).toBe(other.anomalyScore);
      else expect(one.anomaly).toBe(false);
      highest = Math.max(highest, other.anomalyScore ?? 0);
    }
    expect(highest).toBeGreaterThan(1);
  });

  it('keeps to them where its first thirty rows are judged once more', () => {
    const learner = new StreamLearner(createPlainKernel(), SETTINGS);
    const range = { low: 1e5, high: 2e5 };
    learner.instruct(changeOf({ anomaly: { ...SETTINGS.anomaly, range } }));
    const faulty = STEPS.slice(0, 40).map((step, row) => (row === 5 ? { ...step, value: -127 } : step));
    const scores = faulty.map((step) => learner.step(step).toForecast().anomalyScore);
    expect(scores.at(-1)).toBeGreaterThanOrEqual(2);
  });

  it('goes on with them after a restart, also under another model, until the configuration says something else', () => {
    const learner = new StreamLearner(createPlainKernel(), SETTINGS);
    const anomaly = { ...SETTINGS.anomaly, range: { low: 1e5, high: 2e5 } };
    for (const step of STEPS.slice(0, 250)) learner.step(step);
    learner.instruct(changeOf({ anomaly }));
    const scoreWith = (settings: typeof SETTINGS, snapshot: Uint8Array): number | null => {
      const again = new StreamLearner(createPlainKernel(), settings, snapshot);
      return again.step(STEPS[250] as Step).toForecast().anomalyScore;
    };
    const state = learner.snapshot();
    const whole = learner.step(STEPS[250] as Step).toForecast();
    expect(whole.anomalyScore).toBeGreaterThanOrEqual(2);
    const again = new StreamLearner(createPlainKernel(), SETTINGS, state);
    expect(again.snapshot()).toEqual(state);
    expect(again.step(STEPS[250] as Step).toForecast()).toEqual(whole);
    const larger = { ...SETTINGS, model: { ...SETTINGS.model, hidden: SETTINGS.model.hidden + 1 } };
    expect(scoreWith(larger, state)).toBe(whole.anomalyScore);
    const edited = { ...SETTINGS, anomaly: { ...SETTINGS.anomaly, threshold: 3 } };
    expect(scoreWith(edited, state)).toBeLessThan(1);
  });

  it('leaves everything as it is where the change cannot be read', () => {
    const learner = new StreamLearner(createPlainKernel(), SETTINGS);
    const change = { ...changeOf({}), changes: '{"anomaly":5}' };
    expect(learner.instruct(change)).toBe('bad-settings');
  });
});
