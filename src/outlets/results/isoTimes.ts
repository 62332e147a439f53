import { type EpochMs, toIsoTime } from '../../domain/time.ts';
import { FixedText, TWO_DIGITS, WORD } from './fixedText.ts';

const MINUTE_MS = 60_000;
/** Minutes whose text is remembered. In a live system all but one moment in thousands lie in one of them. */
const MINUTES = 64;
/** Bytes of `2026-11-23T07:12:`, words of four that hold them, and bytes of all of `2026-11-23T07:12:31.402Z`. */
const MINUTE_BYTES = 17;
const MINUTE_WORDS = 5;
export const ISO_BYTES = 24;
const [ZERO, POINT, ZULU] = [0x30, 0x2e, 0x5a];

/** Moments as ISO 8601, as `toIsoTime` writes them, from remembered minutes. */
export class IsoTimes {
  /** Minutes since 1970, each at the place of its last bits; NaN: the place is free. */
  readonly #minutes = new Float64Array(MINUTES).fill(Number.NaN);
  /** (64, 5): ASCII of each minute up to its seconds, little-endian, and three zeros. */
  readonly #texts = new Int32Array(MINUTES * MINUTE_WORDS);

  /**
   * Writes `moments[place]` as 24 bytes at `start`.
   * @returns false for a moment outside of 1970 to 9999, of which nothing is written: `toIsoTime` has to
   */
  write(moments: Float64Array, place: number, bytes: DataView, start: number): boolean {
    const at = moments[place];
    // Before 1970 the division rounds the other way than Date does, and from 10,000 on the year has six digits.
    if (!(at >= 0 && at < 253_402_300_800_000)) return false;
    const minute = Math.floor(at / MINUTE_MS);
    const slot = minute % MINUTES;
    if (this.#minutes[slot] !== minute) this.#remember(minute, slot);
    const from = slot * MINUTE_WORDS;
    for (let i = 0; i < MINUTE_WORDS; i++) bytes.setInt32(start + WORD * i, this.#texts[from + i], true);
    const ms = (at - minute * MINUTE_MS) | 0;
    const seconds = (ms / 1000) | 0;
    bytes.setUint16(start + MINUTE_BYTES, TWO_DIGITS[seconds], true);
    bytes.setUint8(start + 19, POINT);
    const rest = ms - 1000 * seconds;
    const hundreds = (rest / 100) | 0;
    bytes.setUint8(start + 20, ZERO + hundreds);
    bytes.setUint16(start + 21, TWO_DIGITS[rest - 100 * hundreds], true);
    bytes.setUint8(start + 23, ZULU);
    return true;
  }

  #remember(minute: number, slot: number): void {
    const text = toIsoTime((minute * MINUTE_MS) as EpochMs);
    this.#texts.set(new FixedText(text.slice(0, MINUTE_BYTES)).words, slot * MINUTE_WORDS);
    this.#minutes[slot] = minute;
  }
}
