import { type EpochMs, toIsoTime } from '../../domain/time.ts';

const MINUTE_MS = 60_000;
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));
/** Minutes whose text is remembered. In a live system all but one moment in thousands lie in one of them. */
const MINUTES = 64;

/** Moments as ISO 8601 text, as `toIsoTime` writes them, from remembered minutes. */
export class IsoTimes {
  /** Minutes since 1970, each at the place of its last bits; NaN: the place is free. */
  readonly #minutes = new Float64Array(MINUTES).fill(Number.NaN);
  /** Text of each minute up to its seconds. */
  readonly #minuteTexts: string[] = new Array<string>(MINUTES).fill('');
  /** The last moment: one forecast writes it several times. */
  #moment = Number.NaN;
  #momentText = '';

  /** @throws RangeError for a moment that `Date` cannot hold */
  text(at: EpochMs): string {
    if (at !== this.#moment) {
      this.#momentText = this.#write(at);
      this.#moment = at;
    }
    return this.#momentText;
  }

  #write(at: EpochMs): string {
    // Before 1970 the division rounds the other way than Date does, and beyond its range Date has to throw.
    if (!(at >= 0 && at < 8.64e15)) return toIsoTime(at);
    const minute = Math.floor(at / MINUTE_MS);
    const place = minute % MINUTES;
    if (this.#minutes[place] !== minute) {
      this.#minuteTexts[place] = toIsoTime(at).slice(0, -'00.000Z'.length);
      this.#minutes[place] = minute;
    }
    const ms = Math.floor(at - minute * MINUTE_MS);
    const seconds = Math.floor(ms / 1000);
    return `${this.#minuteTexts[place]}${TWO_DIGITS[seconds]}.${THREE_DIGITS[ms - seconds * 1000]}Z`;
  }
}
