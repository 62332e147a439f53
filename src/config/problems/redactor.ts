import { editDistance } from './closest.ts';
import { harmlessUpTo, type IsHarmless, noWord } from './harmless.ts';

/** The lines of a file as they may be printed. */
export interface Redactor {
  /** Line `number` (from 1) up to where it may be secret. */
  line(number: number): string;
  /** Column (from 1) from which on the line may be secret; undefined: nothing on it is. */
  secretFrom(number: number): number | undefined;
}

const WORD = /[\w.-]+/g;
const SECRET_WORD = /pass|pwd|secret|token|credential|auth/i;
/** A line that begins a new option, so that whatever was secret above has ended. */
const KEY_LINE = /^\s*(- +)*(["']?)[\w./-]+\2\s*:(\s|$)/;

/**
 * Errs on the safe side: it runs on files that are not valid YAML, where only text tells what a line is. What follows a word
 * such as `password` is secret. So is everything that is not one of our options with its value.
 */
export function createRedactor(text: string): Redactor {
  const lines = text.split(/\r\n|\r|\n/);
  const secrets = findSecrets(lines);
  return {
    secretFrom: (number) => {
      const from = secrets[number - 1]?.word;
      return from === undefined ? undefined : from + 1;
    },
    line(number) {
      const line = lines[number - 1] ?? '';
      const from = secrets[number - 1]?.shown ?? line.length;
      return from < line.length ? `${line.slice(0, from)}…` : line;
    },
  };
}

/** Where a line becomes secret. */
interface Secret {
  /** Behind a word that announces it, or all of the line where one above does. */
  readonly word: number | undefined;
  /** From here on it is not printed: nowhere after `word`. */
  readonly shown: number | undefined;
}

/** The lines after a secret's key that may belong to its value. */
interface Open {
  readonly indent: number;
  /** Nothing of the value was seen yet: the next line holds it, whatever it looks like. */
  readonly isEmpty: boolean;
  /** The quote that has not been closed. */
  readonly quote: string | undefined;
}

function findSecrets(lines: readonly string[]): readonly Secret[] {
  let open: Open | undefined;
  let before: IsHarmless = noWord;
  return lines.map((line): Secret => {
    const indent = line.search(/\S/);
    if (open !== undefined && continues(line, indent, open)) {
      open = { indent: open.indent, isEmpty: open.isEmpty && !hasValue(line), quote: quoteAfter(line, open.quote) };
      const all = Math.max(indent, 0);
      before = noWord;
      return { word: all, shown: all };
    }
    const found = findSecretWord(line);
    const harmless = harmlessUpTo(line, before);
    before = harmless.next;
    // What belongs to a key is further in than the key, not than the dash before it.
    const column = Math.max(line.search(/[^\s-]/), indent);
    open = openAt(line, column, found?.isKey === true ? Math.min(found.end, harmless.end) : harmless.valueAt);
    const shown = Math.min(found?.end ?? line.length, harmless.end);
    return { word: found?.end, shown: shown < line.length ? shown : undefined };
  });
}

function continues(line: string, indent: number, open: Open): boolean {
  return indent === -1 || open.quote !== undefined || open.isEmpty || indent > open.indent || !KEY_LINE.test(line);
}

function openAt(line: string, indent: number, at: number | undefined): Open | undefined {
  return at === undefined ? undefined : openAfter(line.slice(at), indent);
}

function openAfter(rest: string, indent: number): Open {
  const first = /["']/.exec(rest.slice(1))?.[0];
  const isUnclosed = first !== undefined && rest.slice(1).split(first).length % 2 === 0;
  return { indent, isEmpty: !hasValue(rest), quote: isUnclosed ? first : undefined };
}

function hasValue(text: string): boolean {
  return /\w/.test(text.replace(/(^|\s)#.*$/, ''));
}

function quoteAfter(line: string, quote: string | undefined): string | undefined {
  return quote !== undefined && line.includes(quote) ? undefined : quote;
}

/** `isKey`: it may be the key of what follows, as the first word of its line or before a colon. */
function findSecretWord(line: string): { readonly end: number; readonly isKey: boolean } | undefined {
  for (const match of line.matchAll(WORD)) {
    const word = match[0];
    if (!SECRET_WORD.test(word) && (word.length > 32 || editDistance(word.toLowerCase(), 'password') > 3)) continue;
    // The word itself may be glued to a secret (`mytoken-hunter2`), and is no more than an option's name elsewhere.
    const end = match.index + word.length;
    const isFirst = !/\w/.test(line.slice(0, match.index));
    return { end, isKey: isFirst || /^["']?\s*:/.test(line.slice(end)) };
  }
  return undefined;
}
