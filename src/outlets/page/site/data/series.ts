import type { ApiHistory } from '../../api.ts';
import { GAP_INTERVALS, type Stream } from './stream.ts';

type Column = (number | null)[];

/** Rows of a span. `low` and `high` are the same where each row is one reading. Times in epoch ms; a row of nulls is a gap. */
export class Series {
  readonly ts: number[] = [];
  readonly low: Column = [];
  readonly high: Column = [];
  readonly yhat: Column = [];
  readonly lower: Column = [];
  readonly upper: Column = [];
  readonly score: Column = [];
  readonly alarm: boolean[] = [];
  readonly source: Column = [];
  readonly sources: string[];
  /** Length of a bucket, ms; null: each row is one reading. */
  readonly stepMs: number | null;

  constructor(answer: ApiHistory) {
    this.stepMs = answer.y === undefined ? answer.step_ms : null;
    this.sources = [...answer.sources];
    const { y = [], y_min = y, y_max = y } = answer;
    answer.ts.forEach((at, i) => {
      this.ts.push(at);
      this.low.push(y_min[i] ?? null);
      this.high.push(y_max[i] ?? null);
      this.yhat.push(answer.yhat[i] ?? null);
      this.lower.push(answer.yhat_lower[i] ?? null);
      this.upper.push(answer.yhat_upper[i] ?? null);
      this.score.push(answer.anomaly_score[i] ?? null);
      this.alarm.push(answer.anomaly[i] === true);
      this.source.push(answer.source[i] ?? null);
    });
  }

  get length(): number {
    return this.ts.length;
  }

  /** Time of the newest row; null where there is none. */
  get newest(): number | null {
    return this.ts.at(-1) ?? null;
  }

  /** Adds the newest reading of the stream, into the last bucket where it falls there. Rows before `from` leave. */
  add(stream: Stream, from: number): void {
    const { at } = stream;
    const { newest } = this;
    if (at === null || (newest !== null && at <= newest && this.stepMs === null)) return;
    if (this.stepMs !== null && newest !== null && at < newest + this.stepMs) this.#join(stream);
    else this.#append(stream, at, newest);
    this.#leave(from);
  }

  #append(stream: Stream, at: number, newest: number | null): void {
    const usual = this.stepMs ?? stream.info.interval_ms;
    if (!stream.isLeftOut && newest !== null && usual !== null && at - newest > GAP_INTERVALS * usual)
      this.#row((at + newest) / 2, null, null);
    this.#row(at, stream, this.#sourceOf(stream.source));
  }

  #row(at: number, stream: Stream | null, source: number | null): void {
    this.ts.push(at);
    this.low.push(stream?.y ?? null);
    this.high.push(stream?.y ?? null);
    this.yhat.push(stream?.yhat ?? null);
    this.lower.push(stream?.lower ?? null);
    this.upper.push(stream?.upper ?? null);
    this.score.push(stream?.score ?? null);
    this.alarm.push(stream?.isAlarm ?? false);
    this.source.push(source);
  }

  /** The least and the greatest of a bucket, never their mean: no peak vanishes. */
  #join({ y, lower, upper, score, isAlarm }: Stream): void {
    const last = this.length - 1;
    this.low[last] = least(this.low[last], y);
    this.high[last] = greatest(this.high[last], y);
    this.lower[last] = least(this.lower[last], lower);
    this.upper[last] = greatest(this.upper[last], upper);
    this.score[last] = greatest(this.score[last], score);
    this.alarm[last] ||= isAlarm;
  }

  #leave(from: number): void {
    let count = 0;
    while (count < this.length && (this.ts[count] as number) < from) count += 1;
    if (count === 0) return;
    const { ts, low, high, yhat, lower, upper, score, alarm, source } = this;
    for (const column of [ts, low, high, yhat, lower, upper, score, alarm, source]) column.splice(0, count);
  }

  #sourceOf(name: string | null): number | null {
    if (name === null) return null;
    const known = this.sources.indexOf(name);
    if (known >= 0) return known;
    this.sources.push(name);
    return this.sources.length - 1;
  }
}

function least(a: number | null | undefined, b: number | null): number | null {
  if (a === null || a === undefined) return b;
  return b === null ? a : Math.min(a, b);
}

function greatest(a: number | null | undefined, b: number | null): number | null {
  if (a === null || a === undefined) return b;
  return b === null ? a : Math.max(a, b);
}
