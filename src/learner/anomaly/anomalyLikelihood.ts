import { logErfc } from '../../kernel/math/logErfc.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { rate } from '../exponential.ts';
import { youth } from './youth.ts';

/** Rows that are averaged: long enough that the averages of most series are nearly normal. */
const AVERAGED = 30;
const BLOCK = 100;
/** 87 blocks of 100 rows: about a month at 5 minutes. */
const BLOCKS = 87;
/** In usual errors: what one error counts at most. */
const LARGEST = 10;
const FORGETTING = 1 / 1000;
const FIRST_ROWS = 30;
/** Multiple of the usual error that an error counts at most, after the first rows, so that a fault does not become the usual. */
const CAP = 4;
/** Number of blocks in which an average was higher, from which on it is nothing new. */
const RANK = 6;
/** More than any score. */
const NEW = 1e6;
/** Averages differ by at least this much, in usual errors: else a forecast that is nearly exact would take fright at nothing. */
const LEAST_DEVIATION = 0.1;
/**
 * Number of errors at the limit, those of a series that is switched on and off, from which on an average is nothing new
 * where that is expected.
 */
const SWITCHES = 8;
/** Share of the way that a switch makes: errors below it are those of forecasts that have not come to rest yet. */
const RINGING = 0.03;
/** Nearness to the limit, and number of rows, at which the average says that the usual error is another one now. */
const SATURATED = 0.8 * LARGEST;
const SATURATED_ROWS = 300;
/**
 * Rareness is known the worse the fewer errors there were: Student's t with a degree of freedom for each 30 rows has
 * heavier tails than the normal distribution. After this number of errors rareness counts half …
 */
const YOUNG = 150;
/** … and up to this number it counts far less. */
const FIRST = 230;
/** A rare event of a long memory is rarer than one of a short memory: an alert takes a fifth more when it is full. */
const AGE = 0.2;
const AGE_FROM = 3000;
/** When the newest errors are no larger than usual ones can be, what the average still holds is over: below where an alarm ends. */
const CALM_ROWS = 15;
/** In deviations of the averages: fewer errors differ more, and half of all usual ones are above their mean. */
const CALM_DEVIATIONS = 3;
const CALM_TENS = 1.3;
/** Keeps sums of squares within float64. */
const LARGEST_SIZE = 1e100;

/**
 * Rareness of the recent errors, after the anomaly likelihood of HTM (Ahmad, Lavin, Purdy & Agha 2017): each error in
 * units of the usual one, averaged over 30 rows, against the normal distribution of such averages over the last months.
 */
export class AnomalyLikelihood implements Stateful {
  #errors = 0;
  #usual = 0;
  /** The usual error, if it were forgotten within 30 rows. */
  #recentUsual = 0;
  #saturated = 0;
  /** Ring of errors in usual ones, with their signs. */
  readonly #recent: Float32Array = new Float32Array(AVERAGED);
  /** Rings, in float32 for their size: per block Σa, Σa² and the largest a. */
  readonly #sums: Float32Array = new Float32Array(2 * BLOCKS);
  readonly #highest: Float32Array = new Float32Array(BLOCKS);
  /** The largest averages of all blocks, falling: filled anew at each block. */
  readonly #ranking: Float64Array = new Float64Array(RANK);
  #mean = 0;
  #deviation = 0;
  #familiar = 0;
  /** Average that is nothing new whatever was seen. */
  #expected = 0;
  /** In the sensor's unit: smaller errors mean nothing. 0 where nothing is switched. */
  #ringing = 0;
  /** Factors of ten by which averages like this one are rarer than usual ones; 0 at the usual average. */
  log10Rarity = 0;
  /** The average over the one that was reached in six blocks of the last months: at 1 and less nothing new. */
  novelty = 0;
  /** The average of the recent errors, in usual ones. Not part of the state: the next error gives it anew. */
  average = 0;

  /**
   * @param floor the smallest error that means anything (half the sensor's resolution)
   * @param isFault it belongs to what somebody has called a fault: it does not become the usual
   * @param isBeyond it belongs to more than what somebody has called normal: what is expected since then does not count
   * @returns the size of this error in usual ones; Infinity for the first after none at all
   */
  update(error: number, floor: number, isFault = false, isBeyond = false): number {
    const size = Math.min(Math.abs(error), LARGEST_SIZE);
    const ratio = size > 0 ? size / this.#usual : 0;
    const scaled =
      this.#errors === 0 ? 0 : Math.min(size / Math.max(this.#usual, floor, this.#ringing, 1e-300), LARGEST);
    if (!isFault) this.#learnUsual(size);
    this.#recent[this.#errors % AVERAGED] = error < 0 ? -scaled : scaled;
    this.#errors++;
    const average = this.#average();
    this.average = average;
    this.#score(average, isBeyond ? 0 : this.#expected);
    this.#watchSaturation(average);
    this.#learnAverage(isFault ? this.#mean : average);
    return ratio;
  }

  /** The usual averages are known: two blocks of rows have passed. */
  get isReady(): boolean {
    return this.#errors >= 2 * BLOCK;
  }

  /**
   * Which way the recent errors lean, −1 (all below the forecast) to 1. By cubes, because few large ones are what the score
   * comes from; a dip and the return from it cancel out.
   */
  get lean(): number {
    let sum = 0;
    let sizes = 0;
    for (let i = 0; i < AVERAGED; i++) {
      const scaled = this.#recent[i];
      const cube = scaled * scaled * scaled;
      sum += cube;
      sizes += Math.abs(cube);
    }
    return sizes > 0 ? sum / sizes : 0;
  }

  /** Averages that a few errors at the limit make are nothing new from now on. @param way of a switch, in the sensor's unit */
  expectSwitches(way: number): void {
    this.#expected = (SWITCHES * LARGEST) / AVERAGED;
    this.#ringing = Math.max(this.#ringing, RINGING * Math.min(way, LARGEST_SIZE));
  }

  /** Averages of errors up to this one, in usual errors, are nothing new from now on. */
  expectAverage(average: number): void {
    this.#expected = Math.max(this.#expected, average);
  }

  /** The highest average of the blocks that have errors of these ages in them, and of those right after them, which are still averaged with these. */
  highestBetween(oldest: number, newest: number): number {
    const last = Math.max(0, this.#errors - 1 - Math.max(0, newest - AVERAGED));
    const first = Math.max(0, last - BLOCK * (BLOCKS - 1), this.#errors - 1 - oldest);
    let highest = 0;
    for (let block = Math.floor(first / BLOCK); block <= Math.floor(last / BLOCK); block++)
      highest = Math.max(highest, this.#highest[block % BLOCKS]);
    return highest;
  }

  /** The average that errors at the limit make. @param rows that have such errors */
  averageOf(rows: number): number {
    return this.#mean + (Math.min(rows, AVERAGED) * LARGEST) / AVERAGED;
  }

  #average(): number {
    let sum = 0;
    for (let i = 0; i < AVERAGED; i++) sum += Math.abs(this.#recent[i]);
    return sum / AVERAGED;
  }

  /** 0 up to 3,000 errors, 1 when the memory is full. */
  #age(): number {
    const full = BLOCKS * BLOCK;
    return Math.max(0, Math.min(this.#errors, full) - AGE_FROM) / (full - AGE_FROM);
  }

  #isCalm(): boolean {
    let sum = 0;
    for (let age = 1; age <= CALM_ROWS; age++) {
      sum += Math.abs(this.#recent[(this.#errors - age + AVERAGED) % AVERAGED]);
    }
    return sum <= CALM_ROWS * (this.#mean + CALM_DEVIATIONS * Math.max(this.#deviation, LEAST_DEVIATION));
  }

  #learnUsual(size: number): void {
    const capped = this.#errors > FIRST_ROWS ? Math.min(size, CAP * this.#usual) : size;
    this.#usual += rate(this.#errors + 1, FORGETTING) * (capped - this.#usual);
    const bound = this.#errors > FIRST_ROWS ? Math.min(size, CAP * Math.max(this.#recentUsual, this.#usual)) : size;
    this.#recentUsual += rate(this.#errors + 1, 1 / AVERAGED) * (bound - this.#recentUsual);
  }

  /** Another unit, or a sensor that was replaced: by capped steps the usual error would take thousands of rows to follow. */
  #watchSaturation(average: number): void {
    this.#saturated = average >= SATURATED ? this.#saturated + 1 : 0;
    if (this.#saturated < SATURATED_ROWS) return;
    this.#saturated = 0;
    this.#usual = Math.max(this.#usual, this.#recentUsual);
  }

  #score(average: number, expected: number): void {
    const distance = (average - this.#mean) / (Math.max(this.#deviation, LEAST_DEVIATION) * Math.SQRT2);
    // Below the mean it would be 0 all the same: half of all rows are spared the logarithm.
    const tens = this.isReady && distance > 0 ? -logErfc(distance) / Math.LN10 : 0;
    const trusted = tens / ((1 + youth(this.#errors, YOUNG, FIRST)) * (1 + AGE * this.#age()));
    this.log10Rarity = trusted > CALM_TENS && this.#isCalm() ? CALM_TENS : trusted;
    const familiar = Math.max(this.#familiar, expected);
    this.novelty = familiar > 0 ? average / familiar : NEW;
  }

  #learnAverage(average: number): void {
    const row = this.#errors - 1;
    const block = Math.floor(row / BLOCK) % BLOCKS;
    const slot = 2 * block;
    if (row % BLOCK === 0) {
      this.#sums.fill(0, slot, slot + 2);
      this.#highest[block] = 0;
    }
    this.#sums[slot] = this.#sums[slot] + average;
    this.#sums[slot + 1] = this.#sums[slot + 1] + average * average;
    if (average > this.#highest[block]) this.#highest[block] = average;
    if (row % BLOCK === BLOCK - 1) this.#refit(row + 1);
  }

  #refit(rows: number): void {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < 2 * BLOCKS; i += 2) {
      sum += this.#sums[i];
      squares += this.#sums[i + 1];
    }
    const count = Math.min(rows, BLOCKS * BLOCK);
    this.#mean = sum / count;
    this.#deviation = Math.sqrt(Math.max(squares / count - this.#mean * this.#mean, 0));
    this.#familiar = this.#rankHighest();
  }

  /** The highest of all while there are fewer than six blocks. */
  #rankHighest(): number {
    const ranking = this.#ranking.fill(0);
    for (let block = 0; block < BLOCKS; block++) {
      let candidate = this.#highest[block];
      for (let rank = 0; rank < RANK; rank++) {
        const held = ranking[rank];
        if (candidate <= held) continue;
        ranking[rank] = candidate;
        candidate = held;
      }
    }
    return ranking[RANK - 1] || ranking[0];
  }

  exchange(io: StateIo): void {
    this.#errors = io.number('errors', this.#errors);
    this.#usual = io.number('usual', this.#usual);
    this.#recentUsual = io.number('recentUsual', this.#recentUsual);
    this.#saturated = io.number('saturated', this.#saturated);
    io.array('recent', this.#recent);
    io.array('sums', this.#sums);
    io.array('highest', this.#highest);
    this.#mean = io.number('mean', this.#mean);
    this.#deviation = io.number('deviation', this.#deviation);
    this.#familiar = io.number('familiar', this.#familiar);
    this.#expected = io.number('expected', this.#expected);
    this.#ringing = io.number('ringing', this.#ringing);
    this.log10Rarity = io.number('tens', this.log10Rarity);
    this.novelty = io.number('novelty', this.novelty);
  }
}
