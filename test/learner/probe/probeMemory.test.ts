import { describe, expect, it } from 'vitest';
import { NO_LEARNING } from '../../../src/domain/effort.ts';
import type { MemoryProbe, MemoryRequest, NoMemory, Probe, StateName } from '../../../src/domain/memoryProbe.ts';
import { CELL_KINDS } from '../../../src/domain/streamSettings.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { probeSnapshot } from '../../../src/learner/probe/probeMemory.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { idOf } from '../../pipeline/samples.ts';
import { cueSeries } from '../../support/cueSeries.ts';
import { MINUTE, makeSeries, noisySine, normal, toHorizons, toSteps } from '../../support/series.ts';
import { makeSettings, type SettingsOverrides } from '../../support/settings.ts';
import { classLearner, fastKernel, teach } from '../classify/classifying.ts';

const STREAM = idOf('s/a');
const look = (learner: StreamLearner, request: MemoryRequest = {}): MemoryProbe | NoMemory =>
  probeSnapshot(learner.snapshot(), STREAM, request);

function see(learner: StreamLearner, request: MemoryRequest = {}): MemoryProbe {
  const probe = look(learner, request);
  if (typeof probe === 'string') throw new Error(probe);
  return probe;
}

function live(values: readonly number[], change: SettingsOverrides = {}, onRow?: (learner: StreamLearner) => void) {
  const kernel = change.model?.cell === undefined ? fastKernel : createPlainKernel();
  const learner = new StreamLearner(kernel, makeSettings(change));
  for (const step of toSteps(values)) {
    learner.step(step);
    learner.learn();
    onRow?.(learner);
  }
  return learner;
}

const stateIn = ({ states }: MemoryProbe, name: StateName): Float32Array => {
  const found = states.find((state) => state.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.values;
};

/** A fridge: on for a third of its cycle, with noise. */
const fridge = (rows: number): number[] =>
  makeSeries(rows, 3, (t, random) => (t % 10 < 3 ? 90 + 3 * normal(random) : 2 + 0.2 * normal(random)));

function expectSums({ baseline, replayed, older, rows, inputs }: Probe): void {
  const change = replayed - baseline;
  const sum = (parts: readonly { readonly share: number }[]): number =>
    parts.reduce((all, part) => all + part.share, older);
  expect(Math.abs(sum(rows) - change)).toBeLessThan(1e-9 * Math.max(1, Math.abs(change)));
  expect(Math.abs(sum(inputs) - change)).toBeLessThan(1e-9 * Math.max(1, Math.abs(change)));
}

describe('the gates of the last 120 rows', () => {
  // While nothing is learned: what the weights have learned since makes rows of before differ, and they are run with those of now on purpose.
  it.each(['lstm_direct', 'lstm_residual'] as const)('of %s are within 0.02 of the true states', (network) => {
    const hidden: number[][] = [];
    const cells: number[][] = [];
    const learner = new StreamLearner(
      fastKernel,
      makeSettings({ model: { experts: ['last_value', 'linear', network] } }),
    );
    toSteps(fridge(1500)).forEach((step, row) => {
      learner.step(row < 900 ? step : { ...step, effort: NO_LEARNING });
      learner.learn();
      const memory = learner.inspect().memories.find((state) => state.network === network);
      hidden.push([...(memory?.hidden ?? [])]);
      cells.push([...(memory?.cell ?? [])]);
    });
    const probe = see(learner, { network });
    const H = probe.units;
    expect([H, probe.times.length]).toEqual([32, 120]);
    const worst = (name: 'h' | 'c', truth: number[][]): number =>
      truth.slice(-120).reduce((most, row, t) => {
        const apart = row.map((value, u) => Math.abs(value - (stateIn(probe, name)[t * H + u] as number)));
        return Math.max(most, ...apart);
      }, 0);
    expect(worst('h', hidden)).toBeLessThan(0.02);
    expect(worst('c', cells)).toBeLessThan(0.01 * Math.max(...cells.slice(-120).flat().map(Math.abs)));
    if (probe.shares !== undefined) expectSums(probe.shares);
  });

  it('stand beside the times and the readings of their rows', () => {
    const values = noisySine(300);
    const probe = see(live(values, { model: { hidden: 4 } }));
    expect(probe.readings).toEqual(values.slice(-120));
    expect(probe.times).toEqual(
      toSteps(values)
        .slice(-120)
        .map(({ at }) => at),
    );
    expect(probe.interval).toBeCloseTo(15 * MINUTE, 3);
    expect(probe).toMatchObject({ stream: STREAM, cell: 'lstm', horizon: 1, horizons: [1], at: probe.times.at(-1) });
  });

  it.each([1, 2, 5, 31, 33, 119, 121])('are those of all rows where there are %i', (rows) => {
    const probe = see(live(noisySine(rows), { model: { hidden: 4 } }));
    expect(probe.times).toHaveLength(Math.min(120, rows));
    for (const { values } of probe.states) expect(values).toHaveLength(Math.min(120, rows) * 4);
    expect(probe.reach.length).toBe(rows === 1 ? 0 : Math.min(64, rows - 1) + 1);
    if (rows > 1) expect(probe.reach[0]).toBe(1);
  });

  it('are those of the window of learning where nothing is kept to learn again', () => {
    const probe = see(live(noisySine(200), { model: { hidden: 4, replay: 0 } }));
    expect(probe.times).toHaveLength(makeSettings().model.bptt.window);
  });

  it('begin anew with the memory', () => {
    const learner = new StreamLearner(
      fastKernel,
      makeSettings({ model: { hidden: 4 }, resetAfter: (60 * MINUTE) as never }),
    );
    const steps = toSteps(noisySine(80));
    steps.forEach((step, row) => {
      learner.step({ ...step, at: (step.at + (row < 70 ? 0 : 300 * MINUTE)) as typeof step.at });
      learner.learn();
    });
    const probe = see(learner);
    const first = 80 - 10;
    const [f, i, g, c] = (['f', 'i', 'g', 'c'] as const).map((name) =>
      stateIn(probe, name).slice(first * 4, first * 4 + 4),
    );
    c?.forEach((value, u) => void expect(value).toBeCloseTo((i?.[u] as number) * (g?.[u] as number), 5));
    expect(f?.every((value) => value > 0 && value < 1)).toBe(true);
  });
});

describe.each(CELL_KINDS)('the cell %s', (cell) => {
  const probe = see(live(noisySine(250), { model: { cell, hidden: 5, experts: ['last_value', 'lstm_direct'] } }));

  it('shows its own gates, and half-lives where it has a gate that forgets', () => {
    const gates = { lstm: 'ifgoch', lstm_peephole: 'ifgoch', lstm_coupled: 'ifgoch', gru: 'rznh', rnn: 'h' };
    expect(probe.states.map(({ name }) => name).join('')).toBe(gates[cell]);
    expect(probe.halfLives).toHaveLength(cell === 'rnn' ? 0 : 5);
    expect(probe.halfLives.every((life) => life > 0 && Number.isFinite(life))).toBe(true);
    expect(probe.importance.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 4);
    if (cell !== 'rnn') {
      expect(probe.halfLife).toBeGreaterThanOrEqual(0.999 * Math.min(...probe.halfLives));
      expect(probe.halfLife).toBeLessThanOrEqual(1.001 * Math.max(...probe.halfLives));
    }
  });

  it('has shares that sum to the change', () => {
    expectSums(probe.shares);
  });
});

describe('the network of the classes', () => {
  const rows = cueSeries(400);
  const learner = classLearner();
  teach(learner, rows);
  const probe = see(learner);

  it('is shown with the class that its answer is about', () => {
    expect(probe).toMatchObject({ network: 'classes', networks: ['classes'], horizon: undefined });
    expect(probe.times).toEqual(rows.slice(-120).map(({ step }) => step.at));
    expect(probe.readings).toEqual(rows.slice(-120).map(({ step }) => step.value));
    expect(probe.shares?.answer.kind).toBe('class');
    expectSums(probe.shares as Probe);
  });

  it('is not what a horizon asks for', () => {
    expect(look(learner, { horizon: 1 })).toBe('no-network');
    expect(look(learner, { network: 'classes', horizon: 1 })).not.toBe('no-network');
  });
});

it.each<[NoMemory, SettingsOverrides, MemoryRequest, number]>([
  ['no-network', { model: { experts: ['last_value', 'linear'] } }, {}, 5],
  ['no-such-network', { model: { experts: ['last_value', 'lstm_direct'] } }, { network: 'lstm_residual' }, 5],
  ['no-such-network', {}, { network: 'classes' }, 5],
  ['no-horizon', { horizons: toHorizons(2, 4) }, { horizon: 3 }, 5],
  ['no-rows', {}, {}, 0],
])('the answer is %s, and no error', (reason, settings, request, rows) => {
  expect(look(live(noisySine(rows), settings), request)).toBe(reason);
});

it('a look changes nothing', () => {
  const seen = live(noisySine(200), { model: { hidden: 4 } }, (learner) => void look(learner));
  expect(seen.snapshot()).toEqual(live(noisySine(200), { model: { hidden: 4 } }).snapshot());
});
