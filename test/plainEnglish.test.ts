import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';

// Comments begin with their subject or a verb in the present, and say numbers and owners by name. This test reads all comments of
// src and the doc comments of test.

/** A doc comment that begins so has no subject: "Of the last entry." for "Position of the last entry." */
const OPENINGS = /^(Of|What|Whether|Who|Whoever|So|As|How)\b/;
const PHRASES = /\bso (many|often|long)\b|\bwhoever\b|\bnobody\b|what is known of|no more than it may/i;

interface Comment {
  readonly line: number;
  readonly isDoc: boolean;
  readonly text: string;
}

/** The comments of a file. Strings are not told apart: in one, `//` and `/*` follow a space rarely enough. */
function commentsOf(source: string): readonly Comment[] {
  const found: Comment[] = [];
  for (const match of source.matchAll(/(?<=^|[\s({,;])(?:\/\*([\s\S]*?)\*\/|\/\/(.*))/gm)) {
    const body = (match[1] ?? match[2] ?? '').replace(/^\s*\*+ ?/gm, '').trim();
    const line = source.slice(0, match.index).split('\n').length;
    found.push({ line, isDoc: match[0].startsWith('/**'), text: body.replace(/\s+/g, ' ') });
  }
  return found;
}

function faultsOf(source: string, docOnly: boolean): readonly string[] {
  return commentsOf(source)
    .filter(({ isDoc }) => isDoc || !docOnly)
    .filter(({ isDoc, text }) => (isDoc && OPENINGS.test(text)) || PHRASES.test(text))
    .map(({ line, text }) => `${line}: ${text}`);
}

function faultsIn(file: string): readonly string[] {
  return faultsOf(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'), file.startsWith('test/'));
}

const FILES = ['src', 'test'].flatMap((folder) =>
  readdirSync(new URL(`../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.m?ts$/.test(name) && !/generated|node_modules|plainEnglish/.test(name)),
);
it('begins each comment with a subject or a verb', () => {
  expect(FILES.flatMap((file) => faultsIn(file).map((fault) => `${file}:${fault}`))).toEqual([]);
  expect(FILES.length).toBeGreaterThan(500);
});

test.each([
  ['a doc comment without a subject', '/** Of the last entry. */', 1],
  ['the same over two lines', '  /**\n   * What waits here.\n   */', 1],
  ['a comment that begins so and is no doc comment', '// What follows is measured.', 0],
  ['a phrase in a plain comment', 'const a = 1; // at most so many', 1],
  ['a phrase over two lines', '/**\n * A limit of so\n * many rows.\n */', 1],
  ['a string with a scheme', "const url = 'mqtt://nobody';", 0],
  ['a subject first', '/** Position of the last entry. */', 0],
  ['a longer word at the beginning', '/** Often. */', 0],
])('the reader of comments: %s', (_, source, faults) => {
  expect(faultsOf(source, false)).toHaveLength(faults);
});
