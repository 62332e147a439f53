import type { TextMap } from '../numberText.ts';

/** Words of what is on or off, in small letters, and their numbers. */
export const SWITCH_WORDS: TextMap = new Map([
  ['on', 1],
  ['off', 0],
  ['true', 1],
  ['false', 0],
]);

export function isSwitchWord(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 5 && SWITCH_WORDS.has(value.toLowerCase());
}
