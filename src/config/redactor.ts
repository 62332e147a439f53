import { editDistance } from './closest.ts';

/** The lines of a file as they may be printed. */
export interface Redactor {
  /** Line `number` (from 1) without what may be secret. */
  line(number: number): string;
  /** Column (from 1) from which on the line may be secret; undefined: nothing on it is. */
  secretFrom(number: number): number | undefined;
}

const WORD = /[\w.-]+/g;
const SECRET_WORD = /pass|pwd|secret|token|credential/i;
/** A line that begins a new option, so that whatever was secret above has ended. */
const KEY_LINE = /^\s*(- +)*(["']?)[\w./-]+\2\s*:(\s|$)/;

/** Errs on the safe side: it runs on files that are not valid YAML, where only text tells what a line is. */
export function createRedactor(text: string): Redactor {
  const lines = text.split(/\r\n|\r|\n/);
  const secrets = findSecrets(lines);
  return {
    secretFrom: (number) => {
      const from = secrets[number - 1];
      return from === undefined ? undefined : from + 1;
    },
    line(number) {
      const line = lines[number - 1] ?? '';
      const from = secrets[number - 1];
      return hideCredentials(from === undefined ? line : `${line.slice(0, from)}…`);
    },
  };
}

/** What a secret's key leaves open for the lines after it. */
interface Open {
  readonly indent: number;
  /** Nothing of the value was seen yet: the next line holds it, whatever it looks like. */
  readonly isEmpty: boolean;
  /** The quote that has not been closed. */
  readonly quote: string | undefined;
}

function findSecrets(lines: readonly string[]): readonly (number | undefined)[] {
  let open: Open | undefined;
  return lines.map((line) => {
    const indent = line.search(/\S/);
    if (open !== undefined && continues(line, indent, open)) {
      open = { indent: open.indent, isEmpty: open.isEmpty && !hasValue(line), quote: quoteAfter(line, open.quote) };
      return Math.max(indent, 0);
    }
    const found = findSecretWord(line);
    open = found?.isKey === true ? openAfter(line.slice(found.end), indent) : undefined;
    return found?.end;
  });
}

function continues(line: string, indent: number, open: Open): boolean {
  return indent === -1 || open.quote !== undefined || open.isEmpty || indent > open.indent || !KEY_LINE.test(line);
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
    const end = match.index + word.length;
    const isFirst = !/\w/.test(line.slice(0, match.index));
    return { end, isKey: isFirst || /^["']?\s*:/.test(line.slice(end)) };
  }
  return undefined;
}

/** `mqtt://user:password@host` → `mqtt://…@host`; what follows a `?` may be a token. */
function hideCredentials(line: string): string {
  const hidden = line.replace(/:\/\/.*@/, '://…@');
  return hidden.includes('://') ? hidden.replace(/\?.*$/, '?…') : hidden;
}
