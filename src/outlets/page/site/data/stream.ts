import type { ApiEvents, ApiReadingRow, ApiSpark, ApiStream } from '../../api.ts';
import { Recent } from './recent.ts';

/** One horizon of the newest forecast: time in epoch ms, null where it is not known; the rest in the sensor's unit. */
export interface FanPoint {
  readonly label: string;
  readonly at: number | null;
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Usual intervals without a reading that are a gap, or silence. */
export const GAP_INTERVALS = 3;
/** A sensor's clock is another one than ours where it is off by more than this. */
const LEAST_OFFSET_MS = 60_000;
const DAY_MS = 86_400_000;
/** The daemon sends the newest reading of a stream alone, four times a second: of readings that follow this quickly some may be left out. */
const SAME_FRAMES_MS = 2000;
/** A reading that is further from the one before than usual: one was left out, or is missing. */
const MISSING_INTERVALS = 1.5;

/** Everything that the page knows of one stream. `version` grows with each change: who draws it compares. */
export class Stream {
  readonly id: string;
  info: ApiStream;
  version = 0;
  /** Epoch ms of the newest reading; null before the first. */
  at: number | null = null;
  y: number | null = null;
  yhat: number | null = null;
  lower: number | null = null;
  upper: number | null = null;
  score: number | null = null;
  isAlarm = false;
  source: string | null;
  fan: readonly FanPoint[] = [];
  /** undefined until a card has asked for it. */
  recent: Recent | undefined;

  /** Epoch ms at which the newest reading came; null: it was there before the page was. */
  #arrivedAt: number | null = null;
  readonly #knownSince: number;
  /** Readings before the newest one came to the daemon and not to the page, which gets the newest of each frame. */
  isLeftOut = false;
  /** Its picture lacks such readings: it stays as it is until it was asked for anew. */
  isBehind = false;
  #fanOfPicture: readonly FanPoint[] = [];

  /** @param now of the daemon, epoch ms */
  constructor(answer: ApiStream, now: number) {
    this.#knownSince = now;
    this.id = answer.id;
    this.info = answer;
    this.source = answer.source;
    this.take(answer, now);
  }

  /** The forecasts that belong to the picture. */
  get pictureFan(): readonly FanPoint[] {
    return this.isBehind ? this.#fanOfPicture : this.fan;
  }

  get decimals(): number {
    return this.info.decimals;
  }

  get unit(): string {
    return this.info.unit ?? '';
  }

  get device(): string {
    return this.info.device ?? this.info.topic ?? this.id;
  }

  /** Empty where the name of the device says it all. */
  get field(): string {
    return this.info.device === null && this.info.topic === null ? '' : (this.info.field ?? '');
  }

  /** Device and field as people read them. */
  get title(): string {
    return this.field === '' ? this.device : `${this.device} · ${this.field}`;
  }

  /** Puts a whole answer in place of what was known. One that is older than what events have brought changes the facts alone. */
  take(answer: ApiStream, now: number): void {
    this.info = answer;
    this.version += 1;
    const at = epochOf(answer.ts);
    if (this.at !== null && at !== null && at < this.at) return;
    if (at !== null && this.#hasMissed(at)) this.recent = undefined;
    if (this.at !== null && at !== null && at > this.at) this.#arrive(at, now);
    this.#reading(
      at,
      answer.y,
      answer.yhat,
      answer.yhat_lower,
      answer.yhat_upper,
      answer.anomaly_score,
      answer.anomaly,
    );
    this.source = answer.source;
    this.fan = fanOf(answer.forecast_at);
  }

  /** @param sources names that the index of the row means @param now of the daemon, epoch ms */
  takeRow(
    [, at, y, yhat, lower, upper, score, anomaly, source]: ApiReadingRow,
    sources: readonly string[],
    now: number,
  ): void {
    if (this.at !== null && at <= this.at) return;
    this.version += 1;
    this.#arrive(at, now);
    this.#reading(at, y, yhat, lower, upper, score, anomaly === 1);
    this.source = sources[source] ?? this.source;
    // Until the forecast that belongs to it has come, the old one would stand in the past.
    this.fan = this.fan.filter((point) => point.at !== null && point.at > at);
  }

  takeForecast([, horizons]: ApiEvents['forecast']): void {
    this.version += 1;
    this.fan = horizons.flatMap(([steps, at, mean, lower, upper]) =>
      mean === null ? [] : [{ label: `${steps}`, at, mean, lower, upper }],
    );
  }

  takeSpark(answer: ApiSpark): void {
    this.recent = Recent.of(answer);
    this.isBehind = false;
    this.#fanOfPicture = this.fan;
    this.version += 1;
  }

  /**
   * Time of the sensor while it is `now` here, epoch ms. Where its readings come with times far from those of their arrival, as in a replay
   * or with a clock that was never set, its own clock counts: it is not silent while it sends.
   */
  timeOf(now: number): number {
    const { at } = this;
    if (at === null) return now;
    const wait = Math.max(LEAST_OFFSET_MS, GAP_INTERVALS * (this.info.interval_ms ?? LEAST_OFFSET_MS));
    const arrivedAt = this.#arrivedAt;
    if (arrivedAt !== null) return Math.abs(arrivedAt - at) > wait ? at + (now - arrivedAt) : now;
    // Which of both it is, silent or with another clock, shows once a reading could have come.
    const isOpen = now - at > DAY_MS && now - this.#knownSince <= wait;
    return isOpen ? at + (now - this.#knownSince) : now;
  }

  /** True where its times are not those of their arrival: an age would say nothing. */
  hasOwnClock(now: number): boolean {
    return this.timeOf(now) !== now;
  }

  /** Time since the newest reading where the next is late, ms; null: it is not. */
  silence(now: number): number | null {
    const interval = this.info.interval_ms;
    if (this.at === null || interval === null || interval <= 0) return null;
    const age = this.timeOf(now) - this.at;
    return age > GAP_INTERVALS * interval ? age : null;
  }

  #reading(
    at: number | null,
    y: number | null,
    yhat: number | null,
    lower: number | null,
    upper: number | null,
    score: number | null,
    isAlarm: boolean,
  ): void {
    if (at !== null && this.recent !== undefined && !(at <= this.recent.newest)) {
      this.isBehind ||= this.isLeftOut;
      if (!this.isBehind) {
        this.#gapBefore(at, this.recent);
        this.recent.add(at, y, y, lower, upper, isAlarm);
      }
    }
    Object.assign(this, { at, y, yhat, lower, upper, score, isAlarm });
  }

  /** Where the times of two readings are further apart than their arrivals, others came between them; else the sensor was silent. */
  #arrive(at: number, now: number): void {
    const wait = now - (this.#arrivedAt ?? this.#knownSince);
    const step = at - (this.at ?? at);
    const isLong = step > MISSING_INTERVALS * (this.info.interval_ms ?? Number.POSITIVE_INFINITY);
    this.isLeftOut = isLong && (wait < SAME_FRAMES_MS || step > 2 * wait);
    this.#arrivedAt = now;
  }

  /** Readings came while no event did: the picture lacks them. */
  #hasMissed(at: number): boolean {
    const interval = this.info.interval_ms ?? 0;
    return this.recent !== undefined && at - this.recent.newest > MISSING_INTERVALS * interval;
  }

  /** A line over a time without readings would tell of some that never were. */
  #gapBefore(at: number, recent: Recent): void {
    const interval = this.info.interval_ms;
    if (interval === null || !(at - recent.newest > GAP_INTERVALS * interval)) return;
    recent.add((at + recent.newest) / 2, null, null, null, null, false);
  }
}

/** Epoch ms of an ISO time; null where it is none. */
export function epochOf(text: string | null | undefined): number | null {
  const at = text === null || text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function fanOf(forecasts: ApiStream['forecast_at']): readonly FanPoint[] {
  return Object.entries(forecasts).flatMap(([label, { at, yhat: mean, yhat_lower: lower, yhat_upper: upper }]) =>
    mean === null ? [] : [{ label, at: epochOf(at), mean, lower, upper }],
  );
}
