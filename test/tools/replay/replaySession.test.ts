import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import type { StepSettings, StreamSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { readSnapshot } from '../../../src/model/restoreSnapshot.ts';
import { ReplaySession } from '../../../src/tools/replay/replaySession.ts';
import { among, everyMessage, idOf, ignore, sampleOf, settingsWith, utc } from '../../pipeline/samples.ts';
import { learnerSettings } from '../../support/series.ts';

const ROWS = 120;
const STEP = 1000;

/** Not on the grid, with a silence, and with inputs that come at a pace of their own. */
const SAMPLES: readonly Sample[] = Array.from({ length: ROWS }, (_, i) => {
  const at = i * 700 + (i > 60 ? 9_000 : 0);
  const sample = sampleOf('s', at, 20 + 5 * Math.sin(i / 8));
  return among(sample, i % 3 === 0 ? i : Number.NaN, i % 7 === 2 ? -i : Number.NaN, Number.NaN);
});

function settingsFor(step: StepSettings, exogenous = 3): StreamSettings {
  return { ...settingsWith(step), ...learnerSettings({ exogenous }) };
}

function open(settings: StreamSettings, restored?: Uint8Array): ReplaySession {
  return new ReplaySession({ stream: idOf('s'), settings, zoneOffset: utc, report: ignore, restored });
}

describe.each([
  ['a step for every message', everyMessage],
  ['a grid with short patience', { every: toDurationMs(STEP), gapAfter: toDurationMs(2 * STEP) }],
  ['a grid that holds an input for long', { every: toDurationMs(STEP), gapAfter: toDurationMs(8 * STEP) }],
])('a replay in two parts, with %s', (_, step) => {
  const settings = settingsFor(step);

  it.each([0, 1, 2, 4, 59, 61, 63, 70])('goes on after %i samples as if it had not been cut', (cut) => {
    const whole = open(settings);
    const first = open(settings);
    const expected: (readonly Forecast[])[] = SAMPLES.map((sample) => whole.push(sample));
    for (const sample of SAMPLES.slice(0, cut)) first.push(sample);
    const second = open(settings, first.save());
    expect(SAMPLES.slice(cut).map((sample) => second.push(sample))).toEqual(expected.slice(cut));
    expect(second.save()).toEqual(whole.save());
    for (const session of [whole, first, second]) session.close();
  });
});

describe('a state of other settings', () => {
  const CUT = 90;

  function stateOf(settings: StreamSettings): { readonly state: Uint8Array; readonly next: Forecast } {
    const session = open(settings);
    for (const sample of SAMPLES.slice(0, CUT)) session.push(sample);
    const state = session.save();
    const [next] = session.push(SAMPLES[CUT] as Sample);
    session.close();
    return { state, next: next as Forecast };
  }

  it.each<[string, Partial<StreamSettings['model']> & { readonly exogenous?: number }, string]>([
    ['more units', { hidden: 12 }, 'grown'],
    ['one input more', { exogenous: 4 }, 'grown'],
    ['fewer inputs', { exogenous: 1 }, 'adapted'],
    ['fewer units', { hidden: 4 }, 'adapted'],
    ['another cell', { cell: 'gru' }, 'anew'],
  ])('is gone on from, as the daemon does: %s', (_, { exogenous = 3, ...model }, fate) => {
    const settings = settingsFor(everyMessage);
    const { state, next } = stateOf(settings);
    const other = { ...settings, exogenous, model: { ...settings.model, ...model } };
    const session = open(other, state);
    expect(session.carried).toMatchObject({ state: fate });
    const [first] = session.push(SAMPLES[CUT] as Sample);
    expect(first?.samples).toBe(next.samples);
    if (fate === 'grown')
      expect(Math.abs((first?.horizons[0]?.mean ?? 0) - (next.horizons[0]?.mean ?? 1))).toBeLessThan(1e-5);
    session.close();
  });

  it('has its inputs found by their names, and one that is new known of nothing', () => {
    const grid = { every: toDurationMs(STEP), gapAfter: toDurationMs(60 * STEP) };
    const named = (...inputNames: string[]): StreamSettings => ({
      ...settingsFor(grid, inputNames.length),
      inputNames,
    });
    const { state } = stateOf(named('valve', 'window', 'sun'));
    const position = (settings: StreamSettings): unknown => {
      const session = open(settings, state);
      const entries = readSnapshot(session.save()).entries;
      session.close();
      return [entries.get('inputs'), entries.get('inputTimes')];
    };
    const [inputs, times] = position(named('valve', 'window', 'sun')) as readonly [Float64Array, Float64Array];
    expect(position(named('sun', 'window', 'people', 'valve'))).toEqual([
      Float64Array.of(inputs[2] as number, inputs[1] as number, Number.NaN, inputs[0] as number),
      Float64Array.of(times[2] as number, times[1] as number, Number.NaN, times[0] as number),
    ]);
    expect(position(named())).toEqual([undefined, undefined]);
  });

  it('is refused where it is that of something else', () => {
    const learner = new StreamLearner(createPlainKernel(), settingsFor(everyMessage));
    expect(() => open(settingsFor(everyMessage), learner.snapshot())).toThrow(
      expect.objectContaining({ name: 'SnapshotError' }),
    );
  });
});
