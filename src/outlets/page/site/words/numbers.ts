/** Sign that stands for a number that is not known. */
export const UNKNOWN = '–';

/** Decimals that `Intl` takes. */
const MOST_DECIMALS = 20;

/** Numbers in the notation of the viewer. Not known and not finite ones are a dash: never 0, never NaN. */
export class Numbers {
  readonly #locales: readonly string[];
  readonly #formats = new Map<number, Intl.NumberFormat>();

  /** @param locales languages of the viewer, the best first; ones that are none are passed over */
  constructor(locales: readonly string[]) {
    this.#locales = knownLocales(locales);
  }

  /** @param decimals digits behind the point, 0 to 20 */
  format(value: number | null | undefined, decimals = 0): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
    const text = this.#formatOf(decimals).format(value);
    // A rounded −0.3 is 0, and the sign of subtraction is as wide as a digit.
    return text.replace(/^-(?=[0.,\s]*$)/, '').replace('-', '\u2212');
  }

  /** A share as per cent: 0.883 is `88 %`, or `88.3 %`. */
  percent(share: number | null | undefined, decimals = 0): string {
    const text = this.format(share === null || share === undefined ? null : share * 100, decimals);
    return text === UNKNOWN ? text : `${text}\u00a0%`;
  }

  withUnit(value: number | null | undefined, decimals: number, unit: string | null | undefined): string {
    const text = this.format(value, decimals);
    return text === UNKNOWN || !unit ? text : `${text}\u00a0${unit}`;
  }

  /** A number with its sign, for what is added: `+43.9`, `−8.4`, `0.0`. */
  signed(value: number | null | undefined, decimals = 0): string {
    const text = this.format(value, decimals);
    if (value === null || value === undefined || !(value > 0) || !/[1-9]/.test(text)) return text;
    return `+${text}`;
  }

  /** Bytes in the unit that leaves one to four digits: `0 B`, `3.2 kB`, `165 MB`. */
  bytes(count: number | null | undefined): string {
    if (count === null || count === undefined || !Number.isFinite(count)) return UNKNOWN;
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let value = count;
    let unit = 0;
    while (Math.abs(value) >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return `${this.format(value, unit > 0 && Math.abs(value) < 10 ? 1 : 0)}\u00a0${units[unit]}`;
  }

  #formatOf(decimals: number): Intl.NumberFormat {
    const digits = Math.min(MOST_DECIMALS, Math.max(0, Math.round(decimals)));
    let format = this.#formats.get(digits);
    if (format === undefined) {
      format = new Intl.NumberFormat([...this.#locales], {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
      this.#formats.set(digits, format);
    }
    return format;
  }
}

/** Languages that `Intl` takes; a browser may be told anything. */
export function knownLocales(locales: readonly string[]): readonly string[] {
  return locales.filter((locale) => {
    try {
      return Intl.getCanonicalLocales(locale).length > 0;
    } catch {
      return false;
    }
  });
}
