import type { DropReason } from '../../domain/dropReason.ts';
import { checkNumber, readNumberText, type TextMap } from './numberText.ts';

/** The number in a parsed JSON value, or why it holds none. Texts count by their content: older firmware quotes numbers. */
export function readJsonNumber(value: unknown, map: TextMap | undefined): number | DropReason {
  if (typeof value === 'number') return checkNumber(value);
  if (typeof value === 'string') return readNumberText(value, map);
  if (value === null) return 'missing';
  if (typeof value === 'boolean') {
    const mapped = map?.get(String(value));
    return mapped === undefined ? 'not-a-number' : checkNumber(mapped);
  }
  return 'not-a-number';
}
