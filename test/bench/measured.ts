/** Circumstances of a measurement, as they stand beside its table in a document. */
export interface Measured {
  /** Folders and files whose code it is about; a change of them makes it old. */
  readonly measures: readonly string[];
  /** Abbreviated hash of the commit that was measured; undefined: not known. */
  readonly commit: string | undefined;
  /** The code had changes that are in no commit. */
  readonly isDirty: boolean;
  /** Such as `2026-11-30`. */
  readonly day: string;
  /** Processor, cores and runtime. */
  readonly machine: string;
  /** Load average meanwhile. */
  readonly load: string;
}

/** The mark beside a table. */
export interface Mark extends Measured {
  /** From 1 on. */
  readonly line: number;
}

/** For git, beside the folders: a change of words makes no figure old. */
export const WITHOUT_WORDS = ':(exclude,glob)**/*.md';

const MARK = /^<!-- measures: (.+) -->$/;
const COMMIT = /^commit (?:(unknown)|([0-9a-f]{7,40})( with changes)?)$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The line of a document: `<!-- measures: src/kernel; commit abc1234; 2026-11-30; machine; load -->`. */
export function toMark({ measures, commit, isDirty, day, machine, load }: Measured): string {
  const hash = commit === undefined ? 'unknown' : `${commit}${isDirty ? ' with changes' : ''}`;
  const fields = [measures.join(' '), `commit ${hash}`, day, machine, load];
  return `<!-- measures: ${fields.map((field) => field.replaceAll(/[;>]/g, ',')).join('; ')} -->`;
}

/**
 * The marks of a document.
 * @throws Error naming the line of one that is not as `toMark` writes it
 */
export function readMarks(text: string): readonly Mark[] {
  return text.split('\n').flatMap((content, i) => {
    if (!content.startsWith('<!-- measures:')) return [];
    const mark = readMark(content);
    if (mark === undefined) throw new Error(`line ${i + 1} is no mark of a measurement: ${content}`);
    return [{ ...mark, line: i + 1 }];
  });
}

function readMark(content: string): Measured | undefined {
  const fields = MARK.exec(content)?.[1]?.split('; ') ?? [];
  const [folders, hash, day, machine, load] = fields;
  const commit = COMMIT.exec(hash ?? '');
  if (fields.length !== 5 || commit === null || !DAY.test(day!) || folders!.trim() === '') return undefined;
  return {
    measures: folders!.trim().split(/\s+/),
    commit: commit[2],
    isDirty: commit[3] !== undefined,
    day: day!,
    machine: machine!,
    load: load!,
  };
}

/** A Markdown table of figures. */
export interface FigureTable {
  /** Number of its head, from 1 on. */
  readonly line: number;
  /** A mark stands above it in its section. */
  readonly isMarked: boolean;
}

/** Most cells beside the first column begin with a digit. */
const FIGURE = /^[*~≤<−-]*\d/;

/** The tables of a document that hold figures. A mark covers the tables below it, up to the next heading. */
export function findFigureTables(text: string): readonly FigureTable[] {
  const found: FigureTable[] = [];
  const lines = text.split('\n');
  let isMarked = false;
  let isCode = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.startsWith('```')) isCode = !isCode;
    if (isCode) continue;
    if (line.startsWith('#')) isMarked = false;
    if (line.startsWith('<!-- measures:')) isMarked = true;
    if (!line.startsWith('|') || !/^\|[\s:|-]+\|$/.test(lines[i + 1] ?? '')) continue;
    const end = endOfTable(lines, i);
    if (holdsFigures(lines.slice(i + 2, end))) found.push({ line: i + 1, isMarked });
    i = end - 1;
  }
  return found;
}

function endOfTable(lines: readonly string[], from: number): number {
  let end = from;
  while (lines[end]?.startsWith('|')) end++;
  return end;
}

function holdsFigures(rows: readonly string[]): boolean {
  const cells = rows.flatMap((row) => row.split('|').slice(2, -1)).map((cell) => cell.trim());
  const filled = cells.filter((cell) => cell !== '' && cell !== '–');
  return filled.length > 0 && filled.filter((cell) => FIGURE.test(cell)).length * 2 >= filled.length;
}

/** For `git log`: patches whose lines `codeCommitsOf` reads. Merges bring nothing of their own. */
export const CODE_PATCHES: readonly string[] = ['--no-merges', '--format=%x00%h %s', '-p', '-U0', '-w'];

/** A line that came or went, other than blank ones and comments: neither `+++ b/file` nor ` * word`. */
const CODE_LINE = /^(?:[+-](?![+-]{2} )[^\S\n]*(?!\/\/|\/\*|\*)\S|Binary files )/m;

/** @param log as `git log` with `CODE_PATCHES` gives it @returns hash and subject of the commits that changed more than comments */
export function codeCommitsOf(log: string): readonly string[] {
  const commits = log.split('\0').slice(1);
  return commits.flatMap((commit) => {
    const end = commit.indexOf('\n');
    return CODE_LINE.test(commit.slice(end)) ? [commit.slice(0, end)] : [];
  });
}

/** Changes of the folders of a measurement since its commit, as git knows them. */
export interface Changes {
  /** Subjects of the commits that changed code, the newest first; undefined: the history has no such commit. */
  readonly commits: readonly string[] | undefined;
  /** The folders have changes that are in no commit. */
  readonly isDirty: boolean;
}

/** @returns why the figures may be old; undefined: their subject is as it was measured */
export function ageOf({ commit, isDirty }: Measured, changes: Changes): string | undefined {
  if (commit === undefined) return 'measured at an unknown commit';
  if (isDirty) return `measured at ${commit} with changes that are in no commit`;
  if (changes.commits === undefined) return `measured at ${commit}, which this history does not have`;
  const count = changes.commits.length;
  if (count > 0)
    return `${count} ${count === 1 ? 'commit' : 'commits'} since ${commit}, the last: ${changes.commits[0]}`;
  return changes.isDirty ? `changes since ${commit} that are in no commit` : undefined;
}
