import { knownLocales, type Numbers, UNKNOWN } from './numbers.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JUST_NOW_MS = 5 * SECOND;
const ZONES_KEPT = 50;

interface ZoneFormats {
  readonly clock: Intl.DateTimeFormat;
  readonly exact: Intl.DateTimeFormat;
  readonly moment: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
}

/** Times in the words of the viewer and the zone of the sensor. Times are epoch ms; null is a dash. */
export class Times {
  readonly #locales: readonly string[];
  readonly #numbers: Numbers;
  readonly #zones = new Map<string, ZoneFormats>();

  constructor(locales: readonly string[], numbers: Numbers) {
    this.#locales = knownLocales(locales);
    this.#numbers = numbers;
  }

  /** Hour and minute, as `14:02`. */
  clock(at: number | null | undefined, zone?: string | null): string {
    return written(at, this.#of(zone).clock);
  }

  /** Hour, minute and second. */
  exact(at: number | null | undefined, zone?: string | null): string {
    return written(at, this.#of(zone).exact);
  }

  /** Day, hour and minute. */
  moment(at: number | null | undefined, zone?: string | null): string {
    return written(at, this.#of(zone).moment);
  }

  /** Day of the month and of the week. */
  day(at: number | null | undefined, zone?: string | null): string {
    return written(at, this.#of(zone).day);
  }

  /** True where the time is midnight in the zone: an axis shows the day there. */
  isMidnight(at: number, zone?: string | null): boolean {
    const parts = this.#of(zone).exact.formatToParts(at);
    const digits = parts.filter(({ type }) => type === 'hour' || type === 'minute' || type === 'second');
    return digits.every(({ type, value }) => Number(value) === 0 || (type === 'hour' && Number(value) === 24));
  }

  /** A length of time: `40 s`, `34 min`, `1 h 36 min`, `2.1 days`. */
  duration(ms: number | null | undefined): string {
    if (ms === null || ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
    const length = Math.abs(ms);
    if (length < 10 * SECOND) return `${this.#numbers.format(length / SECOND, length % SECOND === 0 ? 0 : 1)} s`;
    if (length < MINUTE) return `${this.#numbers.format(Math.round(length / SECOND))} s`;
    if (length < HOUR) return `${this.#numbers.format(Math.round(length / MINUTE))} min`;
    if (length < DAY) return this.#hours(length);
    return `${this.#numbers.format(length / DAY, length < 10 * DAY ? 1 : 0)} days`;
  }

  /** Time since: `just now` below five seconds. A time that is still to come counts as now. */
  age(ms: number | null | undefined): string {
    if (ms === null || ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
    return ms < JUST_NOW_MS ? 'just now' : `${this.duration(ms)} ago`;
  }

  #hours(length: number): string {
    const minutes = Math.round(length / MINUTE);
    const rest = minutes % 60;
    const hours = `${this.#numbers.format((minutes - rest) / 60)} h`;
    return rest === 0 ? hours : `${hours} ${this.#numbers.format(rest)} min`;
  }

  #of(zone: string | null | undefined): ZoneFormats {
    const name = zone ?? '';
    let formats = this.#zones.get(name);
    if (formats === undefined) {
      // Names of zones come from the configuration: their number has a bound all the same.
      if (this.#zones.size >= ZONES_KEPT) this.#zones.clear();
      formats = zoneFormats([...this.#locales], name);
      this.#zones.set(name, formats);
    }
    return formats;
  }
}

function written(at: number | null | undefined, format: Intl.DateTimeFormat): string {
  // `Date` holds no more than this.
  return at === null || at === undefined || !(Math.abs(at) <= 8.64e15) ? UNKNOWN : format.format(at);
}

function zoneFormats(locales: string[], zone: string): ZoneFormats {
  const make = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    if (zone === '') return new Intl.DateTimeFormat(locales, options);
    try {
      return new Intl.DateTimeFormat(locales, { ...options, timeZone: zone });
    } catch {
      // The daemon knows a zone that this browser does not.
      return new Intl.DateTimeFormat(locales, { ...options, timeZone: 'UTC', timeZoneName: 'short' });
    }
  };
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const day = { weekday: 'short', day: 'numeric' } as const;
  return {
    clock: make(time),
    exact: make({ ...time, second: '2-digit' }),
    moment: make({ ...day, month: 'short', ...time }),
    day: make(day),
  };
}

/** ISO 8601 in UTC, for titles and tables; empty where the time is none. */
export function isoTime(at: number | null | undefined): string {
  return at === null || at === undefined || !(Math.abs(at) <= 8.64e15) ? '' : new Date(at).toISOString();
}
