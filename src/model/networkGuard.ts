import type { NetState } from '../kernel/kernel.ts';
import { isNetStateSound } from './checkNetState.ts';
import { SnapshotError } from './snapshotFormat.ts';
import type { Stateful, StateIo } from './stateIo.ts';
import { WeightCopy } from './weightCopy.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/**
 * Multiple of the usual norm, or of the norm to which gradients are clipped if that is larger, beyond which a gradient
 * is skipped.
 */
const LARGE = 100;
/** Norms that have to be seen before one is too large. */
const WARM_UP = 20;
/** The running median goes so far towards each new norm. */
const MEDIAN_STEP = 1.02;
/** Updates without a fault between two looks at the weights: a young network soon outgrows its copy, and a look costs time. */
const LOOK_EVERY = 128;
const LOOK_EVERY_LATER = 512;
const YOUNG = 2048;
/** The weights are worth keeping while their loss is at most this multiple of the usual one. */
const WORTH_KEEPING = 1.5;
/** Updates over which the loss is averaged, now and in the long run. */
const RECENT = 1 / 32;
const USUAL = 1 / 1000;
/** Updates without a fault after which the learning rate doubles, until it is whole again. */
const RECOVERY = 1024;
const MOST_ROLLBACKS = 3;
const SMALLEST_RATE = 1 / 64;

/** Judgement of the guard on an attempt to learn. `look`: it wants to see the net. */
export type Verdict = 'fine' | 'skipped' | 'broken' | 'look';

/**
 * Watches over the numbers of one network. It lets no update through whose gradient is absurd, keeps a copy of weights that
 * have proved themselves, and decides what follows when numbers stop being finite: the copy comes back, learning rests for
 * a window and goes on at half the rate. After three times within an hour of sample time the network is frozen: it forecasts
 * with the copy and learns nothing for a day, then tries again. Time is that of the samples, so a replay decides the same.
 */
export class NetworkGuard implements Stateful {
  readonly #copy: WeightCopy;
  readonly #clipNorm: number;
  #hasCopy = false;
  #norms = 0;
  #usualNorm = 0;
  #losses = 0;
  #recentLoss = 0;
  #usualLoss = 0;
  /** Updates since the last fault, and since the last look. */
  #clean = 0;
  #sinceLook = 0;
  /** Turns of k1 that still go by without learning. */
  #pause = 0;
  /** When it was rolled back the last times, oldest first. */
  readonly #rollbacks: number[] = [Number.NaN, Number.NaN, Number.NaN];
  #frozenAt: number = Number.NaN;
  /** Factor on the learning rate. */
  rateScale = 1;

  /** @param parameters P */
  constructor(parameters: number, clipNorm: number) {
    this.#copy = new WeightCopy(parameters);
    this.#clipNorm = clipNorm;
  }

  get isFrozen(): boolean {
    return !Number.isNaN(this.#frozenAt);
  }

  /** Roll-backs that are remembered: the last three at most. */
  get rollbacks(): number {
    return this.#rollbacks.filter((at) => !Number.isNaN(at)).length;
  }

  /** Moment until which it is frozen; NaN: it is not. */
  get frozenUntil(): number {
    return this.#frozenAt + DAY;
  }

  /** Asked once a turn of k1. */
  mayLearn(at: number): boolean {
    if (this.isFrozen) {
      // A clock that was set back by years must not freeze it for years.
      if (Math.abs(at - this.#frozenAt) < DAY) return false;
      this.#frozenAt = Number.NaN;
      this.#rollbacks.fill(Number.NaN);
    }
    if (this.#pause === 0) return true;
    this.#pause--;
    return false;
  }

  /** Norm of a gradient above which no update shall be taken. */
  get largestNorm(): number {
    return this.#norms < WARM_UP ? Number.POSITIVE_INFINITY : LARGE * Math.max(this.#usualNorm, this.#clipNorm);
  }

  /** After an attempt with these, on the newest window or an old one. */
  judge(loss: number, norm: number): Verdict {
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) return 'broken';
    const isTooLarge = norm > this.largestNorm;
    // It follows too large ones too: what goes on for long is usual.
    this.#followNorm(norm);
    if (isTooLarge) return 'skipped';
    this.#followLoss(loss);
    this.#clean++;
    if (this.rateScale < 1 && this.#clean % RECOVERY === 0) this.rateScale *= 2;
    if (++this.#sinceLook < (this.#losses <= YOUNG ? LOOK_EVERY : LOOK_EVERY_LATER)) return 'fine';
    this.#sinceLook = 0;
    return 'look';
  }

  #followNorm(norm: number): void {
    this.#norms++;
    if (this.#norms === 1 || this.#usualNorm === 0) this.#usualNorm = norm;
    else if (norm > this.#usualNorm) this.#usualNorm *= MEDIAN_STEP;
    else this.#usualNorm /= MEDIAN_STEP;
  }

  #followLoss(loss: number): void {
    this.#losses++;
    this.#recentLoss += Math.max(1 / this.#losses, RECENT) * (loss - this.#recentLoss);
    this.#usualLoss += Math.max(1 / this.#losses, USUAL) * (loss - this.#usualLoss);
  }

  /** Keeps the weights if they have proved themselves. @returns whether the numbers can be those of a sound net */
  look(state: NetState): boolean {
    if (!isNetStateSound(state)) return false;
    if (this.#recentLoss <= WORTH_KEEPING * this.#usualLoss) {
      this.#copy.keep(state.weights);
      this.#hasCopy = true;
    }
    return true;
  }

  /**
   * The numbers were not finite, and not while it is frozen.
   * @param pause turns of k1 that then go by without learning
   * @returns whether it is frozen now
   */
  countRollback(at: number, pause: number): boolean {
    this.#clean = 0;
    this.#sinceLook = 0;
    this.#pause = pause;
    this.rateScale = Math.max(SMALLEST_RATE, this.rateScale / 2);
    this.#rollbacks.shift();
    this.#rollbacks.push(at);
    const oldest = this.#rollbacks[0];
    if (Math.abs(at - oldest) <= HOUR) this.#frozenAt = at;
    return this.isFrozen;
  }

  /** weights (P) out: the copy. @returns false, and nothing changed, while there is none */
  giveWeights(weights: Float32Array): boolean {
    if (this.#hasCopy) this.#copy.give(weights);
    return this.#hasCopy;
  }

  exchange(io: StateIo): void {
    this.#copy.exchange(io);
    const numbers = Float64Array.of(
      Number(this.#hasCopy),
      this.#norms,
      this.#usualNorm,
      this.#losses,
      this.#recentLoss,
      this.#usualLoss,
      this.#clean,
      this.#sinceLook,
      this.#pause,
      this.#frozenAt,
      this.rateScale,
      ...this.#rollbacks,
    );
    io.array('numbers', numbers);
    if (!io.isRestoring) return;
    const rate = numbers[10];
    if (!(rate > 0 && rate <= 1)) throw new SnapshotError('damaged', `a learning rate cannot be scaled by ${rate}`);
    this.#restore(numbers);
  }

  #restore(numbers: Float64Array): void {
    const [hasCopy, norms, usualNorm, losses, recentLoss, usualLoss, clean, sinceLook, pause, frozenAt, rateScale] =
      numbers as unknown as readonly number[] & { readonly length: 11 };
    this.#hasCopy = hasCopy === 1;
    this.#norms = norms;
    this.#usualNorm = usualNorm;
    this.#losses = losses;
    this.#recentLoss = recentLoss;
    this.#usualLoss = usualLoss;
    this.#clean = clean;
    this.#sinceLook = sinceLook;
    this.#pause = pause;
    this.#frozenAt = frozenAt;
    this.rateScale = rateScale;
    for (let i = 0; i < MOST_ROLLBACKS; i++) this.#rollbacks[i] = numbers[11 + i];
  }
}
