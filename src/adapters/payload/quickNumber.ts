import { POWERS_OF_TEN } from '../../domain/decimals.ts';
import { exactTimeIn } from './exactTime.ts';
import { type Keys, keysOf, type QuickKey } from './quickKey.ts';

/** Digits up to which a whole number is exact in float64. Divided by a power of ten that is exact too, it gives the nearest number. */
const MOST_DIGITS = 15;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LAST_PRINTABLE = 0x7e;
const LETTER_A = 0x41;
const LETTER_Z = 0x5a;
const SMALL_A = 0x61;
const SMALL_Z = 0x7a;

const NOTHING = new Uint8Array(0);
const WORDS = keysOf(['true', 'false', 'null']);

/**
 * Takes one number out of the bytes of a payload, without a text and without the objects of `JSON.parse`. All of the payload is checked.
 * What is not of the plain kind that nearly all sensors send is left to the usual way (NaN): escapes, other characters than ASCII, nesting,
 * line ends, exponents, many digits, a key twice. Every number that it finds is the one that `JSON.parse` and `Number` find.
 */
class QuickScan {
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;

  /** A payload that is the number itself. */
  number(bytes: Uint8Array, start: number, end: number): number {
    this.#begin(bytes, start, end);
    const value = this.#number();
    const isWhole = this.#at === end;
    this.#bytes = NOTHING;
    return isWhole ? value : Number.NaN;
  }

  /** The number of a key, in an object of numbers, texts and words that has none of the refused keys. */
  field(bytes: Uint8Array, start: number, end: number, key: Uint8Array, refused: Keys): number {
    this.#begin(bytes, start, end);
    const value = this.#fields(key, refused);
    this.#bytes = NOTHING;
    return value;
  }

  /** The values of an object that has these keys, in this order, and no others. */
  layout(bytes: Uint8Array, start: number, end: number, layout: readonly QuickKey[], values: Float64Array): boolean {
    this.#begin(bytes, start, end);
    const isWhole = this.#layout(layout, values);
    this.#bytes = NOTHING;
    return isWhole;
  }

  #layout(layout: readonly QuickKey[], values: Float64Array): boolean {
    if (!this.#take(OPEN)) return false;
    for (let i = 0; i < layout.length; i++) {
      if (i > 0 && !this.#take(COMMA)) return false;
      const { quoted, holds } = layout[i];
      if (!this.#hasAt(quoted, this.#at)) return false;
      this.#at += quoted.length;
      if (!this.#take(COLON)) return false;
      if (holds === 'word') {
        if (!this.#words()) return false;
      } else {
        const value = holds === 'number' ? this.#number() : this.#time();
        if (Number.isNaN(value)) return false;
        values[i] = value;
      }
    }
    return this.#take(CLOSE) && this.#at === this.#end;
  }

  /** A word of JSON, or a text that no one can take for a number. */
  #words(): boolean {
    if (this.#bytes[this.#at] !== QUOTE) return this.#word();
    const first = this.#bytes[this.#at + 1];
    const isLetter = (first >= LETTER_A && first <= LETTER_Z) || (first >= SMALL_A && first <= SMALL_Z);
    return isLetter && this.#text();
  }

  /** A text that says a time of the usual form. */
  #time(): number {
    const from = this.#at + 1;
    return this.#text() ? exactTimeIn(this.#bytes, from, this.#at - 1) : Number.NaN;
  }

  #begin(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  #fields(key: Uint8Array, refused: Keys): number {
    if (!this.#take(OPEN)) return Number.NaN;
    let found = Number.NaN;
    for (;;) {
      const from = this.#at + 1;
      if (!this.#text()) return Number.NaN;
      const isWanted = this.#isKey(key, from);
      if (!isWanted && this.#isOneOf(refused, from)) return Number.NaN;
      if (isWanted && !Number.isNaN(found)) return Number.NaN;
      if (!this.#take(COLON)) return Number.NaN;
      const value = this.#value(isWanted);
      if (value === undefined) return Number.NaN;
      if (isWanted) found = value;
      if (this.#take(COMMA)) continue;
      return this.#take(CLOSE) && this.#at === this.#end ? found : Number.NaN;
    }
  }

  /** @returns the number, 0 for anything else that may stand there where it is not wanted; undefined: it is left */
  #value(isWanted: boolean): number | undefined {
    const first = this.#bytes[this.#at];
    if (first === MINUS || isDigit(first)) {
      const value = this.#number();
      return Number.isNaN(value) ? undefined : value;
    }
    if (isWanted) return undefined;
    return this.#text() || this.#word() ? 0 : undefined;
  }

  /** A character, and the blanks behind it. */
  #take(character: number): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== character) return false;
    this.#at++;
    while (this.#at < this.#end && this.#bytes[this.#at] === SPACE) this.#at++;
    return true;
  }

  /** A text of plain characters. */
  #text(): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== QUOTE) return false;
    for (let at = this.#at + 1; at < this.#end; at++) {
      const byte = this.#bytes[at];
      if (byte === QUOTE) {
        this.#at = at + 1;
        return true;
      }
      if (byte < SPACE || byte > LAST_PRINTABLE || byte === BACKSLASH) return false;
    }
    return false;
  }

  #word(): boolean {
    for (const word of WORDS) {
      if (!this.#hasAt(word, this.#at)) continue;
      this.#at += word.length;
      return true;
    }
    return false;
  }

  /** Digits, and a point among them (RFC 8259, 6, without an exponent). NaN: it is none, or none that is exact. */
  #number(): number {
    const isNegative = this.#at < this.#end && this.#bytes[this.#at] === MINUS;
    if (isNegative) this.#at++;
    const from = this.#at;
    let digits = this.#digits(0);
    const before = this.#at - from;
    if (before === 0 || (before > 1 && this.#bytes[from] === ZERO)) return Number.NaN;
    let decimals = 0;
    if (this.#at < this.#end && this.#bytes[this.#at] === POINT) {
      const point = this.#at++;
      digits = this.#digits(digits);
      decimals = this.#at - point - 1;
      if (decimals === 0) return Number.NaN;
    }
    if (before + decimals > MOST_DIGITS) return Number.NaN;
    const size = digits / POWERS_OF_TEN[decimals];
    return isNegative ? -size : size;
  }

  #digits(before: number): number {
    let number = before;
    for (; this.#at < this.#end; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (!isDigit(byte)) break;
      number = 10 * number + (byte - ZERO);
    }
    return number;
  }

  /** Tells if the text that has just been passed, which began behind its quote at a place, is a key. */
  #isKey(key: Uint8Array, from: number): boolean {
    return this.#at - 1 - from === key.length && this.#hasAt(key, from);
  }

  #isOneOf(keys: Keys, from: number): boolean {
    for (let i = 0; i < keys.length; i++) if (this.#isKey(keys[i], from)) return true;
    return false;
  }

  #hasAt(wanted: Uint8Array, from: number): boolean {
    if (from + wanted.length > this.#end) return false;
    for (let i = 0; i < wanted.length; i++) if (this.#bytes[from + i] !== wanted[i]) return false;
    return true;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** One for all: nothing else runs while it scans. */
const scan = new QuickScan();

/** @returns the number that the bytes from `start` to before `end` say; NaN: it is left to the usual way */
export function quickNumber(bytes: Uint8Array, start: number, end: number): number {
  return scan.number(bytes, start, end);
}

/** @returns the number of `key` in the object that the bytes say; NaN: it is left to the usual way, as an object with a refused key is */
export function quickField(bytes: Uint8Array, start: number, end: number, key: Uint8Array, refused: Keys): number {
  return scan.field(bytes, start, end, key, refused);
}

/**
 * Takes the numbers of an object with these keys, in this order, out of the bytes.
 * @param values (layout.length): receives the numbers of the keys that have one, and the times in ms since 1970
 * @returns false: it is left to the usual way, and `values` says nothing
 */
export function quickLayout(
  bytes: Uint8Array,
  start: number,
  end: number,
  layout: readonly QuickKey[],
  values: Float64Array,
): boolean {
  return scan.layout(bytes, start, end, layout, values);
}
