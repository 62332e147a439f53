import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ageOf,
  CODE_PATCHES,
  codeCommitsOf,
  findFigureTables,
  type Measured,
  readMarks,
  toMark,
  WITHOUT_WORDS,
} from './measured.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

const measured: Measured = {
  measures: ['src/kernel', 'src/model'],
  commit: 'abc1234',
  isDirty: false,
  day: '2026-11-30',
  machine: 'a PC, 2 cores',
  load: 'load 1.0 to 2.0',
};

describe('the mark of a measurement', () => {
  it('is a comment that says what, which commit, when, where and beside what', () => {
    expect(toMark(measured)).toBe(
      '<!-- measures: src/kernel src/model; commit abc1234; 2026-11-30; a PC, 2 cores; load 1.0 to 2.0 -->',
    );
  });

  it('is read as it was written, whatever the machine is called', () => {
    const word = fc.stringMatching(/^[a-z/.]{1,12}$/);
    const words = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => /^\S.*\S$/.test(text));
    const arbitrary = fc.record({
      measures: fc.array(word, { minLength: 1, maxLength: 3 }),
      commit: fc.option(fc.stringMatching(/^[0-9a-f]{7,12}$/), { nil: undefined }),
      day: fc.constantFrom('2026-11-30', '2027-01-01'),
      machine: words,
      load: words,
    });
    fc.assert(
      fc.property(arbitrary, fc.boolean(), (given, hasChanges) => {
        const isDirty = hasChanges && given.commit !== undefined;
        const plain = (text: string): string => text.replaceAll(/[;>]/g, ',');
        const told = { ...given, isDirty, machine: plain(given.machine), load: plain(given.load) };

        expect(readMarks(`text\n\n${toMark({ ...given, isDirty })}\n`)).toEqual([{ ...told, line: 3 }]);
      }),
    );
  });

  it.each([
    '<!-- measures: src/kernel -->',
    '<!-- measures: src/kernel; commit abc; 2026-11-30; a PC; load 1 -->',
    '<!-- measures: src/kernel; abc1234; 2026-11-30; a PC; load 1 -->',
    '<!-- measures: src/kernel; commit abc1234; 30 Nov; a PC; load 1 -->',
    '<!-- measures: src/kernel; commit abc1234; 2026-11-30; a PC -->',
    '<!-- measures: src/kernel; commit abc1234; 2026-11-30; a PC; load 1',
  ])('names the line of what is none: %s', (line) => {
    expect(() => readMarks(`# Title\n${line}\n`)).toThrow('line 2 is no mark');
  });
});

describe('tables of figures', () => {
  const figures = '| what | µs |\n|---|---:|\n| a | 1.2 |\n| b | ~3 … 4 |\n';
  const words = '| option | type |\n|---|---|\n| a | text |\n';
  const mark = toMark(measured);

  it('are those whose cells are mostly numbers', () => {
    expect(findFigureTables(`${words}\n${figures}`)).toEqual([{ line: 5, isMarked: false }]);
    expect(findFigureTables(`\`\`\`\n${figures}\`\`\`\n`)).toEqual([]);
  });

  it('are marked by a mark above, up to the next heading', () => {
    const text = `# One\n${mark}\n\n${figures}\ntext\n\n${figures}\n## Two\n\n${figures}`;
    expect(findFigureTables(text).map(({ isMarked }) => isMarked)).toEqual([true, true, false]);
  });
});

describe('the age of a measurement', () => {
  const none = { commits: [], isDirty: false };

  it('is none while nothing of its subject has changed', () => {
    expect(ageOf(measured, none)).toBeUndefined();
  });

  it('tells the number of commits since, and the newest', () => {
    const commits = ['def5678 Faster', 'cde4567 Smaller'];
    expect(ageOf(measured, { commits, isDirty: true })).toBe('2 commits since abc1234, the last: def5678 Faster');
    expect(ageOf(measured, { commits: ['def5678 Faster'], isDirty: false })).toContain('1 commit since');
  });

  it('tells changes that are in no commit, of then and of now', () => {
    expect(ageOf({ ...measured, isDirty: true }, none)).toContain('measured at abc1234 with changes');
    expect(ageOf(measured, { commits: [], isDirty: true })).toContain('changes since abc1234 that are in no commit');
  });

  it('is told as unknown where the commit is', () => {
    expect(ageOf({ ...measured, commit: undefined }, none)).toContain('unknown commit');
    expect(ageOf(measured, { commits: undefined, isDirty: false })).toContain('this history does not have');
  });
});

describe('the commits that make a measurement old', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-measured-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function git(...args: readonly string[]): string {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
  }
  function commit(subject: string, files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    git('add', '-A');
    git('commit', '-qm', subject);
  }

  it('are those that change code: no comments, no blank lines, no new names of files', () => {
    git('init', '-q');
    commit('measured', { 'a.ts': '/** Adds. */\nconst a = 1;\n' });
    const measuredAt = git('rev-parse', 'HEAD').trim();
    commit('words', { 'a.ts': '/**\n * Adds one.\n */\n\n// Here.\nconst a = 1;\n' });
    commit('code', { 'a.ts': '/** Adds. */\nconst a = 2;\n' });
    git('mv', 'a.ts', 'b.ts');
    commit('name', {});
    commit('file', { 'c.ts': 'const c = 3;\n' });
    commit('document', { 'c.md': 'words\n' });

    const log = git('log', ...CODE_PATCHES, `${measuredAt}..HEAD`, '--', '.', WITHOUT_WORDS);

    expect(codeCommitsOf(log).map((line) => line.replace(/^[0-9a-f]+ /, ''))).toEqual(['file', 'code']);
    expect(codeCommitsOf('')).toEqual([]);
  });
});

describe('the documents', () => {
  /** Made from the code: their numbers are no measurements. */
  const generated = ['config/errors.md', 'config/reference.md'];
  const documents = ['.', 'src', 'test', 'config']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules') && !generated.includes(name));
  const textOf = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

  it('have a mark above each table of figures', () => {
    const tables = documents.flatMap((name) => findFigureTables(textOf(name)).map((table) => ({ name, ...table })));

    expect(tables.filter(({ isMarked }) => !isMarked)).toEqual([]);
    expect(tables.length).toBeGreaterThan(5);
  });

  it('name folders and files that are there', () => {
    const marks = documents.flatMap((name) => readMarks(textOf(name)).map((mark) => ({ name, ...mark })));
    const missing = marks.flatMap(({ name, line, measures }) =>
      measures.filter((path) => !existsSync(join(ROOT, path))).map((path) => `${name}:${line}: ${path}`),
    );

    expect(missing).toEqual([]);
    expect(marks.length).toBeGreaterThan(5);
  });

  it('mark the figures of the root README', () => {
    const section = textOf('README.md')
      .split(/^## /m)
      .find((text) => text.startsWith('Figures'));
    expect(readMarks(section ?? '').length).toBeGreaterThan(1);
  });
});
