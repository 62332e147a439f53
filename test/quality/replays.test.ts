import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Measurement } from './block.ts';
import type { CsvTable } from './csvSeries.ts';
import { madeTable } from './madeSeries.ts';
import { createReplays, type Replays } from './replays.ts';
import { measureSeries } from './seriesBlock.ts';
import { findEntries } from './seriesEntries.ts';
import { loadSettings } from './settings.ts';
import { readStateNumber, writeStateNumbers } from './stateNumbers.ts';

const ROWS = 600;
const SPLIT = 400;
const { columns, rows } = madeTable(ROWS);

let folder: string;
let replays: Replays;

function write(name: string, table: CsvTable): string {
  const file = join(folder, name);
  writeFileSync(file, [table.columns, ...table.rows].map((cells) => `${cells.join(',')}\n`).join(''));
  return file;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-quality-'));
  replays = createReplays({ jobs: 1, folder: join(folder, 'work'), keep: false });
  write('made.csv', { columns, rows });
  const lost = '{ file: lost.csv }';
  const wrong = '{ file: made.csv, value: valeu }';
  const made = '{ file: made.csv, horizons: [1, 3], skip: 150, day: 24, width: { 3: 2 }, set: [model.hidden=8] }';
  writeFileSync(join(folder, 'quality.yaml'), `series:\n  - ${made}\n  - ${lost}\n  - ${wrong}\n`);
  write('words.csv', { columns: ['time', 'value'], rows: [['2024-03-04', 'on']] });
});

afterAll(() => rmSync(folder, { recursive: true }));

const job = { value: 'value', time: 'time', horizons: [1], seed: 1, set: ['model.hidden=8'] };

describe('the series of a folder', () => {
  it('are replayed and scored, what cannot be is named', async () => {
    const { entries, skipped } = findEntries(folder, loadSettings(folder));
    expect(skipped).toEqual(['lost.csv: not in the folder', 'words.csv: no column of numbers']);
    const measurement: Measurement = {
      folder,
      entries,
      seeds: [1],
      homeSeeds: [],
      work: folder,
      replay: replays.run,
    };
    const { tables, bars, failed } = await measureSeries(measurement);
    expect(tables[0]?.rows.map(([name]) => name)).toEqual(['made@1', 'made@3', 'geometric mean']);
    expect(failed).toEqual(['made.csv: no column valeu; there are: time, value']);
    const ofThree = bars.filter(({ name }) => name.startsWith('made@3'));
    expect(ofThree.map(({ name }) => name)).toContain('made@3 width');
    const ratio = ofThree.find(({ name }) => name === 'made@3 MAE/best')!.value;
    // Much worse would mean rows that are shifted, much better a look ahead.
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
    expect(replays.total().count).toBe(1);
    expect(replays.total().cpuSeconds).toBeGreaterThan(0);
  });
});

describe('a replay', () => {
  it('is run once for all who ask for it, and leaves nothing behind', async () => {
    const file = join(folder, 'made.csv');
    const before = replays.total().count;
    const [first, second] = await Promise.all(
      ['a', 'b'].map((name) => replays.run({ ...job, file, name: `${name}.csv`, isShared: true })),
    );
    expect(second).toBe(first);
    expect(first).toMatchObject({ rows: ROWS });
    expect(replays.total().count).toBe(before + 1);
    expect(existsSync(join(folder, 'work', 'a.csv'))).toBe(false);
  });

  it('hands on what the program complains about', async () => {
    const failing = replays.run({ ...job, file: join(folder, 'made.csv'), value: 'valeu', name: 'c.csv' });
    await expect(failing).rejects.toThrow(/ended with \d+: .*did you mean "value"/s);
  });
});

describe('a state file', () => {
  it('tells how many readings were accepted, and goes on as an older network', async () => {
    const [before, after] = [rows.slice(0, SPLIT), rows.slice(SPLIT)];
    const [start, rest] = [write('start.csv', { columns, rows: before }), write('rest.csv', { columns, rows: after })];
    const state = join(folder, 'made.state');
    const { dropped } = await replays.run({ ...job, file: start, state, name: 'start-out.csv' });
    expect(readStateNumber(state, 'learner.row.readings')).toBe(SPLIT - dropped);
    const goOn = async (file: string): Promise<Float64Array> => {
      const { forecasts } = await replays.run({ ...job, file: rest, state: file, name: 'rest-out.csv' });
      return forecasts.get(1)!.mean;
    };
    const old = join(folder, 'old.state');
    copyFileSync(state, old);
    writeStateNumbers(old, '.network.updates', 1_250_000);
    const whole = await replays.run({ ...job, file: join(folder, 'made.csv'), name: 'whole.csv', isShared: true });
    const young = await goOn(state);
    expect(young).toEqual(whole.forecasts.get(1)!.mean.subarray(SPLIT));
    expect(await goOn(old)).not.toEqual(young);
    expect(() => readStateNumber(state, 'no.such')).toThrow(/no\.such/);
    expect(() => writeStateNumbers(state, '.nowhere', 1)).toThrow(/\.nowhere/);
  });
});
