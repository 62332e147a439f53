import type { DropReason, Refused } from '../../domain/dropReason.ts';
import type { Notation } from '../../domain/notation.ts';
import { markOf, readLenientNumber } from './lenientNumber.ts';
import { trimBlanks } from './numberText.ts';

/** UTF-16 units of a value that are shown. */
const MOST_SHOWN = 40;
/** Bytes of a payload that are looked at. */
const MOST_BYTES = 160;
const LONGEST_FIELD = 80;

/** Names and words beside which a secret may stand. */
const SECRET_NAME =
  /pass|pwd|secret|token|credential|auth|cookie|session|private|psk|ssid|api.?key|(?:^|[._/-])(?:key|pin|code)s?$/i;
const SECRET_TEXT = /pass|pwd|secret|token|credential|auth|bearer|cookie|private|psk|ssid|api.?key|:\/\/[^/\s]*@/i;
/** Letters and digits mixed, as long as keys are. */
const KEY_LIKE = /(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}/;

const SWITCHED = /^\s*(?:on|off|true|false)\s*$/i;
const SWITCH_REMEDY = 'map, or with source: booleans: on';

/** Numbers as people write them begin so. Other texts need no closer look. */
const NUMBER_BEGINS = /^\s*[+\-−]?[.,]?\d/;

/** Tells whether a text is a number with a unit, a decimal comma or marks between thousands, which only `parse: lenient` reads. */
export function isLenientText(value: unknown): value is string {
  return typeof value === 'string' && remedyOf(value) !== undefined;
}

/**
 * The value that was refused as it may stand in a log: shortened, and never what could be a secret by its name or its look.
 * @param name dotted path of the value, or the topic that it is the payload of
 * @returns undefined: it is not shown
 */
export function showRefused(
  reason: DropReason,
  value: unknown,
  path: string | undefined,
  topic: string,
  notation: Notation,
): Refused | undefined {
  const shown = SECRET_NAME.test(path ?? topic) ? undefined : showValue(value);
  if (shown === undefined) return undefined;
  const remedy = reason === 'not-a-number' ? remedyFor(value, notation) : undefined;
  return {
    value: shown,
    ...(path !== undefined && { field: shorten(path, LONGEST_FIELD) }),
    ...(remedy !== undefined && { remedy }),
  };
}

/** The beginning of a payload that cannot be read. */
export function showPayload(payload: Uint8Array): Refused | undefined {
  const text = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, MOST_BYTES)).toString();
  const shown = showValue(text);
  return shown === undefined ? undefined : { value: shown };
}

function showValue(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  if (typeof value !== 'string') return undefined;
  const text = value.length > MOST_BYTES ? value.slice(0, MOST_BYTES) : value;
  return SECRET_TEXT.test(text) || KEY_LIKE.test(text) ? undefined : shorten(value, MOST_SHOWN);
}

/** Cuts between characters. */
function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}

function remedyFor(value: unknown, notation: Notation): string | undefined {
  if (typeof value === 'boolean' || (typeof value === 'string' && SWITCHED.test(value))) return SWITCH_REMEDY;
  return typeof value === 'string' ? remedyOf(value, notation) : undefined;
}

/** Options by which the text is a number; undefined: none helps. */
function remedyOf(text: string, notation?: Notation): string | undefined {
  if (text.length > MOST_BYTES || !NUMBER_BEGINS.test(text)) return undefined;
  const isLenient = notation?.isLenient === true;
  if (markOf(trimBlanks(text)) === 'either')
    return isLenient ? 'decimal: comma, or decimal: point' : 'parse: lenient, and decimal: comma or point';
  return !isLenient && typeof readLenientNumber(text, notation?.decimal) === 'number' ? 'parse: lenient' : undefined;
}
