import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TidegateError } from '../../../src/domain/errors.ts';
import type { Suggest } from '../../../src/tools/replay/csv/csvLayout.ts';
import { listColumns, type SeriesColumns, SeriesFile, type SeriesRow } from '../../../src/tools/replay/seriesFile.ts';
import { utc } from '../../pipeline/samples.ts';
import { collect } from './collect.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string | Buffer, name = 'in.csv'): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function* read(file: string, columns: SeriesColumns, suggest?: Suggest): AsyncGenerator<SeriesRow> {
  yield* (await SeriesFile.open(file, columns, utc, suggest)).rows();
}

async function rowsOf(content: string | Buffer, value = 'v', time?: string): Promise<SeriesRow[]> {
  return collect(read(fileWith(content), { time, value }));
}

async function failureOf(file: string, value = 'v', time?: string): Promise<TidegateError> {
  const error: unknown = await collect(read(file, { time, value })).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TidegateError);
  return error as TidegateError;
}

describe('listColumns', () => {
  test.each([
    [
      'a title line that spreadsheets fill up',
      'Readings of the cellar;;\nday;power;state\n1;2;3\n1;;3\n',
      ['day', 'power', 'state'],
    ],
    ['a header with an empty name', 'a,,c\n1,2,\n3,,4\n', ['a', '', 'c']],
    ['one column', 'v\n1\n', ['v']],
  ])('finds the header below or with %s', async (_, text, columns) => {
    const file = fileWith(text);
    expect(await listColumns(file)).toEqual(columns);
    const { message } = await failureOf(file, 'nothing like it');
    expect(message).toContain(`it has ${columns.map((name) => JSON.stringify(name)).join(', ')}`);
  });
});

describe('rows', () => {
  test('gives line, time and value as written', async () => {
    expect(await rowsOf('time,v\n2026-01-01, 1.50 \nx,\n')).toMatchObject([
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
    expect(rows.map(({ line }) => line)).toEqual([2, 3, 5]);
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
      read(fileWith('b,time,v,a\n 1,x,5,\n2,y,6,"q,r"\n'), { time: undefined, value: 'v', inputs: ['a', 'b'] }),
    );
    expect(rows.map(({ inputs }) => inputs)).toEqual([
      ['', ' 1'],
      ['q,r', '2'],
    ]);
  });

  test('names a further column that is not there, and the one that is meant', async () => {
    const columns = { time: undefined, value: 'v', inputs: ['outdor'] };
    const reading = read(fileWith('time,v,outdoor\n'), columns, () => 'outdoor');
    await expect(collect(reading)).rejects.toThrow('no column "outdor"; did you mean "outdoor"?');
  });

  test.each(['time', 'timestamp', 'ts', 'date', 'datetime'])('finds the time in "%s"', async (name) => {
    expect(await rowsOf(`other,v,${name}\nx,1,a\n`)).toMatchObject([{ line: 2, time: 'a', value: '1', inputs: [] }]);
  });

  test('takes the most usual name where there are several', async () => {
    expect((await rowsOf('date,time,v\nd,t,1\n'))[0]?.time).toBe('t');
  });

  test('takes the named time column before a usual one', async () => {
    expect((await rowsOf('time,when,v\na,b,1\n', 'v', 'when'))[0]?.time).toBe('b');
  });

  test('goes without a time where no column has a usual name', async () => {
    expect(await rowsOf('n,v\n7,1\n')).toMatchObject([{ line: 2, time: undefined, value: '1', inputs: [] }]);
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
  test.each(['b', 'b,2,3', 'b,"2'])('a row that is none costs itself alone: %s', async (ragged) => {
    const rows = await rowsOf(`time,v\na,1\n${ragged}\nc,3\nd,4\n`);
    expect(rows.map(({ line, value, fault }) => [line, value, fault === undefined])).toEqual([
      [2, '1', true],
      [3, '', false],
      [4, '3', true],
      [5, '4', true],
    ]);
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
  for await (const { value } of read(file, { time: undefined, value: 'v' })) {
    expect(value).toBe('1');
    expect(openFiles()).toBe(before + 1);
    break;
  }
  await expect.poll(openFiles).toBe(before);
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
  test('list at most thirty columns and none of their control characters', async () => {
    const header = Array.from({ length: 100 }, (_, i) => `c\u001b[31m${i}`).join(',');
    const { message } = await failureOf(fileWith(`${header}\n`));
    expect(message).toContain('and 70 more');
    expect(message).not.toContain('\u001b');
  });

  test('say which column was meant, and what separates the columns that are there', async () => {
    const suggest = (word: string): string | undefined => (word === 'V' ? 'v' : undefined);
    const reading = read(fileWith('time,v\n'), { time: undefined, value: 'V' }, suggest);
    await expect(collect(reading)).rejects.toThrow('no column "V"; did you mean "v"?; it has "time", "v"');
    await expect(failureOf(fileWith('time;w\n1;2\n'))).resolves.toMatchObject({
      message: expect.stringContaining('no column "v"; it has "time", "w" (separated by ";")'),
    });
  });

  test('refuse two columns of one name', async () => {
    await expect(failureOf(fileWith('v,v\n1,2\n'))).resolves.toMatchObject({
      code: 'TG_INPUT_INVALID',
      message: expect.stringContaining('two columns have the name "v"'),
    });
  });
});

describe('tables of other programs', () => {
  const valuesOf = async (content: string | Buffer, columns: Partial<SeriesColumns> = {}) =>
    (await collect(read(fileWith(content), { time: undefined, value: 'v', ...columns }))).map(({ time, value }) => [
      time,
      value,
    ]);

  test.each([
    ['semicolons and decimal commas', 'time;v\na;1,5\nb;2,5\n'],
    ['tabs', 'time\tv\na\t1,5\nb\t2,5\n'],
    ['title lines', 'Pump house\n10 s, raw\ntime;v\na;1,5\nb;2,5\n'],
    ['comments', '# station 12\n# v: °C\ntime;v\na;1,5\n# moved\nb;2,5\n'],
    ['a header behind a comment sign', '# made by x\n#time;v\na;1,5\nb;2,5\n'],
    ['blanks in the header', 'time; v \na;1,5\nb;2,5\n'],
    ['empty cells behind the last column', 'time;v\na;1,5;;\nb;2,5;;\n'],
    ['a header that comes again', 'time;v\na;1,5\ntime;v\nb;2,5\n'],
    ['columns that change with the header', 'time;v\na;1,5\nv;time\n2,5;b\n'],
    ['Latin-1', Buffer.from('time;v;°C\na;1,5;\xfc\nb;2,5;\xb0\n', 'latin1')],
    ['UTF-16', Buffer.from('\ufefftime;v\na;1,5\nb;2,5\n', 'utf16le')],
    ['gzip', gzipSync('time;v\na;1,5\nb;2,5\n')],
  ])('with %s are read', async (_, content) => {
    expect(await valuesOf(content)).toEqual([
      ['a', '1,5'],
      ['b', '2,5'],
    ]);
  });

  test('without a header have their columns by number', async () => {
    const rows = await valuesOf('2024-03-01 00:00:00,1\n2024-03-01 01:00:00,2\n', { value: '2' });
    expect(rows).toEqual([
      ['2024-03-01 00:00:00', '1'],
      ['2024-03-01 01:00:00', '2'],
    ]);
  });

  test("of InfluxDB: the time is the row's, not a bound of the query, and the columns of the group tell series apart", async () => {
    const table = (field: string, start: number) =>
      `#group,false,false,true,true,false,false,true\n#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string\n#default,_result,,,,,,\n,result,table,_start,_stop,_time,_value,_field\n${[0, 1, 2].map((i) => `,,0,2024-03-01T00:00:00Z,2024-03-02T00:00:00Z,2024-03-01T0${i}:00:00Z,${start + i},${field}`).join('\n')}\n\n`;
    const file = fileWith(table('hum', 50) + table('temp', 20));
    const columns = { time: undefined, value: '_value', where: [{ column: '_field', cell: 'temp' }] };
    const opened = await SeriesFile.open(file, columns, utc);
    expect([opened.timeNames, opened.layout.keys]).toEqual([['_time'], ['_field']]);
    expect((await collect(opened.rows())).map(({ value }) => value)).toEqual(['20', '21', '22']);
  });

  test('a spreadsheet is named', async () => {
    expect((await failureOf(fileWith(Buffer.from('PK\u0003\u0004…')))).message).toContain('save it as CSV');
  });

  test('a damaged archive is named', async () => {
    const packed = gzipSync(`time,v\n${'a,1\n'.repeat(1000)}`);
    expect((await failureOf(fileWith(packed.subarray(0, 20)))).message).toContain('cannot be unpacked');
  });
});

test('a row of any characters costs no other row', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom(...'",;#\t é5\u0000x'), maxLength: 20 }), async (damage) => {
      const rows = await rowsOf(`time,v\n1,10\n2,20\n${damage}\n3,30\n4,40\n`);
      const kept = rows.filter(({ line }) => line !== 4).map(({ time, value }) => [time, value]);
      expect(kept).toEqual([
        ['1', '10'],
        ['2', '20'],
        ['3', '30'],
        ['4', '40'],
      ]);
    }),
    { numRuns: 200 },
  );
});
