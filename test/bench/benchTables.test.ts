import { describe, expect, it } from 'vitest';
import { readTables, replaceBetween, toMarkdown } from './benchTables.ts';

const table = { title: 'Rows per second', columns: ['', 'H 32'], rows: [['tidegate', '1.2M']], notes: ['One thread.'] };

const measured = {
  measures: ['src/kernel'],
  commit: 'abc1234',
  isDirty: false,
  day: '2026-11-30',
  machine: 'a PC',
  load: 'load 1.0',
};

describe('readTables', () => {
  it('gives the tables of a bench, and where they are from', () => {
    const tables = [table];
    expect(readTables('a.json', JSON.stringify({ measured, tables, results: [1] }))).toEqual({ measured, tables });
  });

  it('gives none where a bench has none', () => {
    expect(readTables('a.json', '{"results": []}')).toBeUndefined();
    expect(readTables('a.json', '{"tables": []}')).toBeUndefined();
    expect(readTables('a.json', '[1]')).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['no folders', { ...measured, measures: 'src' }],
    ['no day', { ...measured, day: null }],
    ['a number as commit', { ...measured, commit: 1 }],
  ])('names the file where there is %s of the measurement', (_, told) => {
    expect(() => readTables('a.json', JSON.stringify({ measured: told, tables: [table] }))).toThrow(/a\.json/);
  });

  it.each([
    ['no list', { tables: {} }],
    ['no title', { tables: [{ ...table, title: undefined }] }],
    ['a number as a cell', { tables: [{ ...table, rows: [['tidegate', 1]] }] }],
    ['a row that is too short', { tables: [{ ...table, rows: [['tidegate']] }] }],
    ['no notes', { tables: [{ ...table, notes: null }] }],
  ])('names the file where there is %s', (_, content) => {
    expect(() => readTables('a.json', JSON.stringify(content))).toThrow(/a\.json/);
  });
});

describe('toMarkdown', () => {
  it('writes title, table and notes', () => {
    expect(toMarkdown(table)).toBe('Rows per second\n\n|  | H 32 |\n|---|---:|\n| tidegate | 1.2M |\n\nOne thread.');
  });

  it('keeps a cell within its cell', () => {
    expect(toMarkdown({ ...table, rows: [['a|b', 'c\nd']] })).toContain('| a\\|b | c d |');
  });
});

describe('replaceBetween', () => {
  it('replaces what stands between the lines, however often', () => {
    const once = replaceBetween('a\n<b>\nold\nold\n<e>\nz\n', '<b>', '<e>', 'new');
    expect(once).toBe('a\n<b>\nnew\n<e>\nz\n');
    expect(replaceBetween(once, '<b>', '<e>', 'new')).toBe(once);
  });

  it.each(['<b>\n', '<e>\n<b>\n', '<b>\n<b>\n<e>\n', '<b>\n<e>\n<e>\n'])('refuses %j', (text) => {
    expect(() => replaceBetween(text, '<b>', '<e>', 'new')).toThrow('needs one line');
  });
});
