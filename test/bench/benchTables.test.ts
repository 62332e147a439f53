import { describe, expect, it } from 'vitest';
import { readTables, replaceBetween, toMarkdown } from './benchTables.ts';

const table = { title: 'Rows per second', columns: ['', 'H 32'], rows: [['tidegate', '1.2M']], notes: ['One thread.'] };

describe('readTables', () => {
  it('gives the tables of a bench', () => {
    expect(readTables('a.json', JSON.stringify({ tables: [table], results: [1] }))).toEqual([table]);
  });

  it('gives none where a bench has none', () => {
    expect(readTables('a.json', '{"results": []}')).toEqual([]);
    expect(readTables('a.json', '[1]')).toEqual([]);
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
