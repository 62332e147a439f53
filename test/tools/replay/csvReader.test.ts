import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TidegateError } from '../../../src/domain/errors.ts';
import { type CsvRow, readCsv } from '../../../src/tools/replay/csvReader.ts';
import { collect } from './collect.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string | Buffer): string {
  const file = join(folder, 'in.csv');
  writeFileSync(file, content);
  return file;
}

async function rowsOf(content: string | Buffer, value = 'v', time?: string): Promise<CsvRow[]> {
  return collect(readCsv(fileWith(content), { time, value }));
}

async function failureOf(file: string, value = 'v', time?: string): Promise<TidegateError> {
  const error: unknown = await collect(readCsv(file, { time, value })).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TidegateError);
  return error as TidegateError;
}

describe('rows', () => {
  test('gives line, time and value as written', async () => {
    expect(await rowsOf('time,v\n2026-01-01, 1.50 \nx,\n')).toEqual([
      { line: 2, time: '2026-01-01', value: ' 1.50 ', inputs: [] },
      { line: 3, time: 'x', value: '', inputs: [] },
    ]);
  });

  test('reads quotes, with separators, quotes and line breaks inside', async () => {
    const rows = await rowsOf('"time",note,"v"\n"a,b","say ""x""",1\n"c\nd",,"2,5"\ne,,3\n');
    expect(rows.map(({ time, value }) => [time, value])).toEqual([
      ['a,b', '1'],
      ['c\nd', '2,5'],
      ['e', '3'],
    ]);
    expect(rows.at(-1)?.line).toBe(5);
  });

  test.each([
    ['CR alone', 'time,v\ra,1\rb,2\r'],
    ['CRLF', 'time,v\r\na,1\r\nb,2\r\n'],
    ['no line break at the end', 'time,v\na,1\nb,2'],
    ['a byte order mark', '\ufefftime,v\na,1\nb,2\n'],
    ['empty lines', 'time,v\n\na,1\n\n\nb,2\n\n'],
  ])('reads a file with %s', async (_, content) => {
    expect((await rowsOf(content)).map(({ time, value }) => [time, value])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  test('a header alone has no rows', async () => {
    expect(await rowsOf('time,v\n')).toEqual([]);
  });

  test('reads more rows than fit into one chunk, in order', async () => {
    const rows = await rowsOf(`time,v\n${Array.from({ length: 20_000 }, (_, i) => `t${i},${i}`).join('\n')}\n`);
    expect(rows).toHaveLength(20_000);
    expect(rows.every(({ line, time, value }, i) => line === i + 2 && time === `t${i}` && value === `${i}`)).toBe(true);
  });
});

describe('columns', () => {
  test('gives further columns in the order asked for, as written', async () => {
    const rows = await collect(
      readCsv(fileWith('b,time,v,a\n 1,x,5,\n2,y,6,"q,r"\n'), { time: undefined, value: 'v', inputs: ['a', 'b'] }),
    );
    expect(rows.map(({ inputs }) => inputs)).toEqual([
      ['', ' 1'],
      ['q,r', '2'],
    ]);
  });

  test('names a further column that is not there, and the one that is meant', async () => {
    const reading = readCsv(fileWith('time,v,outdoor\n'), {
      time: undefined,
      value: 'v',
      inputs: ['outdor'],
      suggest: () => 'outdoor',
    });
    await expect(collect(reading)).rejects.toThrow('no column "outdor"; did you mean "outdoor"?');
  });

  test.each(['time', 'timestamp', 'ts', 'date', 'datetime'])('finds the time in "%s"', async (name) => {
    expect(await rowsOf(`other,v,${name}\nx,1,a\n`)).toEqual([{ line: 2, time: 'a', value: '1', inputs: [] }]);
  });

  test('takes the most usual name where there are several', async () => {
    expect((await rowsOf('date,time,v\nd,t,1\n'))[0]?.time).toBe('t');
  });

  test('takes the named time column before a usual one', async () => {
    expect((await rowsOf('time,when,v\na,b,1\n', 'v', 'when'))[0]?.time).toBe('b');
  });

  test('goes without a time where no column has a usual name', async () => {
    expect(await rowsOf('n,v\n7,1\n')).toEqual([{ line: 2, time: undefined, value: '1', inputs: [] }]);
  });

  test('names a missing column and those that are there', async () => {
    const file = fileWith('time,temperature,"a b"\nx,1,2\n');
    const value = await failureOf(file, 'power');
    expect([value.code, value.message]).toEqual([
      'TG_INPUT_INVALID',
      `${file}: no column "power"; it has "time", "temperature", "a b"`,
    ]);
    expect((await failureOf(file, 'temperature', 'when')).message).toContain('no column "when"');
  });
});

describe('what is no series', () => {
  test.each(['b', 'b,2,3'])('names the line of a row with too few or too many cells: %s', async (ragged) => {
    const error = await failureOf(fileWith(`time,v\na,1\n${ragged}\nc,3\n`));
    expect(error).toMatchObject({ code: 'TG_INPUT_INVALID', message: expect.stringMatching(/in\.csv: .*line 3/) });
  });

  test('names the line of a quote that is never closed', async () => {
    const error = await failureOf(fileWith('time,v\na,1\n"b,2\n'));
    expect(error).toMatchObject({ code: 'TG_INPUT_INVALID', message: expect.stringMatching(/quote.*line \d/i) });
  });

  test.each([
    ['empty', ''],
    ['of empty lines', '\n\n\n'],
    ['only a byte order mark', '\ufeff'],
  ])('says that a file is empty: %s', async (_, content) => {
    const error = await failureOf(fileWith(content));
    expect(error).toMatchObject({
      code: 'TG_INPUT_INVALID',
      message: expect.stringMatching(/is empty; a header line is needed/),
    });
  });

  test('refuses a row of megabytes without holding it', async () => {
    const error = await failureOf(fileWith(Buffer.alloc(3_000_000, 'x')));
    expect(error.code).toBe('TG_INPUT_INVALID');
    expect(error.message.length).toBeLessThan(1000);
    expect((await failureOf(fileWith(`time,v\na,${'1'.repeat(1_100_000)}\n`))).code).toBe('TG_INPUT_INVALID');
  });

  test('a missing file', async () => {
    const file = join(folder, 'none.csv');
    expect(await failureOf(file)).toMatchObject({ code: 'TG_INPUT_NOT_FOUND', message: `${file}: no such file` });
  });

  test('a folder', async () => {
    expect(await failureOf(folder)).toMatchObject({
      code: 'TG_INPUT_INVALID',
      message: expect.stringMatching(/EISDIR/),
    });
  });
});

test('closes the file when the reader leaves early', async () => {
  const file = fileWith(`time,v\n${'a,1\n'.repeat(500_000)}`);
  const before = openFiles();
  for await (const { value } of readCsv(file, { time: undefined, value: 'v' })) {
    expect(value).toBe('1');
    expect(openFiles()).toBe(before + 1);
    break;
  }
  await vi.waitFor(() => expect(openFiles()).toBe(before));
});

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

describe('line ends', () => {
  test('are each taken for what they are, also where they are mixed', async () => {
    const rows = await rowsOf('time,v\n1,2\r\n3,4\r5,6\n');
    expect(rows.map(({ time, value }) => [time, value])).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ]);
  });

  test.each(['', ' ', '  ', '   '])(
    'are seen across the seams of what is read at once (shifted by "%s")',
    async (lead) => {
      const rows = await rowsOf(`time,v\r\n${lead}11,2\r\n${'1,222\r\n'.repeat(30_000)}`);
      expect(rows).toHaveLength(30_001);
      expect(rows.every(({ line, value }, i) => line === i + 2 && /^2+$/.test(value))).toBe(true);
    },
  );
});

describe('messages about a file that is no series', () => {
  test('stay short where the library quotes a long cell', async () => {
    const { message } = await failureOf(fileWith(`time,v\n1,${'x'.repeat(100_000)}"\n`));
    expect(message.length).toBeLessThan(500);
  });

  test('list at most thirty columns and none of their control characters', async () => {
    const header = Array.from({ length: 100 }, (_, i) => `c\u001b[31m${i}`).join(',');
    const { message } = await failureOf(fileWith(`${header}\n`));
    expect(message).toContain('and 70 more');
    expect(message).not.toContain('\u001b');
  });

  test('say which column was meant, and that another separator is no comma', async () => {
    const suggest = (word: string): string | undefined => (word === 'V' ? 'v' : undefined);
    const read = readCsv(fileWith('time,v\n'), { time: undefined, value: 'V', suggest });
    await expect(collect(read)).rejects.toThrow('no column "V"; did you mean "v"?; it has "time", "v"');
    await expect(failureOf(fileWith('time;v\n1;2\n'))).resolves.toMatchObject({
      message: expect.stringContaining('separated by commas, not ";"'),
    });
  });

  test('refuse two columns of one name', async () => {
    await expect(failureOf(fileWith('v,v\n1,2\n'))).resolves.toMatchObject({
      code: 'TG_INPUT_INVALID',
      message: expect.stringContaining('two columns have the name "v"'),
    });
  });
});
