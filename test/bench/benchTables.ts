import type { Measured } from './measured.ts';

/** A table that a bench leaves in its JSON file under `tables`, for the README. Cells are text, as they shall be read. */
export interface BenchTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** One entry a column in each. */
  readonly rows: readonly (readonly string[])[];
  /** Sentences below the table. */
  readonly notes: readonly string[];
}

/** Tables of a bench and the circumstances that they were measured in. */
export interface BenchTables {
  readonly measured: Measured;
  readonly tables: readonly BenchTable[];
}

/**
 * The tables that a bench's JSON file holds; undefined where it has none.
 * @throws Error naming the file where they are not tables, or tell no commit
 */
export function readTables(file: string, json: string): BenchTables | undefined {
  const content: unknown = JSON.parse(json);
  if (!isRecord(content) || content['tables'] === undefined) return undefined;
  const { tables, measured } = content;
  if (!Array.isArray(tables) || !tables.every(isTable)) throw new Error(`${file}: "tables" holds something else`);
  if (tables.length === 0) return undefined;
  if (!isMeasured(measured))
    throw new Error(`${file}: "measured" does not tell what was measured where: measure it again`);
  return { measured, tables };
}

/** Title, table and notes in Markdown; the first column is words, the others are numbers. */
export function toMarkdown({ title, columns, rows, notes }: BenchTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = `|${columns.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`;
  const table = [line(columns), rule, ...rows.map(line)].join('\n');
  return [title, table, ...notes].join('\n\n');
}

/**
 * `text` with the lines between the line `begin` and the line `end` replaced.
 * @throws Error unless both stand there once, in this order
 */
export function replaceBetween(text: string, begin: string, end: string, content: string): string {
  const lines = text.split('\n');
  const from = lines.indexOf(begin);
  const to = lines.indexOf(end);
  const once = lines.lastIndexOf(begin) === from && lines.lastIndexOf(end) === to;
  if (from < 0 || to < from || !once) throw new Error(`the text needs one line "${begin}" and below it one "${end}"`);
  return [...lines.slice(0, from + 1), content, ...lines.slice(to)].join('\n');
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function isTable(value: unknown): value is BenchTable {
  if (!isRecord(value) || typeof value['title'] !== 'string') return false;
  const { columns, rows, notes } = value;
  if (!isTexts(columns) || !isTexts(notes) || !Array.isArray(rows)) return false;
  return rows.every((row) => isTexts(row) && row.length === columns.length);
}

function isMeasured(value: unknown): value is Measured {
  if (!isRecord(value)) return false;
  const { measures, commit, isDirty, day, machine, load } = value;
  const isCommit = commit === undefined || typeof commit === 'string';
  return isTexts(measures) && isCommit && typeof isDirty === 'boolean' && isTexts([day, machine, load]);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
