import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvColumns, type CsvRow, readCsv } from '../../../src/adapters/replay/csvReader.ts';
import { TidegateError } from '../../../src/domain/errors.ts';
import { useFolder } from './folder.ts';

const folder = useFolder();
const VALUE: CsvColumns = { time: undefined, value: 'value' };

async function rowsOf(content: string | Uint8Array, columns: CsvColumns = VALUE): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of readCsv(folder.write('in.csv', content), columns)) rows.push(row);
  return rows;
}

async function faultOf(content: string | Uint8Array, columns: CsvColumns = VALUE): Promise<TidegateError> {
  return rowsOf(content, columns).then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: unknown) => (error instanceof TidegateError ? error : Promise.reject(error)),
  );
}

const cellsOf = (rows: readonly CsvRow[]): unknown[] => rows.map(({ time, value }) => [time, value]);

describe('readCsv', () => {
  it('gives time and value of each row, as written, with the line', async () => {
    const rows = await rowsOf('id,timestamp,value\n1,2026-01-01 00:00,20.50\n2,2026-01-01 00:05, 21\n');
    expect(rows).toEqual([
      { line: 2, time: '2026-01-01 00:00', value: '20.50' },
      { line: 3, time: '2026-01-01 00:05', value: ' 21' },
    ]);
  });

  it('reads quotes, doubled quotes, line breaks in quotes, CRLF, a byte order mark and a last line without end', async () => {
    const rows = await rowsOf('\ufefftime,"val""ue"\r\n"a\nb","1,5"\r\n"say ""hi""",\r\n3,4', {
      time: 'time',
      value: 'val"ue',
    });
    expect(rows).toEqual([
      { line: 3, time: 'a\nb', value: '1,5' },
      { line: 4, time: 'say "hi"', value: '' },
      { line: 5, time: '3', value: '4' },
    ]);
  });

  it('reads what Windows calls Unicode', async () => {
    expect(cellsOf(await rowsOf(Buffer.from('\ufefftime,value\n1,2\n', 'utf16le')))).toEqual([['1', '2']]);
  });

  it('gives back any cells that were quoted by the rules', async () => {
    const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ü', '😀', ';') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (cells) => {
        const text = cells.map((row) => `${row.map(quote).join(',')}\r\n`).join('');
        expect(cellsOf(await rowsOf(`time,value\r\n${text}`))).toEqual(cells);
      }),
      { numRuns: 60 },
    );
  });

  it('takes the first of the usual names as time, the named one before them, and none where there is none', async () => {
    expect(cellsOf(await rowsOf('ts,date,value\n1,2,3\n'))).toEqual([['1', '3']]);
    expect(cellsOf(await rowsOf('ts,when,value\n1,2,3\n', { time: 'when', value: 'value' }))).toEqual([['2', '3']]);
    expect(cellsOf(await rowsOf('value\n7\n'))).toEqual([[undefined, '7']]);
  });

  it('skips empty lines', async () => {
    expect((await rowsOf('time,value\n\n1,2\n\r\n\n3,4\n\n\n')).map(({ line }) => line)).toEqual([3, 6]);
  });

  it('takes each line end for what it is, also where they are mixed and at the seams of what is read at once', async () => {
    const mixed = await rowsOf('time,value\n1,2\r\n3,4\r5,6\n');
    expect(cellsOf(mixed)).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ]);
    for (const lead of ['', ' ', '  ', '   ']) {
      const rows = await rowsOf(`time,value\r\n${lead}11,2\r\n${'1,222\r\n'.repeat(30_000)}`);
      expect(rows).toHaveLength(30_001);
      expect(rows.every(({ line, value }, i) => line === i + 2 && /^2+$/.test(value))).toBe(true);
    }
  });

  it('gives no row for a file that has only a header', async () => {
    expect(await rowsOf('time,value\n')).toEqual([]);
  });

  it('says which file does not exist', async () => {
    const read = readCsv(folder.path('nowhere.csv'), VALUE).next();
    await expect(read).rejects.toMatchObject({
      code: 'TG_INPUT_NOT_FOUND',
      message: expect.stringContaining('nowhere.csv'),
    });
  });

  it('says why a folder cannot be read', async () => {
    const read = readCsv(folder.path('.'), VALUE).next();
    await expect(read).rejects.toMatchObject({ code: 'TG_INPUT_INVALID', message: expect.stringContaining('EISDIR') });
  });

  it.each([
    ['an empty file', '', 'is empty'],
    ['a file of empty lines', '\n\n', 'is empty'],
    ['a row with too few cells, by its line', 'time,value\n1,2\n\n3\n', 'line 4'],
    ['a row with too many cells, by its line', 'time,value\n1,2,3\n', 'line 2'],
    ['a quote inside a cell, by its line', 'time,value\n1,2\n3,4"5\n', 'line 3'],
    ['a quote that never ends', 'time,value\n1,"2\n3,4\n', 'Quote'],
    ['two columns of one name', 'value,value\n1,2\n', 'two columns have the name "value"'],
    ['another separator', 'time;value\n1;2\n', 'separated by commas, not ";"'],
    ['tabs', 'time\tvalue\n1\t2\n', 'separated by commas, not "\\t"'],
  ])('refuses %s', async (_, content, message) => {
    const fault = await faultOf(content);
    expect(fault.code).toBe('TG_INPUT_INVALID');
    expect(fault.message).toContain(`in.csv: `);
    expect(fault.message).toContain(message);
  });

  it('names the columns there are, and the one that was meant', async () => {
    const suggest = (word: string, columns: readonly string[]): string | undefined =>
      word === 'Value' ? columns.find((column) => column === 'value') : undefined;
    const fault = await faultOf('time,value,"x,y"\n', { time: undefined, value: 'Value', suggest });
    expect(fault.message).toMatch(/no column "Value"; did you mean "value"\?; it has "time", "value", "x,y"$/);
    const other = await faultOf('time,value\n', { time: 'when', value: 'value', suggest });
    expect(other.message).toMatch(/no column "when"; it has "time", "value"$/);
  });

  it('lists at most thirty columns and prints none of their control characters', async () => {
    const header = Array.from({ length: 100 }, (_, i) => `c\u001b[31m${i}`).join(',');
    const { message } = await faultOf(`${header}\n`);
    expect(message).toContain('and 70 more');
    expect(message).not.toContain('\u001b');
  });

  it.each([
    ['one line without end', `time,value\n${'x'.repeat(3_000_000)}`],
    ['a quote that swallows the file', `time,value\n1,"${'2,3\n'.repeat(700_000)}`],
  ])('gives up on %s within a megabyte', async (_, content) => {
    const fault = await faultOf(content);
    expect(fault.code).toBe('TG_INPUT_INVALID');
    expect(fault.message).toContain('1000000');
  });

  it('keeps its message short where the library quotes a long cell', async () => {
    expect((await faultOf(`time,value\n1,${'x'.repeat(100_000)}"\n`)).message.length).toBeLessThan(500);
  });

  it('closes the file when its reader stops early', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const file = folder.write('long.csv', `time,value\n${'1,2\n'.repeat(200_000)}`);
    const before = open();
    for (let i = 0; i < 20; i++) for await (const _ of readCsv(file, VALUE)) break;
    await expect.poll(open).toBeLessThan(before + 10);
  });
});
