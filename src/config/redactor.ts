import { editDistance } from './closest.ts';

/** The lines of a file as they may be printed. */
export interface Redactor {
  /** Line `number` (from 1) without what may be secret. */
  line(number: number): string;
  /** Whether something on this line may be secret, so that foreign messages about it must not be printed. */
  isSecret(number: number): boolean;
}

const KEY = /([\w.-]+)["']?\s*:/g;
const SECRET_KEY = /pass|pwd|secret|token|credential/i;

/** Errs on the safe side: it runs on files that are not valid YAML, where only text tells what a line is. */
export function createRedactor(text: string): Redactor {
  const lines = text.split(/\r\n|\r|\n/);
  const secretFrom = findSecrets(lines);
  return {
    isSecret: (number) => secretFrom[number - 1] !== undefined,
    line(number) {
      const line = lines[number - 1] ?? '';
      const from = secretFrom[number - 1];
      return hideCredentials(from === undefined ? line : `${line.slice(0, from)}…`);
    },
  };
}

/** For each line the column from which on it is secret: after the colon of a secret's key, and whatever continues it. */
function findSecrets(lines: readonly string[]): readonly (number | undefined)[] {
  let indent = -1;
  let quote: string | undefined;
  let isOpen = false;
  return lines.map((line) => {
    const ownIndent = line.search(/\S/);
    const continues = quote !== undefined || (indent >= 0 && (ownIndent === -1 || ownIndent > indent || isOpen));
    if (continues) {
      if (quote !== undefined && line.includes(quote)) quote = undefined;
      if (ownIndent !== -1) isOpen = false;
      return Math.max(ownIndent, 0);
    }
    indent = -1;
    const from = secretColumn(line);
    if (from === undefined) return undefined;
    const value = line.slice(from).trim();
    indent = ownIndent;
    isOpen = value === '';
    const first = /["']/.exec(value)?.[0];
    quote = first !== undefined && value.split(first).length % 2 === 0 ? first : undefined;
    return from;
  });
}

function secretColumn(line: string): number | undefined {
  for (const match of line.matchAll(KEY)) {
    const key = match[1] as string;
    if (SECRET_KEY.test(key) || editDistance(key.toLowerCase().slice(0, 32), 'password') <= 3)
      return match.index + match[0].length;
  }
  return undefined;
}

/** `mqtt://user:password@host` → `mqtt://…@host`; what follows a `?` may be a token. */
function hideCredentials(line: string): string {
  const hidden = line.replace(/:\/\/.*@/, '://…@');
  return hidden.includes('://') ? hidden.replace(/\?.*$/, '?…') : hidden;
}
