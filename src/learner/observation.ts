import type { Step } from '../domain/sample.ts';
import { log } from '../kernel/math/log.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { Cadence } from './cadence.ts';
import { ChangeScales } from './changeScales.ts';
import { Edge } from './edge.ts';
import { Exogenous } from './exogenous.ts';
import { History } from './history.ts';
import { InputGuard, type Usual } from './inputGuard.ts';
import { Level } from './level.ts';

/** The part of a step that is observed. */
type ObservedStep = Pick<Step, 'at' | 'zoneOffset' | 'value' | 'inputs'>;

/**
 * Knowledge about the present row before any expert looks at it: the guarded reading, its past, and the scales that
 * turn sensor units into numbers around 1. All of it is causal; the same object serves every row.
 */
export class Observation implements Stateful {
  readonly history: History = new History();
  readonly exogenous: Exogenous;
  readonly #guard = new InputGuard();
  readonly #level = new Level();
  readonly #cadence = new Cadence();
  readonly #floor = new Edge('lowest');
  readonly #ceiling = new Edge('highest');
  readonly #scales: ChangeScales;
  /** s_h (K): scale of the change over each horizon. */
  readonly scales: Float64Array;
  /** Rows so far, and believed readings among them. */
  count = 0;
  readings = 0;
  /** Readings so far, doubted ones too. */
  taken = 0;
  /** The believed reading, or the last one before it where this row has none. All that learns sees this one. */
  value: number = Number.NaN;
  /** The reading as it came; NaN where this row has none. */
  raw: number = Number.NaN;
  /** The newest reading as it came, believed or doubted: the true last value. */
  latest: number = Number.NaN;
  /** `value` is a reading of this row: neither missing nor doubted. */
  isReading = false;
  /**
   * This row has a reading that the guard does not believe. Then nothing may learn from it. Like `shift`, not part of
   * the state.
   */
  isDoubted = false;
  /** No network may learn from this row, now or later. Set once the row is scored; not part of the state. */
  isKeptOut = false;
  /**
   * Distance that the level moved in this row because doubted readings have lasted, in the sensor's unit; 0 in all
   * other rows.
   */
  shift = 0;
  at = 0;
  localMs = 0;
  /** Smallest change of the readings seen so far other than none; 0 while they never changed. */
  resolution = 0;
  /** Time since the reading before this row, ms; NaN where there was none. */
  silence: number = Number.NaN;
  /** ln of the silence in usual intervals: 0 in a regular series, above it in and after a gap. */
  rhythm = 0;
  #lastReadingAt: number = Number.NaN;
  /** Time of the newest doubted reading. */
  #doubtedAt: number = Number.NaN;

  constructor(horizons: readonly number[], exogenous: Exogenous = new Exogenous(0, 0)) {
    this.exogenous = exogenous;
    this.#scales = new ChangeScales(horizons);
    this.scales = this.#scales.ofHorizons;
  }

  /** @returns false while no reading has come at all: nothing can be said yet. */
  advance(step: ObservedStep): boolean {
    const { at, value: raw } = step;
    this.at = at;
    this.localMs = at + step.zoneOffset;
    this.raw = raw;
    this.isReading = false;
    this.isDoubted = false;
    this.isKeptOut = false;
    this.shift = 0;
    this.exogenous.update(step.inputs);
    this.silence = at - this.#lastReadingAt;
    if (Number.isFinite(raw)) this.#read(raw);
    if (this.readings === 0) return false;
    this.count++;
    this.rhythm = this.#rhythm();
    this.#cadence.update(at);
    this.history.push(at, this.value);
    this.#scales.update(this.history, this.value, this.isReading, this.scaleFloor);
    return true;
  }

  /** Before the first row: what the readings that are to come agree on. */
  expect(usual: Usual): void {
    this.#guard.expect(usual);
  }

  /** Before a row: its reading is a fault, as those after it have shown. */
  distrust(): void {
    this.#guard.distrust();
  }

  /** Readings from one to the other belong to the series. */
  admit(low: number, high: number): void {
    this.#guard.admit(low, high);
  }

  #read(raw: number): void {
    const verdict = this.#guard.judge(raw, this.count, this.#elapsed());
    this.isDoubted = verdict === 'doubted' || verdict === 'refused';
    if (verdict !== 'refused') {
      this.latest = raw;
      this.taken++;
    }
    if (verdict === 'doubted') this.#doubtedAt = this.at;
    if (this.isDoubted) return;
    if (verdict === 'moved') this.#move();
    if (this.readings > 0) {
      const change = Math.abs(raw - this.value);
      if (change > 0 && (this.resolution === 0 || change < this.resolution)) this.resolution = change;
    }
    this.isReading = true;
    this.#lastReadingAt = this.at;
    this.readings++;
    this.value = raw;
    this.#level.update(raw);
    this.#floor.learn(raw);
    this.#ceiling.learn(raw);
  }

  /** Usual intervals since the last believed reading. */
  #elapsed(): number {
    const interval = this.#cadence.interval;
    return this.silence > interval && interval > 0 ? this.silence / interval : 1;
  }

  /** The newest reading is a doubted one, be it of this row or of one before. */
  get isInDoubt(): boolean {
    // NaN before the first reading: then it is not in doubt.
    return Math.abs(this.latest - this.value) > 0;
  }

  /**
   * Everything before moves along, and the doubted readings take their places: so no difference to the past contains the
   * jump. What waits for its target must move too, by `shift`.
   */
  #move(): void {
    const { doubt, shift } = this.#guard;
    this.shift = shift;
    this.history.move(shift);
    this.#level.move(shift);
    this.value += shift;
    this.value = this.history.adopt(doubt, this.count) ?? this.value;
    this.silence = this.at - this.#doubtedAt;
  }

  /** Against the intervals before this one, so that it is 0 to the bit where all are equal. */
  #rhythm(): number {
    const interval = this.#cadence.interval;
    return this.silence > 0 && interval > 0 ? log(this.silence / interval) : 0;
  }

  /** The usual time from row to row, ms; 0 while fewer than two have come. */
  get interval(): number {
    return this.#cadence.interval;
  }

  /** The lowest and the highest reading where the series visibly rests there; −Infinity and Infinity where it does not. */
  get lowest(): number {
    return this.#floor.bound(this.readings);
  }

  get highest(): number {
    return this.#ceiling.bound(this.readings);
  }

  /** Least scale, in the sensor's unit: a constant stream would divide by zero. */
  get scaleFloor(): number {
    return Math.max(1e-9, 1e-6 * this.#level.deviation, this.resolution / 2);
  }

  /** (v_t − mean) / deviation of the readings. */
  get standardised(): number {
    return (this.value - this.#level.mean) / Math.max(this.#level.deviation, this.scaleFloor);
  }

  /** (v_t − v_{t−1}) in its own scale. */
  get lastChange(): number {
    return (this.value - this.history.ago(1)) / this.#scales.ofStep(this.scaleFloor);
  }

  /** The reading one season before the moment `steps` ahead, NaN where there is none: see `History.seasonAgo`. */
  seasonAgo(seasonMs: number, steps: number): number {
    return this.history.seasonAgo({ at: this.at, interval: this.#cadence.interval, seasonMs, steps });
  }

  exchange(io: StateIo): void {
    const parts = {
      history: this.history,
      guard: this.#guard,
      level: this.#level,
      cadence: this.#cadence,
      floor: this.#floor,
      ceiling: this.#ceiling,
    };
    for (const [name, part] of Object.entries(parts)) part.exchange(io.within(name));
    this.exogenous.exchange(io.within('exogenous'));
    this.#scales.exchange(io);
    this.readings = io.number('readings', this.readings);
    this.value = io.number('value', this.value);
    this.#exchangeMoment(io);
  }

  #exchangeMoment(io: StateIo): void {
    if (io.version < 3) {
      this.latest = this.value;
      this.taken = this.readings;
      this.count = io.number('count', 0);
      this.resolution = io.number('resolution', 0);
      this.at = io.number('at', this.at);
      this.localMs = io.number('localMs', this.localMs);
      this.#lastReadingAt = io.number('lastReadingAt', this.#lastReadingAt);
    }
    const moment = Float64Array.of(
      this.raw,
      this.latest,
      Number(this.isReading),
      this.at,
      this.localMs,
      this.silence,
      this.rhythm,
      this.#lastReadingAt,
      this.#doubtedAt,
      this.count,
      this.resolution,
      this.taken,
    );
    io.array('moment', moment);
    [this.raw, this.latest, , this.at, this.localMs, this.silence, this.rhythm, this.#lastReadingAt] =
      moment as unknown as readonly number[] & { readonly length: 12 };
    [this.#doubtedAt, this.count, this.resolution, this.taken] = moment.subarray(8) as unknown as readonly number[] & {
      readonly length: 4;
    };
    this.isReading = moment[2] === 1;
  }
}
