import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Effort, NO_LEARNING } from '../../../src/domain/effort.ts';
import { EXPERT_NAMES } from '../../../src/domain/expertName.ts';
import type { Step } from '../../../src/domain/sample.ts';
import { CELL_KINDS, type StreamSettings } from '../../../src/domain/streamSettings.ts';
import { createKernel } from '../../../src/hosts/createKernel.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { planCarryOver } from '../../../src/learner/carryOver/plan.ts';
import { schemaOf } from '../../../src/learner/carryOver/schema.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { readSnapshot } from '../../../src/model/restoreSnapshot.ts';
import { learnerSettings, noisySine, toHorizons, toSteps } from '../../support/series.ts';

const NAMES = ['valve', 'outside', 'people'];

/** Any settings of a small stream. */
const anySettings: fc.Arbitrary<StreamSettings> = fc
  .record({
    horizons: fc.uniqueArray(fc.constantFrom(1, 2, 3, 12, 30), { minLength: 1, maxLength: 3 }),
    cell: fc.oneof({ weight: 4, arbitrary: fc.constant('lstm' as const) }, fc.constantFrom(...CELL_KINDS)),
    hidden: fc.constantFrom(2, 3, 5),
    bptt: fc.constantFrom({ every: 4, window: 16 }, { every: 2, window: 8 }),
    replayRows: fc.constantFrom(0, 20, 40),
    experts: fc.oneof(
      { weight: 2, arbitrary: fc.constant(['last_value', 'linear', 'lstm_residual', 'lstm_direct'] as const) },
      fc.uniqueArray(fc.constantFrom(...EXPERT_NAMES), { minLength: 1 }),
    ),
    inputs: fc.record({
      lags: fc.constantFrom(0, 3, 5),
      calendar: fc.boolean(),
      dayLag: fc.boolean(),
      weekLag: fc.boolean(),
      linear: fc.boolean(),
    }),
    names: fc.subarray(NAMES),
  })
  .map(({ horizons, names, replayRows, experts, ...model }) =>
    learnerSettings({
      horizons: toHorizons(...horizons),
      exogenous: names.length,
      inputNames: names,
      model: { ...model, experts: [...experts], replay: replayRows > 0 ? 2 : 0, replayRows },
    }),
  );

/** Steps with the inputs that the settings name. */
function stepsFor({ inputNames = [] }: StreamSettings, from: number, to: number): Step[] {
  return toSteps(noisySine(to, 3, { period: 24 }))
    .slice(from)
    .map((step, row) => ({
      ...step,
      inputs: inputNames.map((name) => (NAMES.indexOf(name) + 1) * Math.sin((from + row) / 5)),
    }));
}

function lived(settings: StreamSettings, rows: number, kernel = createPlainKernel()): StreamLearner {
  const learner = new StreamLearner(kernel, settings);
  for (const step of stepsFor(settings, 0, rows)) learner.step(step);
  return learner;
}

describe.each(['plain', 'auto'] as const)('a snapshot of other settings, kernel %s', (name) => {
  const kernelFor = ({ model: { cell } }: StreamSettings): Kernel => createKernel({ cell, kernel: name });

  it('is gone on from: what is said to be kept is kept, and after a growth the first forecast is as before', () => {
    fc.assert(
      fc.property(anySettings, anySettings, fc.integer({ min: 1, max: 300 }), (before, after, rows) => {
        const old = lived(before, rows, kernelFor(before));
        const learner = new StreamLearner(kernelFor(after), after, old.snapshot());
        const plan = planCarryOver(schemaOf(before), schemaOf(after), () => false);
        const same = old.schema === learner.schema;
        if (!same) expect(learner.carried).toMatchObject({ state: plan.state, changes: plan.changes, anew: plan.anew });
        const [step] = stepsFor(after, rows, rows + 1) as [Step];
        const [formerStep] = stepsFor(before, rows, rows + 1) as [Step];
        const [was, is] = [old.step(formerStep).toForecast(), learner.step(step).toForecast()];
        expect(is.samples).toBe(was.samples);
        const hasNewExpert = after.model.experts.some((name) => !before.model.experts.includes(name));
        if ((plan.state === 'kept' || plan.state === 'grown') && !hasNewExpert) {
          for (const {
            horizon: { steps },
            mean,
            lower,
          } of is.horizons) {
            const known = was.horizons.find(({ horizon }) => horizon.steps === steps);
            if (known === undefined) continue;
            expect(Math.abs(mean - known.mean), `${steps} ${plan.changes}`).toBeLessThan(1e-5);
            if (known.lower !== null) expect(Math.abs((lower as number) - known.lower)).toBeLessThan(1e-5);
          }
        }
        for (const each of stepsFor(after, rows + 1, rows + 60)) {
          const { horizons } = learner.step(each).toForecast();
          for (const { mean } of horizons) expect(mean).toBeLessThan(1000);
        }
        expect(() => new StreamLearner(kernelFor(after), after, learner.snapshot())).not.toThrow();
      }),
      {
        numRuns: Number(process.env['TIDEGATE_RUNS'] ?? 12),
        ...(process.env['TIDEGATE_SEED'] ? { seed: Number(process.env['TIDEGATE_SEED']) } : {}),
      },
    );
  });
});

/** A stream that has lived under the one, and lives on under the other. */
const CHANGES: readonly [string, StreamSettings, StreamSettings][] = (
  [
    ['fewer units', { hidden: 4 }, [1], { hidden: 3 }, [1]],
    ['a horizon more', { hidden: 3 }, [1], { hidden: 3 }, [1, 12]],
    ['a horizon and units more', { hidden: 3 }, [2], { hidden: 4 }, [2, 12]],
  ] as const
).map(([name, before, horizonsBefore, after, horizonsAfter]) => [
  name,
  learnerSettings({ horizons: toHorizons(...horizonsBefore), model: { replayRows: 40, ...before } }),
  learnerSettings({ horizons: toHorizons(...horizonsAfter), model: { replayRows: 40, ...after } }),
]);

describe.each(CHANGES)('%s', (_, before, after) => {
  const former = lived(before, 150).snapshot();
  const learnerOf = (snapshot: Uint8Array): StreamLearner => new StreamLearner(createPlainKernel(), after, snapshot);
  const live = (learner: StreamLearner, from: number, to: number, effort?: Effort): StreamLearner => {
    for (const step of stepsFor(after, from, to)) learner.step({ ...step, ...(effort !== undefined && { effort }) });
    return learner;
  };

  it('leads to the same numbers each time, whatever came before: a crash before the next snapshot loses nothing', () => {
    const [killed, next] = [160, 190].map((until) => live(learnerOf(former), 150, until)) as [
      StreamLearner,
      StreamLearner,
    ];
    expect(live(killed, 160, 190).snapshot()).toEqual(next.snapshot());
  });

  it('leads to the same numbers after a snapshot at any moment', () => {
    const next = live(learnerOf(former), 150, 170).snapshot();
    for (const row of [150, 151, 152, 160]) {
      const stopped = live(learnerOf(former), 150, row).snapshot();
      expect(live(learnerOf(stopped), row, 170).snapshot(), `row ${row}`).toEqual(next);
    }
  });

  it('leads to the same numbers where nothing was learned before the snapshot, for the load was high', () => {
    const next = live(live(learnerOf(former), 150, 155, NO_LEARNING), 155, 170).snapshot();
    const stopped = live(learnerOf(former), 150, 153, NO_LEARNING).snapshot();
    expect(live(live(learnerOf(stopped), 153, 155, NO_LEARNING), 155, 170).snapshot()).toEqual(next);
  });
});

it('learns the rows kept of the stream for each horizon that is new, also of two changes before the first reading', () => {
  const settings = (...horizons: number[]): StreamSettings =>
    learnerSettings({ horizons: toHorizons(...horizons), model: { hidden: 3, replayRows: 40 } });
  const former = lived(settings(1), 150).snapshot();
  const grown = (...all: readonly (readonly number[])[]): Uint8Array => {
    const state = all.reduce(
      (snapshot, horizons) => new StreamLearner(createPlainKernel(), settings(...horizons), snapshot).snapshot(),
      former,
    );
    const learner = new StreamLearner(createPlainKernel(), settings(...(all.at(-1) as number[])), state);
    for (const step of stepsFor(settings(1), 150, 151)) learner.step(step);
    return learner.snapshot();
  };
  const headOf = (state: Uint8Array, k: number): number => {
    const { schema, entries } = readSnapshot(state);
    const { horizons } = JSON.parse(schema) as { horizons: readonly number[] };
    const weights = entries.get('panel.lstm_direct.network.weights') as Float32Array;
    // Of each head row there is one bias, at the end.
    return weights[weights.length - horizons.length + k] as number;
  };
  for (const k of [1, 2]) expect(Math.abs(headOf(grown([1, 12], [1, 5, 12]), k))).toBeGreaterThan(1e-3);
  expect(Math.abs(headOf(grown([1, 5], [1]), 0))).toBeGreaterThan(0);
  expect(readSnapshot(grown([1, 5])).entries.has('untaught')).toBe(false);
});
