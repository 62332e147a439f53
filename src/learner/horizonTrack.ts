import { ANY_READING, type ValidBounds } from '../domain/validReadings.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { DiscountedLoss } from './discountedLoss.ts';
import { exchangeIssued } from './exchangeIssued.ts';
import { ExpertMixture } from './expertMixture.ts';
import { Interval } from './interval.ts';
import { ANSWER, COLUMNS, DOUBT, HALF_WIDTH, LOWER, MIXED, PAST, PUBLISHED, STAKE, UPPER } from './issuedColumns.ts';
import type { Observation } from './observation.ts';

const FAST = 0.998;
/** Share of the half-width that may be staked on an edge that has won nothing yet. It doubles each time that it wins. */
const FIRST_STAKE = 1e-13;
/** Share of a forecast that it may lose to rounding: a stake below this would be none. */
const GRAIN = 4 * Number.EPSILON;
/** Those that move with the level. */
const LEVELS = [MIXED, ANSWER, LOWER, UPPER, PAST];
/** Lessons that a forecast issued in a doubt does not give, in the column `DOUBT`. */
const NO_SKILL = 1;
const NO_INTERVAL = 2;

/**
 * Everything about one horizon: the forecasts that still wait for their reading, who of the experts is listened to, the
 * interval and the skill. Slot t mod h of the rings is written at row t and scored at row t + h, just before row t + h
 * writes it anew: a target counts only when it has arrived.
 */
export class HorizonTrack implements Stateful {
  readonly steps: number;
  readonly mix: ExpertMixture;
  readonly interval: Interval;
  readonly #isBaseline: readonly boolean[];
  readonly #publishedLoss = new DiscountedLoss(FAST);
  readonly #persistenceLoss = new DiscountedLoss(FAST);
  readonly #expertLosses: readonly DiscountedLoss[];
  /** (h, N): what each expert forecast. */
  readonly #forecasts: Float64Array;
  /**
   * (h, 9): mix; how far the answer of mixture and fallback was moved towards the edge at which the series rests; the answer that
   * this makes, with its bounds; believed reading at the time; half-width; what was published, which in a doubt is the doubted
   * reading and not the answer; what it does not teach.
   */
  readonly #issued: Float64Array;
  /** (N): expectation of each expert for this row, also of those that were not published; NaN where there was none. */
  readonly matured: Float64Array;
  readonly #experts: number;
  /** By how much the published answers have been nearer than without an edge, summed, in the sensor's unit. */
  #won = 0;
  readonly #valid: ValidBounds;
  /** Published expectation for this row; NaN where there was none. */
  expected: number = Number.NaN;
  expectedLower: number = Number.NaN;
  expectedUpper: number = Number.NaN;
  /** Published forecast from this row on; NaN while the interval has no scale. */
  mean: number = Number.NaN;
  lower: number = Number.NaN;
  upper: number = Number.NaN;

  /** @param valid where readings can be: no forecast and no bound leaves it */
  constructor(steps: number, nominal: number, isBaseline: readonly boolean[], valid: ValidBounds = ANY_READING) {
    this.steps = steps;
    this.#valid = valid;
    this.#experts = isBaseline.length;
    this.#isBaseline = isBaseline;
    this.mix = new ExpertMixture(isBaseline);
    this.interval = new Interval(nominal);
    this.#expertLosses = isBaseline.map(() => new DiscountedLoss(FAST));
    this.#forecasts = new Float64Array(steps * this.#experts).fill(Number.NaN);
    this.matured = new Float64Array(this.#experts).fill(Number.NaN);
    this.#issued = new Float64Array(steps * COLUMNS).fill(Number.NaN);
  }

  /**
   * Doubted readings have become the new level: what waits for its target moves along. Its distance to what was published
   * says nothing of the skill, nor does a forecast that was moved say how wide the interval has to be.
   */
  move(shift: number): void {
    for (let i = 0; i < this.#forecasts.length; i++) this.#forecasts[i] = this.#forecasts[i] + shift;
    for (let offset = 0; offset < this.#issued.length; offset += COLUMNS) {
      for (const column of LEVELS) this.#issued[offset + column] = this.#issued[offset + column] + shift;
      this.#issued[offset + DOUBT] = NO_INTERVAL;
    }
  }

  /** Scores the forecast that was made for this row, if there is one and the row has a reading. */
  score(row: Observation): void {
    const slot = (row.count - 1) % this.steps;
    const issued = this.#issued;
    const at = slot * COLUMNS;
    const { matured } = this;
    for (let i = 0; i < this.#experts; i++) matured[i] = this.#forecasts[slot * this.#experts + i];
    this.#expect(at);
    const answer = issued[at + ANSWER];
    if (!row.isReading || Number.isNaN(answer)) return;
    const { value, resolution } = row;
    this.#settle(at, value);
    const past = issued[at + PAST];
    const doubt = issued[at + DOUBT];
    if (doubt === 0) this.#scoreSkill(answer, past, value);
    if (doubt < NO_INTERVAL) {
      const isMissed = value < issued[at + LOWER] || value > issued[at + UPPER];
      this.interval.score(answer - value, value - past, isMissed, !Number.isNaN(issued[at + HALF_WIDTH]), resolution);
    }
    this.mix.score(matured, issued[at + MIXED], row);
  }

  /** In a doubt the doubted reading was published, with the half-width as it was. @param at where the row's columns begin */
  #expect(at: number): void {
    const issued = this.#issued;
    const published = issued[at + PUBLISHED];
    const isAnswer = published === issued[at + ANSWER];
    this.expected = published;
    this.expectedLower = isAnswer ? issued[at + LOWER] : this.#within(published - issued[at + HALF_WIDTH]);
    this.expectedUpper = isAnswer ? issued[at + UPPER] : this.#within(published + issued[at + HALF_WIDTH]);
  }

  /**
   * Scores the published forecast, and the one that would have been published without an edge. A level that moved since
   * changes neither.
   */
  #settle(at: number, value: number): void {
    const published = this.#issued[at + PUBLISHED];
    this.#won += Math.abs(published - this.#issued[at + STAKE] - value) - Math.abs(published - value);
  }

  /**
   * The forecast within the edges, or so far on the way to it as what was won allows. A reading beyond an edge costs at most
   * the way; what is at stake in all forecasts that wait is never more than what was won: so no edge ever raises the error.
   */
  #towards(bounded: number, free: number, halfWidth: number): number {
    const way = bounded - free;
    if (way === 0) return free;
    let left = this.#won;
    for (let at = STAKE; at < this.#issued.length; at += COLUMNS) left -= Math.abs(this.#issued[at]) || 0;
    const least = FIRST_STAKE * halfWidth || 0;
    const stake = Math.max(left, least, GRAIN * Math.abs(free));
    return stake >= Math.abs(way) ? bounded : free + Math.sign(way) * stake;
  }

  #within(value: number): number {
    return Math.min(Math.max(value, this.#valid.min), this.#valid.max);
  }

  #scoreSkill(published: number, past: number, value: number): void {
    this.#publishedLoss.add(Math.abs(published - value));
    this.#persistenceLoss.add(Math.abs(past - value));
    for (let i = 0; i < this.#experts; i++) {
      if (this.#isBaseline[i]) this.#expertLosses[i].add(Math.abs(this.matured[i] - value));
    }
  }

  /**
   * Mixes the experts' forecasts of this row (N) and remembers them until their reading comes. In a doubt the doubted reading
   * is published at once, for every horizon: so the answer is never worse than "nothing changes", whether the sensor errs or not.
   */
  issue(forecasts: Float64Array, row: Observation): void {
    const slot = (row.count - 1) % this.steps;
    for (let i = 0; i < this.#experts; i++) this.#forecasts[slot * this.#experts + i] = forecasts[i];
    const issued = this.#issued;
    const at = slot * COLUMNS;
    const halfWidth = this.interval.halfWidth(row.resolution);
    const low = Math.max(this.#valid.min, row.lowest);
    const high = Math.min(this.#valid.max, row.highest);
    const free = this.#within(this.mix.publish(forecasts));
    const bounded = Math.min(Math.max(free, low), high);
    // In a doubt something else is published: nothing is at stake.
    issued[at + STAKE] = 0;
    const answer = this.#towards(bounded, free, halfWidth);
    const isEarned = answer === bounded;
    issued[at + MIXED] = this.mix.combine(forecasts);
    issued[at + STAKE] = row.isInDoubt ? 0 : answer - free;
    issued[at + ANSWER] = answer;
    issued[at + LOWER] = isEarned ? Math.max(answer - halfWidth, low) : this.#within(answer - halfWidth);
    issued[at + UPPER] = isEarned ? Math.min(answer + halfWidth, high) : this.#within(answer + halfWidth);
    issued[at + PAST] = row.value;
    issued[at + HALF_WIDTH] = halfWidth;
    issued[at + PUBLISHED] = row.isInDoubt ? this.#within(row.latest) : answer;
    issued[at + DOUBT] = row.isInDoubt ? NO_SKILL : 0;
    this.mean = issued[at + PUBLISHED];
    this.lower = row.isInDoubt ? this.#within(this.mean - halfWidth) : issued[at + LOWER];
    this.upper = row.isInDoubt ? this.#within(this.mean + halfWidth) : issued[at + UPPER];
  }

  /** Mean absolute error of what was published, discounted as in `skill`; NaN while nothing was scored. */
  get publishedError(): number {
    return this.#publishedLoss.mean;
  }

  /** The same of the best always-on baseline. */
  get baselineError(): number {
    let best = this.#persistenceLoss.mean;
    for (let i = 0; i < this.#experts; i++) {
      const loss = this.#expertLosses[i].mean;
      if (this.#isBaseline[i] && loss < best) best = loss;
    }
    return best;
  }

  /**
   * 1 − MAE of the published / MAE of the best always-on baseline, both discounted by 0.998 a sample; NaN while nothing was
   * scored, 0 where both are 0. Doubted readings, and forecasts made in a doubt, are in neither: there the two are the same.
   */
  get skill(): number {
    const best = this.baselineError;
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
    exchangeIssued(io, this.#issued, this.steps);
    const numbers = Float64Array.of(
      this.#won,
      this.expected,
      this.expectedLower,
      this.expectedUpper,
      this.mean,
      this.lower,
      this.upper,
    );
    io.array('numbers', numbers);
    [this.#won, this.expected, this.expectedLower, this.expectedUpper, this.mean, this.lower, this.upper] =
      numbers as unknown as readonly [number, number, number, number, number, number, number];
    // Until format 4 the place of what an edge has won had what it could have won: it begins anew.
    if (io.version < 4) this.#won = 0;
  }
}
