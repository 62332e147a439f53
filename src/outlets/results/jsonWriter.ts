import {
  digitsBeforePoint,
  digitsBeforePointAt,
  LARGEST_DECIMAL,
  LEAST_DECIMAL,
  POWERS_OF_TEN,
} from '../../domain/decimals.ts';
import { OutputBytes } from '../../domain/outputBytes.ts';
import { type EpochMs, toIsoTime } from '../../domain/time.ts';
import { type FixedText, TWO_DIGITS, WORD } from './fixedText.ts';
import { ISO_BYTES, IsoTimes } from './isoTimes.ts';

/** The longest text of a float64 has 24 characters. */
const NUMBER_BYTES = 32;
const [MINUS, POINT, ZERO, QUOTE] = [0x2d, 0x2e, 0x30, 0x22];
const DIGITS = 9;
/** Most numbers have four decimals at most, and need no look for how many there are. */
const SHORT = 1e4;
const LARGEST_SHORT = 1e5;

/**
 * JSON written piece by piece into bytes that go out, between `begin` and `end`. Numbers come as places in an array: a float64
 * that is handed to a function which is not inlined becomes an object of 16 bytes, and there are some twenty in a message.
 */
export class JsonWriter {
  #out = new OutputBytes(0);
  #bytes: Buffer = this.#out.bytes;
  #view: DataView = this.#out.view;
  #used = 0;
  readonly #times = new IsoTimes();

  begin(out: OutputBytes): void {
    this.#out = out;
    this.#bytes = out.bytes;
    this.#view = out.view;
    this.#used = out.length;
  }

  end(): void {
    this.#out.length = this.#used;
  }

  /** The text as it is: only ASCII. */
  raw(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    const from = this.#used;
    for (let i = 0; i < text.length; i++) bytes[from + i] = text.charCodeAt(i);
    this.#used = from + text.length;
  }

  /** A text as it is, four bytes at a time: most bytes of a message come so. */
  fixed({ words, length }: FixedText): void {
    this.#reserve(length + WORD);
    const view = this.#view;
    const from = this.#used;
    for (let i = 0; i < words.length; i++) view.setInt32(from + WORD * i, words[i], true);
    this.#used = from + length;
  }

  /** The number as JSON.stringify writes it; null where it is not finite. */
  number(numbers: Float64Array, place: number): void {
    const value = numbers[place];
    const size = Math.abs(value);
    if (size >= LEAST_DECIMAL && size < LARGEST_SHORT) {
      const whole = Math.round(size * SHORT) | 0;
      if (whole / SHORT === size) {
        this.#short(value < 0, whole);
        return;
      }
    }
    if (size >= LEAST_DECIMAL && size < LARGEST_DECIMAL) {
      const decimals = DIGITS - digitsBeforePointAt(numbers, place);
      // At most 10^9: a whole number of 32 bits is handed on as it is, a float64 in an object.
      const whole = Math.round(size * POWERS_OF_TEN[decimals]) | 0;
      // It is a number of nine digits, and so short a decimal number is also the shortest text of its float64.
      if (whole / POWERS_OF_TEN[decimals] === size) {
        this.#decimal(value < 0, whole, decimals);
        return;
      }
    }
    if (value === 0) this.raw('0');
    else this.raw(Number.isFinite(value) ? String(value) : 'null');
  }

  /** A moment as ISO 8601 in quotes; null for NaN. @throws RangeError for a moment that `Date` cannot hold */
  time(moments: Float64Array, place: number): void {
    if (Number.isNaN(moments[place])) {
      this.raw('null');
      return;
    }
    this.#reserve(ISO_BYTES + 2);
    if (this.#times.write(moments, place, this.#view, this.#used + 1)) {
      this.#bytes[this.#used] = QUOTE;
      this.#bytes[this.#used + ISO_BYTES + 1] = QUOTE;
      this.#used += ISO_BYTES + 2;
    } else this.raw(`"${toIsoTime(moments[place] as EpochMs)}"`);
  }

  /** ±whole/10,000, without zeros at its end. */
  #short(isNegative: boolean, whole: number): void {
    this.#reserve(NUMBER_BYTES);
    if (isNegative) this.#bytes[this.#used++] = MINUS;
    const before = (whole / SHORT) | 0;
    const behind = (whole - before * SHORT) | 0;
    if (before < 10) this.#bytes[this.#used++] = ZERO + before;
    else this.#digits(before, digitsBeforePoint(before));
    if (behind === 0) return;
    const from = this.#used;
    const tenths = (behind / 100) | 0;
    const rest = behind - 100 * tenths;
    this.#bytes[from] = POINT;
    this.#view.setUint16(from + 1, TWO_DIGITS[tenths], true);
    this.#view.setUint16(from + 3, TWO_DIGITS[rest], true);
    const last = rest === 0 ? tenths : rest;
    const isRound = ((last / 10) | 0) * 10 === last;
    this.#used = from + (rest === 0 ? 3 : 5) - (isRound ? 1 : 0);
  }

  /** ±whole/10^decimals, without zeros at its end. */
  #decimal(isNegative: boolean, whole: number, decimals: number): void {
    this.#reserve(NUMBER_BYTES);
    if (isNegative) this.#bytes[this.#used++] = MINUS;
    const power = POWERS_OF_TEN[decimals];
    // Whole numbers below 2^31, and the compiler is told so: the remainder of a float64 takes ten times as long.
    const before = (whole / power) | 0;
    let behind = (whole - before * power) | 0;
    this.#digits(before, before < 10 ? 1 : digitsBeforePoint(before));
    if (behind === 0) return;
    let count = decimals;
    for (let tens = (behind / 10) | 0; tens * 10 === behind; tens = (behind / 10) | 0) {
      behind = tens;
      count--;
    }
    this.#bytes[this.#used++] = POINT;
    this.#digits(behind, count);
  }

  /** The last `count` digits of a whole number. */
  #digits(number: number, count: number): void {
    const from = this.#used;
    let rest = number | 0;
    let at = from + count - 2;
    for (; at >= from; at -= 2) {
      const hundreds = (rest / 100) | 0;
      this.#view.setUint16(at, TWO_DIGITS[rest - hundreds * 100], true);
      rest = hundreds;
    }
    if (at === from - 1) this.#bytes[from] = ZERO + rest;
    this.#used = from + count;
  }

  #reserve(needed: number): void {
    if (this.#used + needed <= this.#bytes.length) return;
    this.#out.length = this.#used;
    this.#out.reserve(needed);
    this.#bytes = this.#out.bytes;
    this.#view = this.#out.view;
  }
}
