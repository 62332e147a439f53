import type { Forecast } from '../../src/domain/forecast.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { learnerSettings, toHorizons } from '../support/series.ts';
import { makeSettings, type SettingsOverrides } from '../support/settings.ts';
import { NumberHash } from './numberHash.ts';
import { gappySteps, gridSteps, irregularSteps, stepsAmongOthers } from './sensorSteps.ts';

interface Case {
  readonly label: string;
  readonly steps: readonly Step[];
  readonly settings: SettingsOverrides;
  /** The network is as large as by default; else it has 8 units, for speed. */
  readonly isDefault?: true;
}

const CASES: readonly Case[] = [
  { label: 'default settings', steps: gridSteps(1000), settings: {}, isDefault: true },
  { label: 'five horizons', steps: gridSteps(1000), settings: { horizons: toHorizons(1, 2, 5, 24, 96) } },
  { label: 'gaps and bad readings', steps: gappySteps(1500), settings: { horizons: toHorizons(1, 4) } },
  { label: 'irregular times', steps: irregularSteps(1500), settings: { interval: 0.8 } },
  { label: 'plain recurrent cell', steps: gridSteps(1000), settings: { model: { cell: 'rnn' } } },
  { label: 'other fields of the message', steps: stepsAmongOthers(1000), settings: { exogenous: 3 } },
  { label: 'network alone', steps: gridSteps(500), settings: { model: { experts: ['lstm_direct'], seed: 5 } } },
];

/**
 * One hash per series and settings: every number and word of every forecast, and the bytes of the snapshot at the end.
 * @param name of the kernel, for the names of the hashes
 */
export function learnerHashes(name: string, kernel: Kernel): Record<string, string> {
  return Object.fromEntries(CASES.map((each) => [`learner/${name}/${each.label}`, hashOf(kernel, each)]));
}

function hashOf(kernel: Kernel, { steps, settings: overrides, isDefault }: Case): string {
  const hash = new NumberHash();
  const settings = isDefault ? makeSettings(overrides) : learnerSettings(overrides);
  let learner = new StreamLearner(kernel, settings);
  steps.forEach((step, row) => {
    addForecast(hash, learner.step(step).toForecast());
    learner.learn();
    if (row !== Math.floor(steps.length / 2)) return;
    const snapshot = learner.snapshot();
    learner.free();
    learner = new StreamLearner(kernel, settings, snapshot);
  });
  hash.bytes(learner.snapshot());
  learner.free();
  return hash.digest();
}

function addForecast(hash: NumberHash, forecast: Forecast): void {
  const { at, value, expected, horizons, anomalyScore, anomaly, skill, coverage, samples, state, source } = forecast;
  for (const each of [expected, ...horizons]) {
    hash.number(each?.mean ?? null);
    hash.number(each?.lower ?? null);
    hash.number(each?.upper ?? null);
  }
  for (const each of [at, value, anomalyScore, Number(anomaly), skill, coverage, samples]) hash.number(each);
  hash.text(`${state} ${source}`);
}
