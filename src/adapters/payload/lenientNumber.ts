import type { DropReason } from '../../domain/dropReason.ts';
import type { DecimalMark } from '../../domain/notation.ts';
import { checkNumber, readNumberText, trimBlanks } from './numberText.ts';

/**
 * A number, and behind it a unit: one or two words of letters, %, °, with squares, cubes and one slash (`°C`, `% RH`, `deg C`, `m³/h`,
 * `µg/m3`, `Celsius`); no digit but those of a power.
 */
const PARTS =
  /^([+\-−]?[\d.,'’\u00a0\u202f ]*\d(?:[eE][+-]?\d{1,3})?|[+\-−]?[.,]\d+)\s*((?:[%‰°℃℉]|\p{L})[\p{L}°]{0,11}[²³23]?(?:\/\p{L}{1,4}[²³23]?|\s[°]?\p{L}{1,4})?)?$/u;
/** Hexadecimal, octal or binary digits: no number with a unit `x`. */
const RADIX = /^[+-]?0[xXoObB]/;
const SIGN = /^[+\-−]/;
/** The first group does not begin with 0: `0,123` has decimals. */
const THOUSANDS = /^[1-9]\d{0,2}(?:([,.'’\u00a0\u202f ])\d{3})(?:\1\d{3})*$/;
const LONGEST = 64;

/**
 * The number in a text that people write: with a unit (`21.5 °C`), a decimal comma (`21,5`), marks between thousands (`1,210.5`,
 * `1 210,5`), a typographic minus.
 * @param mark what `1,210` means; undefined: it could be either, which is no number
 */
export function readLenientNumber(text: string, mark: DecimalMark | undefined): number | DropReason {
  const strict = mark === 'comma' ? undefined : readNumberText(text, undefined);
  if (strict !== undefined && strict !== 'not-a-number') return strict;
  const word = trimBlanks(text);
  const number = numberIn(word);
  const plain = number === undefined ? undefined : toPlain(number, mark);
  return plain === undefined ? readNumberText(text, undefined) : checkNumber(Number(plain));
}

/** The unit behind the number of such a text; undefined: there is none. */
export function unitIn(text: string): string | undefined {
  const word = trimBlanks(text);
  return word.length > LONGEST || RADIX.test(word) ? undefined : PARTS.exec(word)?.[2];
}

/** The decimal mark that the text can only mean; `either` for one like `1,210`; undefined: it tells nothing of it. */
export function markOf(text: string): DecimalMark | 'either' | undefined {
  const word = trimBlanks(text);
  const number = numberIn(word)?.replace(SIGN, '');
  const mark = number === undefined ? undefined : decimalOf(number, undefined);
  if (mark === 'either') return mark;
  if (mark === '.' && number?.includes(',') === true) return 'point';
  if (mark === ',') return 'comma';
  return mark === '' && number?.includes(',') === true ? 'point' : undefined;
}

/** The digits of a text, with their marks and sign; undefined: it says more than a number and a unit. */
function numberIn(word: string): string | undefined {
  return word.length > LONGEST || RADIX.test(word) ? undefined : PARTS.exec(word)?.[1];
}

/** The character before the decimals, empty where there are none. @param number without a sign */
function decimalOf(number: string, mark: DecimalMark | undefined): '.' | ',' | '' | 'either' {
  const comma = number.lastIndexOf(',');
  const point = number.lastIndexOf('.');
  if (comma >= 0 && point >= 0) return comma > point ? ',' : '.';
  if (!THOUSANDS.test(number)) return comma >= 0 ? ',' : point >= 0 ? '.' : '';
  const isSingle = number.indexOf(',') === comma && number.indexOf('.') === point;
  if (!isSingle || (comma < 0 && point < 0)) return '';
  if (comma >= 0) return mark === undefined ? 'either' : mark === 'comma' ? ',' : '';
  return mark === 'comma' ? '' : '.';
}

/** The number as JavaScript writes it; undefined: it is none. */
function toPlain(text: string, mark: DecimalMark | undefined): string | undefined {
  const number = text.replace(SIGN, '');
  const decimal = decimalOf(number, mark);
  if (decimal === 'either') return undefined;
  const at = decimal === '' ? -1 : number.lastIndexOf(decimal);
  const [, whole = '', power = ''] = /^(.*?)([eE][+-]?\d+)?$/s.exec(at < 0 ? number : number.slice(0, at)) ?? [];
  const rest = at < 0 ? power : number.slice(at + 1);
  if (!/^\d*$/.test(whole) && !THOUSANDS.test(whole)) return undefined;
  if (!/^\d*(?:[eE][+-]?\d+)?$/.test(rest)) return undefined;
  const sign = /^[-−]/.test(text) ? '-' : '';
  return `${sign}${whole.replace(/\D/g, '') || '0'}${at < 0 ? '' : '.'}${rest}`;
}
