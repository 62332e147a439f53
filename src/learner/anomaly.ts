import type { Stateful, StateIo } from '../model/stateIo.ts';
import type { Row } from './row.ts';
import { Surprise } from './surprise.ts';

/** Factors of ten less likely than usual at which an average of errors is an alert: score 1.0. */
const THRESHOLD = 6.5;
/** What a reading outside the range seen so far by more than a hundredth of it scores at once. */
const OUT_OF_RANGE = 50;
const RANGE_TOLERANCE = 0.01;
/** Each such reading doubles the tolerance, up to half the range; it takes so many rows to halve again. */
const LARGEST_TOLERANCE = 0.5;
const TOLERANCE_ROWS = 1000;
const HOLD_OFF_ROWS = 100;
/** Within the hold-off only what is so many times as strange as the alarm before starts another. */
const ESCALATION = 3;
/** An anomaly ends when the score has come down to half the threshold. */
const END_SCORE = 0.5;

/**
 * Anomaly score of the row just seen: the largest of three channels (error of the published forecast, plain change, out of
 * the range seen so far), scaled so that 1.0 is the threshold. `isActive` is the score after hysteresis and hold-off: at most
 * one alarm in 100 rows, since a scorer without it drowns its user.
 */
export class Anomaly implements Stateful {
  readonly #error = new Surprise();
  readonly #change = new Surprise();
  readonly #minReadings: number;
  #low = Number.NaN;
  #high = Number.NaN;
  #tolerance = RANGE_TOLERANCE;
  #sinceStart = HOLD_OFF_ROWS;
  /** Largest score of the last alarm. */
  #peak = 0;
  /** null while warming up. */
  score: number | null = null;
  isActive = false;

  constructor(minReadings: number) {
    this.#minReadings = minReadings;
  }

  /** @param expected the forecast for this row at the smallest horizon; NaN if there was none */
  update(row: Row, expected: number, previous: number): void {
    this.#sinceStart++;
    if (!Number.isFinite(row.raw)) {
      this.score = null;
      return;
    }
    const floor = row.resolution / 2;
    let surprise = 0;
    if (!Number.isNaN(expected)) surprise = this.#error.update(row.raw - expected, floor);
    if (!Number.isNaN(previous)) surprise = Math.max(surprise, this.#change.update(row.raw - previous, floor));
    if (this.#isOutOfRange(row)) surprise = Math.max(surprise, OUT_OF_RANGE);
    const isReady = row.readings >= this.#minReadings && this.#error.isReady;
    this.score = isReady ? surprise / THRESHOLD : null;
    this.#alarm(this.score ?? 0);
  }

  /** A series that drifts breaks its range again and again: each time it takes more to be news. */
  #isOutOfRange(row: Row): boolean {
    const margin = this.#tolerance * (this.#high - this.#low);
    const isOutside = row.raw < this.#low - margin || row.raw > this.#high + margin;
    this.#tolerance = isOutside
      ? Math.min(2 * this.#tolerance, LARGEST_TOLERANCE)
      : Math.max(RANGE_TOLERANCE, this.#tolerance * (1 - Math.LN2 / TOLERANCE_ROWS));
    if (row.isReading) {
      if (!(row.value >= this.#low)) this.#low = row.value;
      if (!(row.value <= this.#high)) this.#high = row.value;
    }
    return isOutside;
  }

  #alarm(score: number): void {
    if (this.isActive) {
      this.isActive = score >= END_SCORE;
      this.#peak = Math.max(this.#peak, score);
      return;
    }
    const needed = this.#sinceStart > HOLD_OFF_ROWS ? 1 : Math.max(1, ESCALATION * this.#peak);
    if (score < needed) return;
    this.isActive = true;
    this.#sinceStart = 0;
    this.#peak = score;
  }

  exchange(io: StateIo): void {
    this.#error.exchange(io.within('error'));
    this.#change.exchange(io.within('change'));
    this.#low = io.number('low', this.#low);
    this.#high = io.number('high', this.#high);
    this.#tolerance = io.number('tolerance', this.#tolerance);
    this.#sinceStart = io.number('sinceStart', this.#sinceStart);
    this.#peak = io.number('peak', this.#peak);
    const score = io.number('score', this.score ?? Number.NaN);
    this.score = Number.isNaN(score) ? null : score;
    this.isActive = io.number('isActive', Number(this.isActive)) === 1;
  }
}
