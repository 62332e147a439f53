import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/adapters/replay/csvReader.ts';
import { openCsv } from '../../../src/adapters/replay/csvWriter.ts';
import type { Forecast } from '../../../src/domain/forecast.ts';
import type { Horizon } from '../../../src/domain/streamSettings.ts';
import { forecastOf } from '../../pipeline/samples.ts';
import { useFolder } from './folder.ts';

const folder = useFolder();
const ONE: Horizon = { label: '1', steps: 1 };
const FIVE: Horizon = { label: '5m', steps: 5 };

async function textOf(
  horizons: readonly Horizon[],
  rows: readonly (readonly [string, string, Forecast | undefined])[],
): Promise<string> {
  const writer = await openCsv(folder.path('out.csv'), horizons);
  for (const row of rows) await writer.write(...row);
  await writer.close();
  return folder.read('out.csv');
}

const FULL = forecastOf('s', 0, {
  horizons: [
    { horizon: ONE, mean: 1 / 3, lower: -1 / 3, upper: 2 / 3 },
    { horizon: FIVE, mean: 1e21, lower: null, upper: null },
  ],
  anomalyScore: 1.25,
  anomaly: true,
  source: 'lstm_direct',
  skill: 0.125,
});

describe('openCsv', () => {
  it('writes a header with three columns per horizon, and rows in that order', async () => {
    const text = await textOf([ONE, FIVE], [['2026-01-01', '20.50', FULL]]);
    expect(text).toBe(
      'time,value,pred_1,lo_1,hi_1,pred_5m,lo_5m,hi_5m,anomaly_score,anomaly,source,skill\n' +
        '2026-01-01,20.50,0.333333333,-0.333333333,0.666666667,1e+21,,,1.25,true,lstm_direct,0.125\n',
    );
  });

  it('leaves empty what is not known', async () => {
    const warmingUp = forecastOf('s', 0, { horizons: [] });
    const broken = forecastOf('s', 0, {
      horizons: [{ horizon: ONE, mean: Number.NaN, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY }],
    });
    const text = await textOf(
      [ONE],
      [
        ['1', '', undefined],
        ['2', '5', warmingUp],
        ['3', '6', broken],
      ],
    );
    expect(text.split('\n').slice(1)).toEqual([
      '1,,,,,,,,',
      '2,5,,,,,false,last_value,',
      '3,6,,,,,false,last_value,',
      '',
    ]);
  });

  it('quotes times and values such that they are read back as they were', async () => {
    const cells = ['plain', 'a,b', 'say "hi"', 'two\nlines', 'cr\r', ' spaces ', ''];
    const writer = await openCsv(folder.path('quoted.csv'), [ONE]);
    for (const cell of cells) await writer.write(cell, cell, undefined);
    await writer.close();
    const back: string[] = [];
    for await (const row of readCsv(folder.path('quoted.csv'), { time: 'time', value: 'value' })) {
      expect(row.time).toBe(row.value);
      back.push(row.value);
    }
    expect(back).toEqual(cells);
  });

  it('has everything in the file when it is closed, also of a long file', async () => {
    const writer = await openCsv(folder.path('long.csv'), [ONE]);
    for (let i = 0; i < 20_000; i++) await writer.write(String(i), '1', undefined);
    await writer.close();
    const lines = folder.read('long.csv').split('\n');
    expect(lines).toHaveLength(20_002);
    expect(lines[20_000]).toBe('19999,1,,,,,,,');
  });

  it('replaces an older result', async () => {
    folder.write('out.csv', 'x'.repeat(10_000));
    expect(await textOf([ONE], [])).toBe('time,value,pred_1,lo_1,hi_1,anomaly_score,anomaly,source,skill\n');
  });

  it('says why a file cannot be opened', async () => {
    const open = openCsv(folder.path('nowhere/out.csv'), [ONE]);
    await expect(open).rejects.toMatchObject({ code: 'TG_OUTPUT_FAILED', message: expect.stringContaining('ENOENT') });
  });

  it('says so where the disk is full, while writing or at the end', async () => {
    const many = await openCsv('/dev/full', [ONE]);
    const write = async (): Promise<void> => {
      for (let i = 0; i < 100_000; i++) await many.write(String(i), '1', undefined);
    };
    await expect(write()).rejects.toMatchObject({
      code: 'TG_OUTPUT_FAILED',
      message: expect.stringContaining('ENOSPC'),
    });
    await expect(many.close()).rejects.toMatchObject({ code: 'TG_OUTPUT_FAILED' });
    const few = await openCsv('/dev/full', [ONE]);
    await expect(few.close()).rejects.toMatchObject({ code: 'TG_OUTPUT_FAILED' });
  });
});
