import type { DropReason } from '../../domain/dropReason.ts';

/** Numbers that the user gave to texts, by text. */
export type TextMap = ReadonlyMap<string, number>;

// Unambiguous on purpose (no `\d+\.?\d*`): a long run of digits with junk behind it stays linear.
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITY = /^[+-]?inf(?:inity)?$/;
/** Texts by which devices say that they have no value, in small letters. */
export const NO_VALUE: ReadonlySet<string> = new Set([
  'nan',
  '-nan',
  '+nan',
  'null',
  'none',
  'unavailable',
  'unknown',
  'offline',
]);

/** No sensor writes more characters than this for one number; what is longer is no number. */
const LONGEST_NUMBER = 128;

/** Below this a 64-bit float is subnormal: slow on some processors, and no reading. */
const SMALLEST = 2.2250738585072014e-308;

/**
 * The number that a text says, or why it says none. Strict: no unit, no decimal comma, no hex, no digits but 0 to 9.
 * Blanks and line ends around it are tolerated (shell scripts publish them), a text of nothing else is not a number.
 */
export function readNumberText(text: string, map: TextMap | undefined): number | DropReason {
  if (text === '') return 'missing';
  const word = trimBlanks(text);
  if (word.length <= LONGEST_NUMBER && NUMBER.test(word)) return checkNumber(Number(word));
  if (word.length > LONGEST_NUMBER || word === '') return 'not-a-number';
  const lower = word.toLowerCase();
  const mapped = map?.get(word) ?? map?.get(lower);
  if (mapped !== undefined) return checkNumber(mapped);
  if (NO_VALUE.has(lower)) return 'missing';
  return INFINITY.test(lower) ? 'not-finite' : 'not-a-number';
}

/** Any finite number: what no sensor can mean the learner does not believe. −0 and subnormal numbers become 0. */
export function checkNumber(value: number): number | DropReason {
  if (!Number.isFinite(value)) return 'not-finite';
  return Math.abs(value) < SMALLEST ? 0 : value;
}

/** The text without blanks around it. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end - start === text.length ? text : text.slice(start, end);
}

/** Space, tab, line feed, carriage return: the blanks of JSON. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
