import { exp } from '../kernel/math/exp.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { DiscountedLoss } from './discountedLoss.ts';
import type { Observation } from './observation.ts';

const FAST = 0.995;
const SHARPNESS = 0.5;
const SLOW = 0.9998;
/**
 * Multiple of the baseline's error that a published mix may reach before the fallback answers: of two that are as good, the
 * mix is the safer one.
 */
const PATIENCE = 1.005;
const SHARE = 0.001;
/** In usual errors: what one error counts at most. A fault is every expert's error, and must not decide between them. */
const BOUND = 25;
/** In usual errors: what one row counts at most in the usual error itself. What comes once in a thousand rows is part of the series. */
const USUAL_BOUND = 1000;
/** Rows before there is a loss to compare with. */
const FIRST_ROWS = 30;

/** Numbers of the row that a forecast is scored by. */
type ScoredReading = Pick<Observation, 'value' | 'resolution'>;

/**
 * Weighs the experts of one horizon by their recent losses, and guards the answer: while the mix has not been better than
 * the best baseline over the long run, that baseline is published instead (the never-worse fallback). The mix runs on beside it.
 * Once it is published, it is until it has become half a per cent worse: where the two are as good, the answer would else flap.
 *
 * w_i ∝ exp(−½·√n·(l_i / min l − 1)), l_i the discounted mean absolute error plus a twentieth of the sensor's resolution
 * (without it an expert that is exactly right would divide by zero for good); every expert keeps a thousandth.
 * So soft because experts that are nearly as good err in different ways: their mean is better than either.
 */
export class ExpertMixture implements Stateful {
  readonly weights: Float64Array;
  readonly #losses: readonly DiscountedLoss[];
  readonly #slowLosses: readonly DiscountedLoss[];
  readonly #slowMixLoss = new DiscountedLoss(SLOW);
  /** The usual error: the mean of each row's least one, of all experts and the mix. */
  readonly #usual = new DiscountedLoss(SLOW);
  readonly #isBaseline: readonly boolean[];
  /** Index of the baseline that answers in place of the mix, or −1. */
  fallback: number;

  /** @param isBaseline per expert: whether it is an always-on baseline. */
  constructor(isBaseline: readonly boolean[]) {
    this.#isBaseline = isBaseline;
    this.#losses = isBaseline.map(() => new DiscountedLoss(FAST));
    this.#slowLosses = isBaseline.map(() => new DiscountedLoss(SLOW));
    this.weights = new Float64Array(isBaseline.length).fill(1 / isBaseline.length);
    this.fallback = isBaseline.indexOf(true);
  }

  /** Σ w_i p_i. @param forecasts one per expert */
  combine(forecasts: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < this.weights.length; i++) sum += this.weights[i] * forecasts[i];
    return sum;
  }

  /** Published answer for these forecasts: the mix, or the fallback baseline in its place. */
  publish(forecasts: Float64Array): number {
    return this.fallback < 0 ? this.combine(forecasts) : forecasts[this.fallback];
  }

  /** Recent mean absolute error of each expert, in the sensor's unit, outliers bounded; NaN while there is none. */
  get errors(): number[] {
    return this.#losses.map(({ mean }) => mean);
  }

  /** Index of the expert that the answer owes most to. */
  get source(): number {
    if (this.fallback >= 0) return this.fallback;
    let largest = 0;
    for (let i = 1; i < this.weights.length; i++) {
      if (this.weights[i] > this.weights[largest]) largest = i;
    }
    return largest;
  }

  /**
   * The reading has come that these forecasts, and this mix of them, were for.
   * @param mixed the mix as it was then, not with today's weights
   * @param reading with the smallest change of the readings so far
   */
  score(forecasts: Float64Array, mixed: number, { value, resolution }: ScoredReading): void {
    const floor = Math.max(resolution / 2, 1e-12 * Math.abs(value));
    const bound = this.#limit(BOUND, floor);
    let least = Math.abs(mixed - value);
    this.#slowMixLoss.add(Math.min(least, bound));
    for (let i = 0; i < this.weights.length; i++) {
      const error = Math.abs(forecasts[i] - value);
      if (error < least) least = error;
      this.#losses[i].add(Math.min(error, bound));
      this.#slowLosses[i].add(Math.min(error, bound));
    }
    this.#usual.add(Math.min(least, this.#limit(USUAL_BOUND, floor)));
    // A series that never changed has no resolution yet; then float64's own grain at this level stands in.
    // Below 1e-300 a twentieth could be 0, and with two experts exactly right 0/0.
    this.#weigh(Math.max(1e-300, resolution > 0 ? resolution / 20 : 1e-12 * Math.abs(value)));
    this.#chooseFallback();
  }

  /** The same for all, so that a row in which everyone is far off says nothing of who is better. */
  #limit(bound: number, floor: number): number {
    if (!(this.#usual.weight >= FIRST_ROWS - 1)) return Number.POSITIVE_INFINITY;
    return Math.max(bound * this.#usual.mean, floor);
  }

  #weigh(floor: number): void {
    const losses = this.#losses;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < losses.length; i++) least = Math.min(least, losses[i].mean + floor);
    const sharpness = SHARPNESS * Math.sqrt(losses[0].weight);
    let sum = 0;
    for (let i = 0; i < losses.length; i++) {
      const excess = (losses[i].mean + floor) / least - 1;
      const weight = exp(-sharpness * excess);
      this.weights[i] = weight;
      sum += weight;
    }
    for (let i = 0; i < losses.length; i++) {
      this.weights[i] = (1 - SHARE) * (this.weights[i] / sum) + SHARE / losses.length;
    }
  }

  #chooseFallback(): void {
    let best = -1;
    for (let i = 0; i < this.#isBaseline.length; i++) {
      if (!this.#isBaseline[i]) continue;
      if (best < 0 || this.#slow(i) < this.#slow(best)) best = i;
    }
    const patience = this.fallback < 0 ? PATIENCE : 1;
    this.fallback = best >= 0 && this.#slowMixLoss.mean >= patience * this.#slow(best) ? best : -1;
  }

  #slow(expert: number): number {
    return this.#slowLosses[expert].mean;
  }

  exchange(io: StateIo): void {
    io.array('weights', this.weights);
    this.#losses.forEach((loss, i) => {
      loss.exchange(io.within(`loss${i}`));
    });
    this.#slowLosses.forEach((loss, i) => {
      loss.exchange(io.within(`slow${i}`));
    });
    this.#slowMixLoss.exchange(io.within('slowMix'));
    this.#usual.exchange(io.within('usual'));
    this.fallback = io.number('gate', this.fallback);
  }
}
