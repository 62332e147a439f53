import { describe, expect, it } from 'vitest';
import type { Step } from '../../../src/domain/sample.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { createKernel } from '../../../src/hosts/createKernel.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { createRandom } from '../../../src/tools/demo/sensors/random.ts';
import { HOME_STREAMS } from '../../quality/homeStreams.ts';
import { toHorizons } from '../../support/series.ts';
import { makeSettings, type SettingsOverrides } from '../../support/settings.ts';

const CHANGE = 2000;
const ROWS = 700;
/** Steps of a horizon that is added. */
const AHEAD = 12;
/** Readings that a stream may take to be as good as before. */
const PATIENCE = 200;
const DEFAULTS: SettingsOverrides = { horizons: toHorizons(1), model: { kernel: 'auto', hidden: 32 } };
const SMALLER: SettingsOverrides = { ...DEFAULTS, model: { kernel: 'auto', hidden: 16 } };
const MORE: SettingsOverrides = { ...DEFAULTS, horizons: toHorizons(1, AHEAD) };

/** A fridge behind a plug, with another field that says nothing of it. */
const STEPS: readonly Step[] = HOME_STREAMS[0]!
  .make(createRandom(1))
  .slice(0, CHANGE + ROWS + AHEAD)
  .map(({ at, value }, row) => ({
    stream: 'home/fridge' as StreamId,
    at: toEpochMs(at),
    zoneOffset: toDurationMs(0),
    value,
    inputs: [Math.sin(row / 9)],
  }));

function learnerOf(overrides: SettingsOverrides, snapshot?: Uint8Array): StreamLearner {
  const settings = makeSettings(overrides);
  return new StreamLearner(createKernel(settings.model), settings, snapshot);
}

/** Absolute errors of forecasts from these rows on, one reading ahead or `ahead`. */
function errorsOf(learner: StreamLearner, from: number, to: number, ahead = 1): readonly number[] {
  return STEPS.slice(from, to).map((step, i) => {
    const { horizons } = learner.step(step).toForecast();
    learner.learn();
    const { mean } = horizons.find(({ horizon }) => horizon.steps === ahead) as (typeof horizons)[number];
    return Math.abs(mean - (STEPS[from + i + ahead] as Step).value);
  });
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

describe('after a change of the configuration the error is that of before, within a tenth', () => {
  const old = learnerOf(DEFAULTS);
  errorsOf(old, 0, CHANGE);
  const snapshot = old.snapshot();
  const unchanged = errorsOf(old, CHANGE, CHANGE + ROWS);

  const errorsWith = (...changes: readonly SettingsOverrides[]): readonly number[] => {
    const state = changes.reduce((bytes, settings) => learnerOf(settings, bytes).snapshot(), snapshot);
    return errorsOf(learnerOf(changes.at(-1) as SettingsOverrides, state), CHANGE, CHANGE + ROWS);
  };

  it.each<[string, readonly SettingsOverrides[]]>([
    ['32 units to 16', [SMALLER]],
    ['32 units to 16 and back', [SMALLER, DEFAULTS]],
    ['one horizon more', [MORE]],
    ['one input more', [{ ...DEFAULTS, exogenous: 1 }]],
  ])('%s', (_, changes) => {
    const errors = errorsWith(...changes);
    expect(mean(errors.slice(PATIENCE)) / mean(unchanged.slice(PATIENCE))).toBeLessThan(1.1);
    expect(mean(errors.slice(0, PATIENCE)) / mean(unchanged.slice(0, PATIENCE))).toBeLessThan(1.2);
  });

  it('a horizon that is new: of a stream that had it from the beginning', () => {
    const both = learnerOf(MORE);
    errorsOf(both, 0, CHANGE);
    const known = errorsOf(both, CHANGE, CHANGE + ROWS, AHEAD);
    const errors = errorsOf(learnerOf(MORE, snapshot), CHANGE, CHANGE + ROWS, AHEAD);
    expect(mean(errors.slice(0, PATIENCE)) / mean(known.slice(0, PATIENCE))).toBeLessThan(1.2);
    expect(mean(errors.slice(PATIENCE)) / mean(known.slice(PATIENCE))).toBeLessThan(1.1);
  });

  it('another cell: nearer to before than a stream that knows nothing', () => {
    const other: SettingsOverrides = { ...DEFAULTS, model: { kernel: 'auto', hidden: 32, cell: 'rnn' } };
    const fresh = errorsOf(learnerOf(other), CHANGE, CHANGE + ROWS);
    expect(mean(errorsWith(other)) / mean(fresh)).toBeLessThan(0.9);
  });
});
