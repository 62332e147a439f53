import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { toStreamId } from '../../../src/domain/streamId.ts';
import type { Horizon } from '../../../src/domain/streamSettings.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { ANY_READING } from '../../../src/domain/validReadings.ts';
import { openCsv } from '../../../src/tools/replay/csvWriter.ts';
import { SeriesFile } from '../../../src/tools/replay/seriesFile.ts';
import { utc } from '../../pipeline/samples.ts';
import { collect } from './collect.ts';

const H1: Horizon = { label: '1', steps: 1 };
const H5: Horizon = { label: '15m', steps: 5 };

const ONE = { horizons: [H1], valid: ANY_READING };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-out-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function forecastWith(more: Partial<Forecast>): Forecast {
  return {
    stream: toStreamId('replay', undefined),
    at: toEpochMs(0),
    value: 1,
    expected: null,
    horizons: [],
    anomalyScore: null,
    anomaly: false,
    state: 'active',
    source: 'last_value',
    skill: null,
    coverage: null,
    samples: 1,
    resolution: 0,
    cadence: null,
    ...more,
  };
}

type Row = readonly [time: string, value: string, forecast?: Forecast];

async function write(rows: readonly Row[], horizons: readonly Horizon[] = [H1]): Promise<string> {
  const file = join(folder, 'out.csv');
  const writer = await openCsv(file, { horizons, valid: ANY_READING });
  for (const [place, [time, value, forecast]] of rows.entries()) await writer.write(place, time, value, forecast);
  await writer.close();
  return file;
}

async function textOf(rows: readonly Row[], horizons?: readonly Horizon[]): Promise<string> {
  return readFileSync(await write(rows, horizons), 'utf8');
}

test('heads the columns of every horizon with its label', async () => {
  expect(await textOf([], [H1, H5])).toBe(
    'time,value,pred_1,lo_1,hi_1,pred_15m,lo_15m,hi_15m,anomaly_score,anomaly,source,skill\n',
  );
});

test('writes a forecast with every figure in its column', async () => {
  const forecast = forecastWith({
    horizons: [
      { horizon: H1, mean: 1 / 3, lower: -0.05, upper: 2 },
      { horizon: H5, mean: 4, lower: 3, upper: 5 },
    ],
    resolution: 0.1,
    anomalyScore: 1.25,
    anomaly: true,
    source: 'lstm_direct',
    skill: -0.5,
  });
  const [, row] = (await textOf([['t', '7', forecast]], [H1, H5])).split('\n');
  expect(row).toBe('t,7,0.33,-0.05,2,4,3,5,1.25,true,lstm_direct,-0.5');
});

test('leaves cells empty where nothing is known', async () => {
  const early = forecastWith({ horizons: [{ horizon: H1, mean: 0, lower: null, upper: null }] });
  const rows: Row[] = [
    ['a', ''],
    ['b', '1', forecastWith({})],
    ['c', '0', early],
  ];
  expect((await textOf(rows)).split('\n').slice(1)).toEqual([
    'a,,,,,,,,',
    'b,1,,,,,false,last_value,',
    'c,0,0,,,,false,last_value,',
    '',
  ]);
});

test('time and value come back from the reader as they were read', async () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('', ' 1,5 ', '"', 'a"b', 'x\ny', 'x\r\ny', '-', '1e400', '温度'));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), async (rows) => {
      const file = await write(rows);
      const back = await collect((await SeriesFile.open(file, { time: undefined, value: 'value' }, utc)).rows());
      expect(back.map(({ time, value }) => [time, value])).toEqual(rows);
    }),
    { numRuns: 50 },
  );
});

test('quotes what a reader would take for the end of a cell or row', async () => {
  const [, row] = (await textOf([['a\rb', '1,"5"']])).split('\n');
  expect(row).toBe('"a\rb","1,""5""",,,,,,,');
});

test('takes more rows than its buffer holds', async () => {
  const rows = Array.from({ length: 5000 }, (_, i): Row => [`t${i}`, `${i}`, forecastWith({})]);
  const lines = (await textOf(rows)).split('\n');
  expect(lines).toHaveLength(5002);
  expect(lines[5000]).toBe('t4999,4999,,,,,false,last_value,');
});

test('writes rows in the order of their places, whatever order they come in, and those that wait at the end', async () => {
  const file = join(folder, 'places.csv');
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...Array(20).keys()], { minLength: 1 }), async (places) => {
      const writer = await openCsv(file, ONE);
      for (const place of places) await writer.write(place, `t${place}`, `${place}`, undefined);
      await writer.close();
      const written = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
      const inOrder = [...places].sort((a, b) => a - b);
      expect(written.map((line) => Number(line.split(',')[1]))).toEqual(inOrder);
    }),
    { numRuns: 30 },
  );
});

describe('where nothing can be written', () => {
  test('says so at once for a folder that does not exist', async () => {
    const file = join(folder, 'none', 'out.csv');
    const expected = { code: 'TG_OUTPUT_FAILED', message: `${file}: cannot be written (ENOENT)` };
    await expect(openCsv(file, ONE)).rejects.toMatchObject(expected);
  });

  test('says so at once for a folder', async () => {
    const expected = { code: 'TG_OUTPUT_FAILED', message: expect.stringMatching(/EISDIR/) };
    await expect(openCsv(folder, ONE)).rejects.toMatchObject(expected);
  });

  test('says so at the end for a few rows on a full disk', async () => {
    const writer = await openCsv('/dev/full', ONE);
    await writer.write(0, 'a', '1', undefined);
    await expect(writer.close()).rejects.toMatchObject({
      code: 'TG_OUTPUT_FAILED',
      message: expect.stringMatching(/full.*ENOSPC/),
    });
  });

  test('says so while writing many rows to a full disk, and again at the end', async () => {
    const writer = await openCsv('/dev/full', ONE);
    const writeMany = async (): Promise<void> => {
      for (let row = 0; row < 100_000; row++) await writer.write(row, `${row}`, '1', undefined);
    };
    const expected = { code: 'TG_OUTPUT_FAILED', message: expect.stringMatching(/ENOSPC/) };
    await expect(writeMany()).rejects.toMatchObject(expected);
    await expect(writer.write(200_000, 'later', '1', undefined)).rejects.toMatchObject(expected);
    await expect(writer.close()).rejects.toMatchObject(expected);
  });
});

test('leaves cells empty for numbers that are none', async () => {
  const broken = forecastWith({
    horizons: [{ horizon: H1, mean: Number.NaN, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY }],
  });
  expect((await textOf([['1', '2', broken]])).split('\n')[1]).toBe('1,2,,,,,false,last_value,');
});

test.each(['a,b', 'say "hi"', 'two\nlines', 'cr\r', '\rcr', ' spaces '])('keeps %j as it was read', async (cell) => {
  const [row] = await collect(
    (await SeriesFile.open(await write([[cell, cell]]), { time: 'time', value: 'value' }, utc)).rows(),
  );
  expect(row).toMatchObject({ time: cell, value: cell });
});
