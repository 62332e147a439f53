import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSeries } from '../../../src/tools/replay/openSeries.ts';
import type { SeriesColumns } from '../../../src/tools/replay/seriesFile.ts';
import { timeFormatOf } from '../../../src/tools/replay/times/timePattern.ts';
import { collect } from './collect.ts';
import { useFolder } from './folder.ts';

const folder = useFolder();
const START = Date.UTC(2024, 2, 1);
const HOUR = 3_600_000;

async function open(content: string, columns: Partial<SeriesColumns> = {}, format?: string) {
  const file = folder.write('in.csv', content);
  return openSeries({
    file,
    columns: { time: undefined, value: 'v', ...columns },
    zone: 'UTC',
    format: format === undefined ? undefined : timeFormatOf(format),
  });
}

const rowsOf = async (content: string, columns: Partial<SeriesColumns> = {}, format?: string) =>
  (await collect((await open(content, columns, format)).rows())).map(({ at, row }) => [at, row.value] as const);

/** Hourly rows with the values 20, 21, 22, …, after some that are as they are. */
const hours = (write: (hour: number) => string, count = 4): string =>
  Array.from({ length: count }, (_, i) => write(i)).join('\n');
const HOURLY = [0, 1, 2, 3].map((i) => [START + i * HOUR, String(20 + i)]);

describe('hourly rows, written in any usual way', () => {
  it.each([
    ['Time', `Time,v\n${hours((i) => `2024-03-01 0${i}:00:00,${20 + i}`)}`],
    ['Timestamp', `Timestamp,v\n${hours((i) => `2024-03-01 0${i}:00:00,${20 + i}`)}`],
    ['ds', `ds,v\n${hours((i) => `2024-03-01 0${i}:00:00,${20 + i}`)}`],
    ['utc_timestamp', `utc_timestamp,v\n${hours((i) => `2024-03-01T0${i}:00:00Z,${20 + i}`)}`],
    ['last_changed', `entity_id,v,last_changed\n${hours((i) => `a,${20 + i},2024-03-01T0${i}:00:00.000Z`)}`],
    ['a name of no language', `xyz,v\n${hours((i) => `2024-03-01 0${i}:00:00,${20 + i}`)}`],
    ['seconds under another name', `x,v\n${hours((i) => `${START / 1000 + i * 3600},${20 + i}`)}`],
    ['date and time', `date,time,v\n${hours((i) => `2024-03-01,0${i}:00:00,${20 + i}`)}`],
    ['German date and time', `Datum;Uhrzeit;v\n${hours((i) => `01.03.2024;0${i}:00;${20 + i}`)}`],
    ['slashes', `time,v\n${hours((i) => `2024/03/01 0${i}:00,${20 + i}`)}`],
    ['day, month, year', `time,v\n${hours((i) => `01.03.2024 0${i}:00,${20 + i}`)}`],
    ['basic ISO', `time,v\n${hours((i) => `20240301T0${i}0000Z,${20 + i}`)}`],
    ['blanks around', `time,v\n${hours((i) => ` 2024-03-01 0${i}:00:00 ,${20 + i}`)}`],
    ['hours of one digit', `time,v\n${hours((i) => `2024-03-01 ${i}:00,${20 + i}`)}`],
    ['digits alone', `time,v\n${hours((i) => `202403010${i}0000,${20 + i}`)}`],
    ['newest first', `time,v\n${hours((i) => `2024-03-01 0${3 - i}:00:00,${23 - i}`)}`],
    ['a line that is cut', `time,v\n${hours((i) => `2024-03-01 0${i}:00:00,${20 + i}`)}\n2024-03-01 04`],
  ])('%s', async (_, content) => {
    expect((await rowsOf(content)).filter(([at]) => at !== undefined)).toEqual(HOURLY);
  });

  it('times of day alone begin in 1970, and MATLAB counts days', async () => {
    const clock = await rowsOf(`time,v\n${hours((i) => `0${i}:00:00,${20 + i}`)}`);
    expect(clock).toEqual(HOURLY.map(([at, value]) => [(at as number) - START, value]));
    const matlab = await rowsOf(`time,v\n${hours((i) => `${(739_312 + i / 24).toFixed(6)},${20 + i}`)}`);
    for (const [i, [at]] of matlab.entries()) expect(Math.abs((at as number) - START - i * HOUR)).toBeLessThan(100);
  });

  it('a pattern says what the column does not', async () => {
    const content = `time,v\n${hours((i) => `03-01-24 0${i}h00,${20 + i}`)}`;
    expect(await rowsOf(content, {}, '%m-%d-%y %Hh%M')).toEqual(HOURLY);
    expect(() => timeFormatOf('%Q')).toThrow('%Q is unknown');
    expect(() => timeFormatOf('%Y %Y')).toThrow('twice');
    expect(() => timeFormatOf('german')).toThrow('expected one of iso, ymd, dmy');
  });
});

it('without a column of times, rows are taken a minute apart, and that is said', async () => {
  const series = await open('n,v\n5,1\n3,2\n');
  expect(series.times).toBe(undefined);
  expect(series.notices).toEqual([expect.stringContaining('no column of times was found')]);
  expect((await collect(series.rows())).map(({ at }) => at)).toEqual([60_000, 120_000]);
});

it('sorts rows of any order, and says so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...Array(30).keys()], { minLength: 2 }), async (order) => {
      const series = await open(`time,v\n${order.map((i) => `${START / 1000 + i * 60},${i}`).join('\n')}\n`);
      const sorted = [...order].sort((a, b) => a - b);
      expect((await collect(series.rows())).map(({ row }) => Number(row.value))).toEqual(sorted);
      expect(series.notices.some((notice) => notice.includes('sorted'))).toBe(order.join() !== sorted.join());
    }),
    { numRuns: 30 },
  );
});

describe('readings within one tick of a coarse clock', () => {
  it('are spread over it, whatever their number', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 8 }), async (counts) => {
        const cells = counts.flatMap((count, second) => Array.from({ length: count }, () => START / 1000 + second));
        const rows = await rowsOf(`time,v\n${cells.map((second, i) => `${second},${i}`).join('\n')}\n`);
        const times = rows.map(([at]) => at as number);
        expect(times.every((at, i) => i === 0 || at > (times[i - 1] as number))).toBe(true);
        expect(times.map((at) => Math.floor(at / 1000))).toEqual(cells);
      }),
      { numRuns: 30 },
    );
  });

  it('that say the same are one reading that came twice, and an hour is no tick', async () => {
    const twice = await rowsOf(`time,v\n${START},1\n${START},1\n${START + 1000},2\n`);
    expect(twice.map(([at]) => at)).toEqual([START, START, START + 1000]);
    const hourly = await rowsOf(`time,v\n${START},1\n${START},2\n${START + HOUR},2\n`);
    expect(hourly.map(([at]) => at)).toEqual([START, START, START + HOUR]);
  });
});

describe('several series in one file', () => {
  const LONG = `time,entity,v\n${hours((i) => `2024-03-01 0${i}:00:00,hall,${20 + i}\n2024-03-01 0${i}:00:30,attic,50`)}\n`;

  it('are refused by name, and chosen by a cell', async () => {
    await expect(open(LONG)).rejects.toMatchObject({
      code: 'TG_INPUT_INVALID',
      message: expect.stringMatching(/2 series.*"entity".*hall \(4 rows\), attic \(4 rows\)\n.*--where "entity=hall"/),
    });
    expect(await rowsOf(LONG, { where: [{ column: 'entity', cell: 'hall' }] })).toEqual(HOURLY);
    expect(await rowsOf(LONG, { where: [{ column: 'entity', cell: '*' }] })).toHaveLength(8);
  });

  it('are seen by the times that they share, whatever the name of the column', async () => {
    const content = (name: string) =>
      `time,x,v\n${hours((i) => `2024-03-01 0${i}:00:00,${name},1\n2024-03-01 0${i}:00:00,b,2`)}\n`;
    await expect(open(content('a'))).rejects.toThrow('2 series, by its column "x"');
    await expect(open(content('b'))).resolves.toMatchObject({ count: 8 });
  });

  it('a column of notes is none of names', async () => {
    const content = `time,note,v\n${hours((i) => `2024-03-01 0${i}:00:00,${i % 2 === 0 ? 'open' : 'closed'},1`)}\n`;
    await expect(open(content)).resolves.toMatchObject({ count: 4 });
  });
});

it('knows by all numbers of a file whether commas are decimal', async () => {
  const markOf = async (...cells: readonly string[]) =>
    (await open(`time;v\n${cells.map((cell, i) => `${i};${cell}`).join('\n')}`)).mark;
  expect(await markOf('1,210', '21,5')).toBe('comma');
  expect(await markOf('1,210', '1,210.5')).toBe('point');
  expect(await markOf('1,210')).toBe('comma');
  expect((await open('time,v\n1,"1,210"\n')).mark).toBe('point');
});
