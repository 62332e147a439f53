import { describe, expect, it } from 'vitest';
import type { MemoryRequest, Probe } from '../../../src/domain/memoryProbe.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { ClassifySettings } from '../../../src/domain/streamSettings.ts';
import { encodeStreamState } from '../../../src/hosts/stream/streamState.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { readSnapshot } from '../../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../../src/model/saveSnapshot.ts';
import { SnapshotError } from '../../../src/model/snapshotFormat.ts';
import type { StateArray, StateIo } from '../../../src/model/stateIo.ts';
import { probeToJson, probeToText } from '../../../src/tools/probe/formatProbe.ts';
import { probeStream } from '../../../src/tools/probe/probeStream.ts';
import { classLearner, fastKernel, teach } from '../../learner/classify/classifying.ts';
import { cueSeries } from '../../support/cueSeries.ts';
import { noisySine, toHorizons, toSteps } from '../../support/series.ts';
import { makeSettings } from '../../support/settings.ts';

const STREAM = 's/a' as StreamId;
const rows = cueSeries(700);
/** Those of them that are still kept: labels may come an hour late, and whole blocks go. */
const KEPT = 508;

function stateOf(learner: StreamLearner): Uint8Array {
  return encodeStreamState({ cursor: null, learner: learner.snapshot() });
}

function taught(count: number, until?: number, change: Partial<ClassifySettings> = {}): Uint8Array {
  const learner = classLearner(change);
  teach(learner, rows.slice(0, count), until === undefined ? {} : { until });
  return stateOf(learner);
}

function sharesOf(state: Uint8Array, request: MemoryRequest): Probe {
  return probeStream(state, STREAM, request).shares;
}

const sumOf = (parts: readonly { readonly share: number }[]): number =>
  parts.reduce((sum, { share }) => sum + share, 0);

function expectWhole({ baseline, replayed, older, rows: byLag, inputs }: Probe): void {
  const change = replayed - baseline;
  expect(Math.abs(sumOf(byLag) + older - change)).toBeLessThan(1e-9 * Math.max(1, Math.abs(change)));
  expect(Math.abs(sumOf(inputs) + older - change)).toBeLessThan(1e-9 * Math.max(1, Math.abs(change)));
}

describe('a stream with classes', () => {
  const state = taught(700);

  it.each([1, 20, 192, 4608])('has shares that sum up, over %i rows', (wanted) => {
    const probe = sharesOf(state, { rows: wanted });
    expectWhole(probe);
    expect(probe.rows.length).toBeGreaterThanOrEqual(Math.min(wanted, KEPT));
    expect(probe.rows.length).toBeLessThan(Math.min(wanted + 16, KEPT + 1));
    expect(probe.rows.map(({ lag }) => lag)).toEqual(probe.rows.map((_, lag) => lag));
    expect(probe.rows.map(({ at }) => at)).toEqual(probe.rows.map(({ lag }) => rows[699 - lag]?.step.at as number));
    expect(probe.inputs).toHaveLength(7);
  });

  it('explains the class that it publishes, and is near what the memory as it is says', () => {
    const learner = classLearner();
    const label = teach(learner, rows).at(-1)?.classAnswer?.label;
    const { answer, replayed, carried, at } = sharesOf(stateOf(learner), { rows: 192 });
    expect(answer).toMatchObject({ kind: 'class', label, isPublished: true });
    expect(at).toBe(rows[699]?.step.at);
    // Half precision, and states that came about with earlier weights.
    expect(Math.abs(replayed - carried)).toBeLessThan(0.05 * Math.max(1, Math.abs(carried)));
  });

  it('explains the likeliest class before one is published', () => {
    expect(sharesOf(taught(40, 0), { rows: 192 }).answer).toMatchObject({ isPublished: false });
  });

  it('explains a forecast where that is asked for, and refuses it without a network', () => {
    expect(() => probeStream(state, STREAM, { rows: 192, horizon: 1 })).toThrow(
      expect.objectContaining({ code: 'TG_USAGE', exit: 64 }),
    );
  });

  it.each([
    ['no reading', taught(0)],
    ['fewer than two classes', taught(40, 0, { classes: 'open' })],
  ])('is refused with %s', (_name, empty) => {
    expect(() => probeStream(empty, STREAM, { rows: 192 })).toThrow(expect.objectContaining({ code: 'TG_USAGE' }));
  });

  it('fits a terminal of 100 columns', () => {
    const text = probeToText(probeStream(state, STREAM, { rows: 4608 }), { width: 100 });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('a stream without classes', () => {
  const settings = makeSettings({
    horizons: toHorizons(1, 3),
    model: { hidden: 4, experts: ['last_value', 'linear', 'lstm_direct', 'lstm_residual'] },
  });
  const steps = toSteps(noisySine(300));
  const learner = new StreamLearner(fastKernel, settings);
  for (const step of steps) {
    learner.step(step);
    learner.learn();
  }
  const state = stateOf(learner);

  it.each([
    ['lstm_residual', 1],
    ['lstm_residual', 3],
    ['lstm_direct', 1],
    ['lstm_direct', 3],
  ] as const)('explains the forecast of %s for %i steps', (network, horizon) => {
    const probe = sharesOf(state, { network, horizon });
    expectWhole(probe);
    expect(probe.answer).toEqual({ kind: 'forecast', network, horizon });
    expect(probe.at).toBe(steps[299]?.at);
    expect(probe.rows).toHaveLength(settings.model.bptt.window);
    expect(Math.abs(probe.replayed - probe.carried)).toBeLessThan(0.01);
  });

  it('explains its first network and its smallest horizon by itself', () => {
    const { answer } = sharesOf(state, {});
    expect(answer).toEqual({ kind: 'forecast', network: 'lstm_residual', horizon: 1 });
  });

  it.each<[string, Parameters<typeof makeSettings>[0], object, RegExp]>([
    ['no network', { model: { experts: ['last_value'] } }, {}, /neither classes nor a network/],
    ['no such network', { model: { experts: ['lstm_direct'] } }, { network: 'lstm_residual' }, /only lstm_direct/],
    ['no classes', {}, { network: 'classes' }, /only lstm_residual, lstm_direct/],
    ['no such horizon', { horizons: toHorizons(2, 5) }, { horizon: 3 }, /only 2, 5/],
  ])('is refused: %s', (_name, change, options, message) => {
    const other = new StreamLearner(fastKernel, makeSettings(change));
    for (const step of steps.slice(0, 5)) other.step(step);
    expect(() => probeStream(stateOf(other), STREAM, { rows: 192, ...options })).toThrow(
      expect.objectContaining({ code: 'TG_USAGE', message: expect.stringMatching(message) }),
    );
  });
});

it.each(['rnn', 'gru', 'lstm_peephole', 'lstm_coupled'] as const)(
  'the cell %s is told of with its own gates, and shares that sum up',
  (cell) => {
    const settings = makeSettings({ model: { cell, hidden: 4, experts: ['lstm_direct'] } });
    const learner = new StreamLearner(createPlainKernel(), settings);
    for (const step of toSteps(noisySine(150))) learner.step(step);
    const memory = probeStream(stateOf(learner), STREAM, {});
    const text = probeToText(memory, { width: 100 });
    expect(text).toContain('The shares sum to the change from the first to the second');
    expect(text).toMatch(cell === 'rnn' ? /no gate that forgets/ : /Half of the units forget half within/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    const json = JSON.parse(probeToJson(memory));
    expect(json).toMatchObject({
      stream: STREAM,
      answer: { kind: 'forecast' },
      memory: { network: 'lstm_direct', cell },
    });
    expect(json.memory.units).toHaveLength(4);
    expect(sumOf(json.rows) + json.older).toBeCloseTo(json.change, 9);
  },
);

describe('a state of another making, with a checksum that fits', () => {
  const learner = classLearner({}, undefined);
  teach(learner, rows.slice(0, 300));
  const withClasses = learner.snapshot();
  const forecaster = new StreamLearner(fastKernel, makeSettings({ model: { hidden: 4, experts: ['lstm_direct'] } }));
  for (const step of toSteps(noisySine(60))) forecaster.step(step);
  const withNetwork = forecaster.snapshot();
  const NET = 'classes.judge.experts.net';

  it.each<[string, Uint8Array, (array: StateArray) => StateArray]>([
    [`${NET}.weights`, withClasses, (array) => array.slice(1)],
    [`${NET}.h`, withClasses, (array) => array.slice(1)],
    ['classes.names', withClasses, (array) => array.fill(0)],
    ['classes.blocks.recentCount', withClasses, () => Float64Array.of(1e9)],
    ['classes.blocks.recent1.rows', withClasses, () => Float64Array.of(500)],
    ['classes.blocks.recent0.rows', withClasses, () => Float64Array.of(7)],
    ['classes.rows.answers1.published', withClasses, (array) => array.fill(200)],
    ['panel.memory.next', withNetwork, () => Float64Array.of(-1)],
    ['panel.memory.count', withNetwork, () => Float64Array.of(1e9)],
    ['panel.memory.rows', withNetwork, (array) => array.slice(1)],
    ['panel.memory.rows', withNetwork, (array) => Float64Array.from(array)],
    ['panel.lstm_direct.network.rowCount', withNetwork, () => Float64Array.of(2.5)],
    ['panel.lstm_direct.network.rowCount', withNetwork, () => Float64Array.of(1e6)],
    ['panel.lstm_direct.network.h', withNetwork, (array) => array.slice(0, 3)],
    ['panel.lstm_direct.network.c', withNetwork, (array) => Float64Array.from(array)],
    ['panel.lstm_direct.pending0', withNetwork, (array) => array.slice(0, 1)],
    ['panel.lstm_direct.rows', withNetwork, () => Float64Array.of(Number.NaN)],
  ])('is told from a whole one by %s', (name, snapshot, change) => {
    const { schema, entries } = readSnapshot(snapshot);
    const array = entries.get(name);
    if (array === undefined) throw new Error(`there is no ${name}`);
    entries.set(name, change(array));
    const exchange = (io: StateIo): void => entries.forEach((each, key) => void io.array(key, each));
    const state = encodeStreamState({ cursor: null, learner: saveSnapshot({ exchange }, schema) });
    expect(() => probeStream(state, STREAM, { rows: 4608 })).toThrow(SnapshotError);
  });
});
