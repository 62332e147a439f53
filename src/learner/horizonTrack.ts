import type { Stateful, StateIo } from '../model/stateIo.ts';
import { DiscountedLoss } from './discountedLoss.ts';
import { Interval } from './interval.ts';
import { Mix } from './mix.ts';
import type { Row } from './row.ts';

const FAST = 0.998;

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
  /** (h, 4): mix, published, half-width, reading at the time. */
  readonly #issued: Float64Array;
  /** (N): those of the slot that is being scored. */
  readonly #due: Float64Array;
  readonly #experts: number;
  /** Index of the network whose errors are watched, −1 where there is none. */
  readonly #network: number;
  /** What was expected for this row; NaN where nothing was. */
  expected: number = Number.NaN;
  expectedHalfWidth: number = Number.NaN;
  /** What a network expected for this row, whoever was published: its errors show what a plain forecast cannot see. */
  expectedByNetwork: number = Number.NaN;
  /** What is forecast from this row on. */
  mean: number = Number.NaN;
  halfWidth: number = Number.NaN;

  constructor(steps: number, nominal: number, isBaseline: readonly boolean[]) {
    this.steps = steps;
    this.#experts = isBaseline.length;
    this.#isBaseline = isBaseline;
    this.#network = isBaseline.lastIndexOf(false);
    this.mix = new Mix(isBaseline);
    this.interval = new Interval(nominal);
    this.#expertLosses = isBaseline.map(() => new DiscountedLoss(FAST));
    this.#forecasts = new Float64Array(steps * this.#experts).fill(Number.NaN);
    this.#due = new Float64Array(this.#experts);
    this.#issued = new Float64Array(steps * 4).fill(Number.NaN);
  }

  /** Scores the forecast that was made for this row, if there is one and the row has a reading. */
  score(row: Row): void {
    const slot = (row.count - 1) % this.steps;
    const offset = slot * 4;
    const published = this.#issued[offset + 1] as number;
    const halfWidth = this.#issued[offset + 2] as number;
    const past = this.#issued[offset + 3] as number;
    const due = this.#due;
    for (let i = 0; i < this.#experts; i++) due[i] = this.#forecasts[slot * this.#experts + i] as number;
    this.expected = published;
    this.expectedHalfWidth = halfWidth;
    this.expectedByNetwork = this.#network < 0 ? published : (due[this.#network] as number);
    if (!row.isReading || Number.isNaN(published)) return;
    this.#publishedLoss.add(Math.abs(published - row.value));
    this.#persistenceLoss.add(Math.abs(past - row.value));
    for (let i = 0; i < this.#experts; i++) {
      if (this.#isBaseline[i]) (this.#expertLosses[i] as DiscountedLoss).add(Math.abs((due[i] as number) - row.value));
    }
    this.interval.score(published - row.value, row.value - past, halfWidth, row.resolution);
    this.mix.score(due, this.#issued[offset] as number, row.value, row.resolution);
  }

  /** Mixes the experts' forecasts of this row (N) and remembers them until their reading comes. */
  issue(forecasts: Float64Array, row: Row): void {
    const slot = (row.count - 1) % this.steps;
    for (let i = 0; i < this.#experts; i++) this.#forecasts[slot * this.#experts + i] = forecasts[i] as number;
    this.mean = this.mix.publish(forecasts);
    this.halfWidth = this.interval.halfWidth(row.resolution);
    const offset = slot * 4;
    this.#issued[offset] = this.mix.combine(forecasts);
    this.#issued[offset + 1] = this.mean;
    this.#issued[offset + 2] = this.halfWidth;
    this.#issued[offset + 3] = row.value;
  }

  /** 1 − MAE of the published / MAE of the best always-on baseline; NaN while nothing was scored, 0 where both are 0. */
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
    this.expectedByNetwork = io.number('expectedByNetwork', this.expectedByNetwork);
    this.mean = io.number('mean', this.mean);
    this.halfWidth = io.number('halfWidth', this.halfWidth);
  }
}
