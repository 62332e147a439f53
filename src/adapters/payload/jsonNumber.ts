import { POWERS_OF_TEN } from '../../domain/decimals.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import type { Notation } from '../../domain/notation.ts';
import { isValidReading, type ValidReadings } from '../../domain/validReadings.ts';
import { readLenientNumber, unitIn } from './lenientNumber.ts';
import { checkNumber, readNumberText, type TextMap, trimBlanks } from './numberText.ts';
import type { StreamUnit } from './streamUnit.ts';

/** Rules by which a value is a reading. */
export interface ReadingRules {
  readonly valid: ValidReadings;
  readonly notation: Notation;
}

/** A number with a decimal comma and nothing else. */
const COMMA_NUMBER = /^[+-]?\d*,\d+$/;
/** Longer ones are no numbers. */
const LONGEST = 128;

/**
 * The reading in a parsed JSON value or a text, or why it holds none. Texts count by their content: older firmware quotes
 * numbers. What is valid is asked of the number that comes out, not of its spelling.
 * @param unit that of the stream, to which a number with a unit behind it is converted. Default: units are passed over
 */
export function readJsonNumber(
  value: unknown,
  map: TextMap | undefined,
  { valid, notation }: ReadingRules,
  unit?: StreamUnit | undefined,
): number | DropReason {
  const number = typeof value === 'number' ? checkNumber(value) : toNumber(value, map, notation, unit);
  return typeof number === 'number' && !isValidReading(number, valid) ? 'not-valid' : number;
}

function toNumber(
  value: unknown,
  map: TextMap | undefined,
  notation: Notation,
  unit: StreamUnit | undefined,
): number | DropReason {
  if (typeof value === 'string') return readText(value, map, notation, unit);
  if (value === null) return 'missing';
  if (typeof value === 'boolean') {
    const mapped = map?.get(String(value));
    return mapped === undefined ? 'not-a-number' : checkNumber(mapped);
  }
  return 'not-a-number';
}

function readText(
  text: string,
  map: TextMap | undefined,
  { isLenient, decimal }: Notation,
  unit: StreamUnit | undefined,
): number | DropReason {
  const strict = readNumberText(text, map);
  if (!isLenient && (decimal !== 'comma' || strict !== 'not-a-number')) return strict;
  if (!isLenient) return readComma(text);
  // Where the mark is a comma, the point of `1.210` parts thousands.
  if (strict !== 'not-a-number' && decimal !== 'comma') return strict;
  const lenient = readLenientNumber(text, decimal);
  if (typeof lenient !== 'number') return strict;
  const written = unit && unitIn(text);
  return written === undefined ? lenient : inUnitOf(lenient, unit?.exponentOf(written));
}

/** Divides where it can: the number that comes out is then the nearest one. */
function inUnitOf(number: number, exponent: number | undefined): number | DropReason {
  if (exponent === undefined) return 'other-unit';
  const factor = POWERS_OF_TEN[Math.abs(exponent)];
  return checkNumber(exponent < 0 ? number / factor : number * factor);
}

function readComma(text: string): number | DropReason {
  const word = trimBlanks(text);
  return word.length <= LONGEST && COMMA_NUMBER.test(word)
    ? checkNumber(Number(word.replace(',', '.')))
    : 'not-a-number';
}
