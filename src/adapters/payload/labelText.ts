import type { DropReason } from '../../domain/dropReason.ts';
import { NO_VALUE, trimBlanks } from './numberText.ts';

/** Longest name of a class, in UTF-16 units: all of it goes into the journal. */
const LONGEST_NAME = 100;

/** Half a surrogate pair, which UTF-8 cannot hold. */
const HALF_CHARACTER = /\p{Cs}/u;

/** The name of a class, or why there is none. */
export type LabelText = { readonly name: string } | { readonly reason: DropReason };

/**
 * Reads the name of a class: a text without the blanks around it, or a number or boolean as JSON writes it.
 * @param map classes by text; undefined: each text is the name of one
 */
export function readLabelText(value: unknown, map: ReadonlyMap<string, string> | undefined): LabelText {
  if (value === null) return { reason: 'missing' };
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return { reason: 'not-a-label' };
  const text = trimBlanks(String(value));
  const mapped = map?.get(text);
  if (mapped !== undefined) return { name: mapped };
  if (text === '') return { reason: 'not-a-label' };
  if (NO_VALUE.has(text.toLowerCase())) return { reason: 'missing' };
  if (map !== undefined || text.length > LONGEST_NAME || HALF_CHARACTER.test(text)) return { reason: 'label-unknown' };
  return { name: text };
}
