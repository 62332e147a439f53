import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StepSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { ANY_READING, type ValidReadings } from '../../../src/domain/validReadings.ts';
import { type ReplayedHorizon, replaySeries } from '../../../src/tools/replay/replaySeries.ts';
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
