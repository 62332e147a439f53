import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StepSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { ANY_READING, type ValidReadings } from '../../../src/domain/validReadings.ts';
import type { ReplayedHorizon } from '../../../src/tools/replay/replayReport.ts';
import { replaySeries } from '../../../src/tools/replay/replaySeries.ts';
import { everyMessage, settingsWith } from '../../pipeline/samples.ts';
import { noisySine, toHorizons } from '../../support/series.ts';
import { makeSettings } from '../../support/settings.ts';

const ROWS = 460;
/** From here on the world is another one. */
const N = 430;
const FIVE_MINUTES = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'tidegate-replay-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const line = (row: number, cell: string, late = 0): string =>
  `${new Date(Date.UTC(2024, 2, 4) + row * FIVE_MINUTES + late).toISOString()},${cell}`;
const LINES = noisySine(ROWS).map((value, row) => line(row, value.toFixed(3)));

let lastHorizons: readonly ReplayedHorizon[] = [];
let lastDropped: readonly (readonly [reason: string, rows: number])[] = [];

/** The lines of the output for a file of these lines. */
async function outputOf(
  lines: readonly string[],
  step: StepSettings,
  valid: ValidReadings = ANY_READING,
): Promise<string[]> {
  const [file, out] = [join(folder, 'in.csv'), join(folder, 'out.csv')];
  writeFileSync(file, `time,value\n${lines.join('\n')}\n`);
  const report = await replaySeries({
    file,
    valueColumn: 'value',
    inputColumns: [],
    timeColumn: 'time',
    zone: 'UTC',
    settings: {
      ...settingsWith(step),
      ...makeSettings({ horizons: toHorizons(1, 12), valid, model: { hidden: 8 } }),
    },
    out,
    state: undefined,
    stop: new AbortController().signal,
  });
  lastDropped = [...report.dropped];
  lastHorizons = report.horizons;
  return readFileSync(out, 'utf8').trimEnd().split('\n').slice(1);
}

describe.each([
  ['a step for every row', everyMessage],
  ['a grid', { every: toDurationMs(FIVE_MINUTES), gapAfter: toDurationMs(3 * FIVE_MINUTES) }],
])('looks at no later row, with %s', (_, step) => {
  it('says the same to the last digit about the rows before, whatever comes after them', async () => {
    const expected = await outputOf(LINES, step);
    expect(expected).toHaveLength(ROWS);
    expect(expected[N - 1]?.split(',').filter((cell) => cell === '')).toEqual([]);
    const others: readonly (readonly string[])[] = [
      LINES.slice(0, N),
      LINES.map((same, row) => (row < N ? same : line(row, '7'))),
      LINES.map((same, row) => (row < N ? same : line(row, '1e300'))),
      LINES.map((same, row) => (row < N ? same : line(row, ''))),
      LINES.map((same, row) => (row < N ? same : line(row, String(row), 40 * FIVE_MINUTES))),
    ];
    for (const lines of others) expect((await outputOf(lines, step)).slice(0, N)).toEqual(expected.slice(0, N));
  });
});

describe('a value that is no reading', () => {
  const faulty = (cell: string): string[] => LINES.map((same, row) => (row % 40 > 36 ? line(row, cell) : same));
  const faults = faulty('').length - faulty('').filter((each, row) => each === LINES[row]).length;

  it('changes no number: the series is learned as if the cell were empty', async () => {
    const missing = await outputOf(faulty(''), everyMessage);
    expect(lastDropped).toEqual([['missing', faults]]);
    for (const [cell, valid] of [
      ['85.0', { ...ANY_READING, not: [-127, 85] }],
      ['-127', { ...ANY_READING, min: -100 }],
      ['65535', { ...ANY_READING, max: 65_534 }],
    ] as const) {
      expect(await outputOf(faulty(cell), everyMessage, valid)).toEqual(
        missing.map((each, row) => (row % 40 > 36 ? each.replace(',,', `,${cell},`) : each)),
      );
      expect(lastDropped).toEqual([['not-valid', faults]]);
    }
  });
});

it('says the skill as it is published, beside the gain over the last value', async () => {
  const lines = await outputOf(LINES, everyMessage);
  const [near, far] = lastHorizons;
  expect(near?.skill).toBeCloseTo(Number(lines.at(-1)?.split(',').at(-1)), 8);
  expect(far?.skill).not.toBe(near?.skill);
  for (const { mae, maeLastValue, gainOverLastValue } of lastHorizons)
    expect(gainOverLastValue).toBeCloseTo(1 - (mae as number) / (maeLastValue as number), 12);
});

describe('with a column of classes', () => {
  const settings = {
    ...settingsWith(everyMessage),
    ...makeSettings({
      model: { hidden: 4 },
      classify: { classes: ['low', 'high'], delay: toDurationMs(7_200_000), longestLag: undefined, dwell: { rows: 1 } },
    }),
  };
  const run = async (labels: { column: string; delay: number } | undefined, out = join(folder, 'classes.csv')) => {
    const file = join(folder, 'labelled.csv');
    const rows = LINES.map(
      (text, row) => `${text},${Number(text.split(',')[1]) > 20 ? 'high' : 'low'}${row % 2 === 0 ? '' : ' '}`,
    );
    writeFileSync(file, `time,value,state\n${rows.join('\n')}\n`);
    const stop = new AbortController().signal;
    const options = {
      file,
      valueColumn: 'value',
      inputColumns: [],
      timeColumn: 'time',
      zone: 'UTC',
      settings,
      out,
      state: undefined,
      stop,
    };
    const report = await replaySeries({ ...options, labels });
    return { report, lines: readFileSync(out, 'utf8').trimEnd().split('\n') };
  };

  it('each class is told after its row, as late as asked, and the answers are scored and written', async () => {
    const { report, lines } = await run({ column: 'state', delay: 5 });
    expect(report.dropped.size).toBe(0);
    // The labels of the last rows come too late to be scored with an answer.
    expect(report.classes?.labels).toBeGreaterThan(ROWS - 20);
    expect(report.classes?.accuracy).toBeGreaterThan(0.8);
    expect(lines[0]?.endsWith(',skill,class,class_probability')).toBe(true);
    expect(lines[1]?.endsWith(',,')).toBe(true);
    expect(lines.at(-1)).toMatch(/,(low|high),0?\.\d+$|,(low|high),1$/);
  });

  it('the forecasts are those without classes', async () => {
    const cut = (lines: readonly string[]): string[] => lines.map((text) => text.split(',').slice(0, -2).join(','));
    const told = await run({ column: 'state', delay: 0 });
    const untold = await run(undefined);
    expect(cut(told.lines)).toEqual(cut(untold.lines));
    expect(untold.report.classes).toBe(null);
  });

  it('a column that there is not is named', async () => {
    await expect(run({ column: 'stat', delay: 0 })).rejects.toThrow('did you mean "state"');
  });
});

it('gives each row of a file in any order its place in the output, with the forecast that it has in the sorted file', async () => {
  const sorted = LINES.slice(0, 60);
  const expected = new Map((await outputOf(sorted, everyMessage)).map((row, i) => [sorted[i], row]));
  for (const stride of [59, 7, 23]) {
    const mixed = sorted.map((_, i) => sorted[(i * stride + 11) % sorted.length] as string);
    expect(await outputOf(mixed, everyMessage)).toEqual(mixed.map((row) => expected.get(row)));
  }
});
