import type { AnomalySettings } from '../../domain/streamSettings.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { LASTING } from '../doubt.ts';
import type { Observation } from '../observation.ts';
import { Alarm } from './alarm.ts';
import { AnomalyLikelihood } from './anomalyLikelihood.ts';
import { Episode } from './episode.ts';
import { FaultPatterns } from './faultPatterns.ts';
import { FlatlineDetector } from './flatlineDetector.ts';
import { leansTo, outsideLimits, withPolicies } from './policies.ts';
import { RangeDetector } from './rangeDetector.ts';
import { restlessnessOf } from './restlessness.ts';
import { RestlessPatterns } from './restlessPatterns.ts';
import { SpikeDetector } from './spikeDetector.ts';
import { strangestOf } from './strangestOf.ts';
import { Visits } from './visits.ts';

/** Factors of ten less likely than usual at which an average of errors is an alert. */
const RARE = 3.3;
/**
 * Share of an alert that the errors of each watched expert must give. An error is no news where one of them forecasts
 * as well as ever.
 */
const AGREEMENT = 0.3;
/** Forecasts of a series that moves that must have been checked before there is a score. */
const CHECKED = 200;
/** Least score of a reading that the guard does not believe: it is news by itself. */
const DOUBT_SCORE = 2;
/** In usual errors: a reading out of range that was forecast more closely is no news. */
const FORECAST = 2.25;
const LARGEST_SCORE = 100;
/** Score of a reading just outside the configured range. */
const LIMIT_SCORE = 2;

/** The part of a row that the score needs. */
export type JudgedObservation = Pick<
  Observation,
  'at' | 'raw' | 'value' | 'isDoubted' | 'resolution' | 'readings' | 'history'
>;

/**
 * Anomaly score of the row just seen: the largest of several channels, scaled so that 1.0 is the threshold. Channels: the
 * errors of each watched expert over the last rows, a single jump of the first one's error, readings out of the range seen
 * so far, readings that do not change any more. The policies of the stream have the last word.
 */
export class Anomaly implements Stateful {
  #settings: AnomalySettings;
  readonly #minReadings: number;
  /** Indices of the watched experts, and the knowledge about the errors of each. */
  readonly watched: readonly number[];
  readonly errors: readonly AnomalyLikelihood[];
  readonly faults: FaultPatterns = new FaultPatterns();
  readonly restless: RestlessPatterns = new RestlessPatterns();
  readonly jump: SpikeDetector = new SpikeDetector(this.faults.jumps);
  readonly range: RangeDetector = new RangeDetector();
  readonly stillness: FlatlineDetector = new FlatlineDetector(this.faults.stills);
  readonly #visits = new Visits();
  readonly alarm: Alarm;
  /** Reason and measures of the running alarm; in the row in which it ends still of that one. */
  readonly episode: Episode = new Episode();
  /** NaN while warming up, and where the row has no reading. */
  score: number = Number.NaN;
  /**
   * Numbers of this row, in fields: what a function that is not inlined returns is an object. The score so far; those of the errors,
   * of a jump, of the range and of standing still; and how many usual errors the first watched expert was off.
   */
  #news = 0;
  #ofErrors = 0;
  #ofJump = 0;
  #ofRange = 0;
  #ofStill = 0;
  #ratio = 0;
  /** The range of all readings before this row. */
  #knownLow = 0;
  #knownHigh = 0;
  /** Forecasts that could be compared with a reading. */
  #checked = 0;
  /** Doubted readings since the last believed one, and the believed level during the newest doubt. */
  #doubts = 0;
  #level: number = Number.NaN;

  /** @param watched indices of the experts whose errors are watched, at least one; the first one's jumps too */
  constructor(settings: AnomalySettings, minReadings: number, watched: readonly number[]) {
    this.#settings = settings;
    this.#minReadings = minReadings;
    this.watched = watched;
    this.errors = watched.map(() => new AnomalyLikelihood());
    this.alarm = new Alarm(settings);
  }

  /** Other settings from the next row on. They shape scores and alarms, and nothing that is learned. */
  apply(settings: AnomalySettings): void {
    this.#settings = settings;
    this.alarm.settings = settings;
  }

  /** The running alarm is like one that was a fault. */
  get isLikeFault(): boolean {
    return this.restless.isFault || (this.isActive && this.faults.has(this.episode.reason.channel));
  }

  /** A reading that is a fault: the row has none for all others. */
  updateFault(row: JudgedObservation, reading: number, isLate = false): void {
    this.#endEpisode();
    const { low: knownLow, high: knownHigh } = this.range;
    this.score = Math.min(Math.max(DOUBT_SCORE, this.range.newsOf(reading, row.resolution)), LARGEST_SCORE);
    this.alarm.update(this.score, row.at, false, isLate);
    this.episode.add({ channel: 'range', knownLow, knownHigh, reading, error: 0, still: 0, restless: 0, averages: [] });
  }

  /** The score after least duration, hysteresis and hold-off. */
  get isActive(): boolean {
    return this.alarm.isActive;
  }

  /**
   * @param expected (N) what each expert forecast for this row at the smallest horizon; NaN where there was nothing
   * @param published what was published for it
   * @param isLate the reading was old when it came: it starts no alarm
   */
  update(row: JudgedObservation, expected: Float64Array, published: number, isLate = false): void {
    if (!Number.isFinite(row.raw)) {
      this.score = Number.NaN;
      this.alarm.skip();
      return;
    }
    this.#endEpisode();
    this.#knownLow = this.range.low;
    this.#knownHigh = this.range.high;
    if (row.isDoubted) this.#judgeDoubted(row);
    else this.#judge(row, expected);
    const isReady = row.readings >= this.#minReadings && this.#checked >= CHECKED;
    this.#news = isReady ? withPolicies(this.#news, row.raw - published, published, this.#settings) : 0;
    const outside = outsideLimits(row.raw, this.#settings);
    const isLimit = outside > 0;
    const bounded = Math.min(Math.max(this.#news, isLimit ? LIMIT_SCORE + outside : 0), LARGEST_SCORE);
    const isKnown = isReady || isLimit;
    this.score = isKnown ? bounded : Number.NaN;
    const wasActive = this.isActive;
    this.alarm.update(isKnown ? bounded : 0, row.at, isLimit, isLate);
    if (this.score >= 1 || (wasActive && this.isActive))
      this.#explain(row, expected, isLimit ? LIMIT_SCORE + outside : 0);
  }

  /** Before a row, by those before it. */
  #endEpisode(): void {
    if (this.episode.isOpen && !this.isActive && !(this.score >= 1)) this.episode.close();
  }

  /** Notes the strange numbers of this row. It is rare: objects cost nothing here. */
  #explain({ raw, isDoubted, history }: JudgedObservation, expected: Float64Array, limit: number): void {
    const error = Math.abs(raw - expected[this.watched[0]]);
    const scores = isDoubted
      ? { jump: DOUBT_SCORE, range: this.#ofRange }
      : { errors: this.#ofErrors, jump: this.#ofJump, range: this.#ofRange, still: this.#ofStill };
    this.episode.add({
      channel: strangestOf({ ...scores, limit: limit >= this.#news ? limit : 0 }),
      knownLow: this.#knownLow,
      knownHigh: this.#knownHigh,
      reading: raw,
      error: Number.isNaN(error) ? 0 : error,
      still: this.stillness.run,
      restless: restlessnessOf(history),
      averages: this.errors.map(({ average }) => average),
    });
  }

  /** Nothing learns from it, so that the tenth fault is as strange as the first and has no tail. */
  #judgeDoubted(row: JudgedObservation): void {
    const { raw, value, resolution } = row;
    const { direction } = this.#settings;
    const isWanted = direction === 'both' || raw > value === (direction === 'up');
    const isKnown = this.#visits.isKnown(raw, value, resolution, this.range);
    this.#visits.see(raw);
    this.#noteSwitch(row);
    this.#doubts++;
    this.#level = value;
    this.#ofRange = this.range.newsOf(raw, resolution);
    this.#news = isWanted && !isKnown ? Math.max(DOUBT_SCORE, this.#ofRange) : 0;
  }

  /** A series that only ever rested has left its rest: that is news once. Errors of that size are what it will make now. */
  #noteSwitch({ raw, resolution, readings }: JudgedObservation): void {
    if (readings < this.#minReadings || !this.range.isRest(resolution)) return;
    const way = this.range.distanceTo(raw);
    this.jump.expect(way);
    for (const surprise of this.errors) surprise.expectSwitches(way);
  }

  /** The largest of the channels that the direction lets through. Every channel sees every believed reading, whatever it is for. */
  #judge(row: JudgedObservation, expected: Float64Array): void {
    this.#endDoubt(row.value);
    if (!this.restless.isEmpty) this.restless.watch(restlessnessOf(row.history));
    this.#judgeErrors(row, expected);
    const isVisited = this.#visits.isKnown(row.raw, this.#level, row.resolution, this.range);
    const news = isVisited ? 0 : Math.min(this.range.newsOf(row.raw, row.resolution), this.#ratio / FORECAST);
    const isAbove = this.range.isAbove(row.raw);
    if (news >= 1) this.#noteSwitch(row);
    this.range.widen(row.value);
    this.#visits.end(row.value);
    const still = this.stillness.update(row.value, row.resolution);
    this.#ofRange = news;
    this.#ofStill = still;
    const { direction } = this.#settings;
    const errors = Math.max(this.#ofErrors, this.#ofJump);
    if (direction === 'both') this.#news = Math.max(errors, news, still);
    else
      this.#news = Math.max(
        leansTo(direction, this.errors[0].lean) ? errors : 0,
        isAbove === (direction === 'up') ? news : 0,
      );
  }

  /** The jump channel does not see the way to a level that was doubted until it had lasted. */
  #endDoubt(reading: number): void {
    if (this.#doubts >= LASTING - 1) this.jump.note(reading - this.#level, reading);
    this.#doubts = 0;
  }

  #judgeErrors(row: JudgedObservation, expected: Float64Array): void {
    this.#ofJump = 0;
    this.#ratio = Number.POSITIVE_INFINITY;
    let largest = 0;
    let least = Number.POSITIVE_INFINITY;
    // Infinitesimal errors of a series that never moved say nothing of the errors that it will have when it moves.
    const hasMoved = row.resolution > 0;
    const floor = row.resolution / 2;
    const isFault = this.faults.holdsErrors || this.restless.isFault;
    let average = 0;
    for (let i = 0; i < this.watched.length; i++) {
      const error = row.raw - expected[this.watched[i]];
      if (Number.isNaN(error)) continue;
      if (i === 0) this.#checked++;
      if (!hasMoved) continue;
      const surprise = this.errors[i];
      const inUsualErrors = surprise.update(error, floor, isFault, this.restless.isBeyond);
      if (i === 0) {
        this.#ratio = inUsualErrors;
        this.#ofJump = this.jump.update(error, floor, row.raw);
      }
      const news = Math.min(surprise.log10Rarity / RARE, surprise.novelty);
      largest = Math.max(largest, news);
      least = Math.min(least, news);
      average = Math.max(average, surprise.average);
    }
    this.faults.watchErrors(average);
    this.#ofErrors = this.restless.newsOf(this.jump.isAfterHabit ? 0 : Math.min(largest, least / AGREEMENT));
  }

  exchange(io: StateIo): void {
    this.errors.forEach((surprise, i) => {
      surprise.exchange(io.within(`error${i}`));
    });
    const { jump, range, stillness, alarm, episode, faults, restless } = this;
    const parts = { jump, range, stillness, visits: this.#visits, alarm, episode, faults, restless };
    for (const [name, part] of Object.entries(parts)) part.exchange(io.within(name));
    this.#checked = io.number('checked', this.#checked);
    this.#doubts = io.number('doubts', this.#doubts);
    this.#level = io.number('level', this.#level);
    this.score = io.number('score', this.score);
  }
}
