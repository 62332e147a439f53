import { LineCounter } from 'yaml';
import { createRedactor } from './redactor.ts';

/** Something wrong at a place of the file. */
export interface Problem {
  /** Characters from the start of the file. */
  readonly offset: number;
  readonly text: string;
  /** The YAML parser's own words, which may quote any part of the line. */
  readonly isForeign?: boolean;
  /** Said instead where the place itself may be secret, because `text` names the key that stands there. */
  readonly discreet?: string;
  /** Offset behind the name of an option that is none of ours: its value may be anything. */
  readonly valueFrom?: number;
}

const MAX_PROBLEMS = 20;
const MAX_WIDTH = 100;

/** `file:line:column: text` for each, in the order of the file, the line and a caret beneath. */
export function formatProblems(problems: readonly Problem[], file: string, source: string): string {
  const redactor = createRedactor(source);
  const counter = countLines(source);
  const blocks = new Set<string>();
  const unknown = findUnknown(problems, counter);
  for (const problem of [...problems].sort((a, b) => a.offset - b.offset)) {
    const { line, col } = counter.linePos(Math.min(problem.offset, source.length));
    const text = wordsFor(problem, col, redactor.secretFrom(line));
    blocks.add(`${file}:${line}:${col}: ${text}\n${pointAt(cutAt(redactor.line(line), unknown.get(line)), col)}`);
  }
  const shown = [...blocks].slice(0, MAX_PROBLEMS);
  if (blocks.size > MAX_PROBLEMS) shown.push(`… and ${blocks.size - MAX_PROBLEMS} more`);
  return shown.join('\n');
}

/** `line:column` of an offset. */
export function placeOf(source: string, offset: number): string {
  const { line, col } = countLines(source).linePos(Math.min(offset, source.length));
  return `${line}:${col}`;
}

/** Per line: the column behind the first option on it that is none of ours. */
function findUnknown(problems: readonly Problem[], counter: LineCounter): ReadonlyMap<number, number> {
  const columns = new Map<number, number>();
  for (const { valueFrom } of problems) {
    if (valueFrom === undefined) continue;
    const { line, col } = counter.linePos(valueFrom);
    columns.set(line, Math.min(col, columns.get(line) ?? col));
  }
  return columns;
}

function cutAt(line: string, col: number | undefined): string {
  return col === undefined || col > line.length ? line : `${line.slice(0, col - 1)}…`;
}

function wordsFor(problem: Problem, col: number, secretFrom: number | undefined): string {
  if (secretFrom === undefined) return problem.text;
  if (problem.isForeign === true) return 'is not valid YAML (put the value in quotes)';
  return col >= secretFrom ? (problem.discreet ?? problem.text) : problem.text;
}

/** The line, cut around the column if it is long, and a caret under the column. */
function pointAt(line: string, col: number): string {
  const column = Math.min(col - 1, line.length);
  const start = column < MAX_WIDTH - 20 ? 0 : column - MAX_WIDTH / 2;
  const cut = line.slice(start, start + MAX_WIDTH);
  // Tabs are kept, so that the caret stands right at any tab width.
  const padding = cut.slice(0, column - start).replace(/[^\t]/g, ' ');
  return `    ${cut}\n    ${padding}^`;
}

function countLines(source: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let i = source.indexOf('\n'); i !== -1; i = source.indexOf('\n', i + 1)) counter.addNewLine(i + 1);
  return counter;
}
