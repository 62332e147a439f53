import type { ApiSpark } from '../../api.ts';

/** Rows of a card's picture. */
const RECENT_ROWS = 144;

/**
 * The newest rows of a stream for its picture, in arrays of fixed length: the least and the greatest reading of a row, its interval, and
 * whether there was an alarm. A row of NaN is a gap.
 */
export class Recent {
  readonly ts: Float64Array = new Float64Array(RECENT_ROWS);
  readonly low: Float64Array = new Float64Array(RECENT_ROWS);
  readonly high: Float64Array = new Float64Array(RECENT_ROWS);
  readonly lower: Float64Array = new Float64Array(RECENT_ROWS);
  readonly upper: Float64Array = new Float64Array(RECENT_ROWS);
  readonly alarm: Float64Array = new Float64Array(RECENT_ROWS);
  length = 0;

  static of({ ts, y_min, y_max, yhat_lower, yhat_upper, anomaly }: ApiSpark): Recent {
    const recent = new Recent();
    for (let i = Math.max(0, ts.length - RECENT_ROWS); i < ts.length; i++) {
      const [low = null, high = null, lower = null, upper = null] = [y_min[i], y_max[i], yhat_lower[i], yhat_upper[i]];
      recent.add(ts[i] ?? Number.NaN, low, high, lower, upper, anomaly[i] === true);
    }
    return recent;
  }

  /** The oldest row makes room. */
  add(
    at: number,
    low: number | null,
    high: number | null,
    lower: number | null,
    upper: number | null,
    isAlarm: boolean,
  ): void {
    if (this.length === RECENT_ROWS) this.#shift();
    const row = this.length;
    this.ts[row] = at;
    this.low[row] = low ?? Number.NaN;
    this.high[row] = high ?? Number.NaN;
    this.lower[row] = lower ?? Number.NaN;
    this.upper[row] = upper ?? Number.NaN;
    this.alarm[row] = isAlarm ? 1 : 0;
    this.length += 1;
  }

  /** Time of the newest row; NaN where there is none. */
  get newest(): number {
    return this.length === 0 ? Number.NaN : (this.ts[this.length - 1] as number);
  }

  #shift(): void {
    for (const column of [this.ts, this.low, this.high, this.lower, this.upper, this.alarm]) column.copyWithin(0, 1);
    this.length -= 1;
  }
}
