import type { DropReason } from '../../domain/dropReason.ts';
import { isValidReading, type ValidReadings } from '../../domain/validReadings.ts';
import { checkNumber, readNumberText, type TextMap } from './numberText.ts';

/**
 * The reading in a parsed JSON value or a text, or why it holds none. Texts count by their content: older firmware quotes
 * numbers. What is valid is asked of the number that comes out, not of its spelling.
 */
export function readJsonNumber(value: unknown, map: TextMap | undefined, valid: ValidReadings): number | DropReason {
  const number = toNumber(value, map);
  return typeof number === 'number' && !isValidReading(number, valid) ? 'not-valid' : number;
}

function toNumber(value: unknown, map: TextMap | undefined): number | DropReason {
  if (typeof value === 'number') return checkNumber(value);
  if (typeof value === 'string') return readNumberText(value, map);
  if (value === null) return 'missing';
  if (typeof value === 'boolean') {
    const mapped = map?.get(String(value));
    return mapped === undefined ? 'not-a-number' : checkNumber(mapped);
  }
  return 'not-a-number';
}
