import type { Stateful, StateIo } from '../model/stateIo.ts';
import { DiscountedLoss } from './discountedLoss.ts';
import { Interval } from './interval.ts';
import { Mix } from './mix.ts';
import type { Row } from './row.ts';

const FAST = 0.998;
/** Columns of what was issued: see `#issued`. */
const COLUMNS = 6;
const MIXED = 0;
const ANSWER = 1;
const HALF_WIDTH = 2;
const PAST = 3;
const PUBLISHED = 4;
const DOUBT = 5;
/** What a forecast that was issued in a doubt does not teach, in the column `DOUBT`. */
const NO_SKILL = 1;
const NO_INTERVAL = 2;

/**
 * Everything about one horizon: the forecasts that still wait for their reading, who of the experts is listened to, the
 * interval and the skill. Slot t mod h of the rings is written at row t and scored at row t + h, just before row t + h
 * writes it anew: a target counts only when it has arrived.
 */
export class HorizonTrack implements Stateful {
  readonly steps: number;
  readonly mix: Mix;
  readonly interval: Interval;
  readonly #isBaseline: readonly boolean[];
  readonly #publishedLoss = new DiscountedLoss(FAST);
  readonly #persistenceLoss = new DiscountedLoss(FAST);
  readonly #expertLosses: readonly DiscountedLoss[];
  /** (h, N): what each expert forecast. */
  readonly #forecasts: Float64Array;
  /**
   * (h, 6): mix; answer of mix and gate; half-width; believed reading at the time; what was published, which in a doubt is
   * the doubted reading and not the answer; what it does not teach.
   */
  readonly #issued: Float64Array;
  /** (N): what each expert expected for this row, whoever was published; NaN where nothing was. */
  readonly due: Float64Array;
  readonly #experts: number;
  /** What was expected for this row; NaN where nothing was. */
  expected: number = Number.NaN;
  expectedHalfWidth: number = Number.NaN;
  /** What is forecast from this row on. */
  mean: number = Number.NaN;
  halfWidth: number = Number.NaN;

  constructor(steps: number, nominal: number, isBaseline: readonly boolean[]) {
    this.steps = steps;
    this.#experts = isBaseline.length;
    this.#isBaseline = isBaseline;
    this.mix = new Mix(isBaseline);
    this.interval = new Interval(nominal);
    this.#expertLosses = isBaseline.map(() => new DiscountedLoss(FAST));
    this.#forecasts = new Float64Array(steps * this.#experts).fill(Number.NaN);
    this.due = new Float64Array(this.#experts).fill(Number.NaN);
    this.#issued = new Float64Array(steps * COLUMNS).fill(Number.NaN);
  }

  /**
   * Doubted readings have become the new level: what waits for its target moves along. Its distance to what was published
   * says nothing of the skill, nor does a forecast that was moved say how wide the interval has to be.
   */
  move(shift: number): void {
    for (let i = 0; i < this.#forecasts.length; i++) this.#forecasts[i] = (this.#forecasts[i] as number) + shift;
    for (let offset = 0; offset < this.#issued.length; offset += COLUMNS) {
      for (const column of [MIXED, ANSWER, PAST]) {
        this.#issued[offset + column] = (this.#issued[offset + column] as number) + shift;
      }
      this.#issued[offset + DOUBT] = NO_INTERVAL;
    }
  }

  /** Scores the forecast that was made for this row, if there is one and the row has a reading. */
  score(row: Row): void {
    const slot = (row.count - 1) % this.steps;
    const offset = slot * COLUMNS;
    const answer = this.#issued[offset + ANSWER] as number;
    const halfWidth = this.#issued[offset + HALF_WIDTH] as number;
    const past = this.#issued[offset + PAST] as number;
    const doubt = this.#issued[offset + DOUBT] as number;
    const { due } = this;
    for (let i = 0; i < this.#experts; i++) due[i] = this.#forecasts[slot * this.#experts + i] as number;
    this.expected = this.#issued[offset + PUBLISHED] as number;
    this.expectedHalfWidth = halfWidth;
    if (!row.isReading || Number.isNaN(answer)) return;
    if (doubt === 0) this.#scoreSkill(answer, past, row.value);
    if (doubt < NO_INTERVAL) this.interval.score(answer - row.value, row.value - past, halfWidth, row.resolution);
    this.mix.score(due, this.#issued[offset + MIXED] as number, row.value, row.resolution);
  }

  #scoreSkill(published: number, past: number, value: number): void {
    this.#publishedLoss.add(Math.abs(published - value));
    this.#persistenceLoss.add(Math.abs(past - value));
    for (let i = 0; i < this.#experts; i++) {
      if (this.#isBaseline[i]) (this.#expertLosses[i] as DiscountedLoss).add(Math.abs((this.due[i] as number) - value));
    }
  }

  /**
   * Mixes the experts' forecasts of this row (N) and remembers them until their reading comes. In a doubt the doubted reading
   * is published at once, for every horizon: so the answer is never worse than "nothing changes", whether the sensor errs or not.
   */
  issue(forecasts: Float64Array, row: Row): void {
    const slot = (row.count - 1) % this.steps;
    for (let i = 0; i < this.#experts; i++) this.#forecasts[slot * this.#experts + i] = forecasts[i] as number;
    const answer = this.mix.publish(forecasts);
    this.mean = row.isInDoubt ? row.latest : answer;
    this.halfWidth = this.interval.halfWidth(row.resolution);
    const offset = slot * COLUMNS;
    this.#issued[offset + MIXED] = this.mix.combine(forecasts);
    this.#issued[offset + ANSWER] = answer;
    this.#issued[offset + HALF_WIDTH] = this.halfWidth;
    this.#issued[offset + PAST] = row.value;
    this.#issued[offset + PUBLISHED] = this.mean;
    this.#issued[offset + DOUBT] = row.isInDoubt ? NO_SKILL : 0;
  }

  /**
   * 1 − MAE of the published / MAE of the best always-on baseline, both discounted by 0.998 a sample; NaN while nothing was
   * scored, 0 where both are 0. Doubted readings, and forecasts made in a doubt, are in neither: there the two are the same.
   */
  get skill(): number {
    let best = this.#persistenceLoss.mean;
    for (let i = 0; i < this.#experts; i++) {
      const loss = (this.#expertLosses[i] as DiscountedLoss).mean;
      if (this.#isBaseline[i] && loss < best) best = loss;
    }
    const published = this.#publishedLoss.mean;
    if (published === best) return 0;
    return best > 0 ? Math.max(-1e6, 1 - published / best) : Number.isNaN(best) ? Number.NaN : -1e6;
  }

  exchange(io: StateIo): void {
    this.mix.exchange(io.within('mix'));
    this.interval.exchange(io.within('interval'));
    this.#publishedLoss.exchange(io.within('published'));
    this.#persistenceLoss.exchange(io.within('persistence'));
    this.#expertLosses.forEach((loss, i) => {
      loss.exchange(io.within(`expert${i}`));
    });
    io.array('forecasts', this.#forecasts);
    io.array('issued', this.#issued);
    this.expected = io.number('expected', this.expected);
    this.expectedHalfWidth = io.number('expectedHalfWidth', this.expectedHalfWidth);
    this.mean = io.number('mean', this.mean);
    this.halfWidth = io.number('halfWidth', this.halfWidth);
  }
}
