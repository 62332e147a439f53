import { type Effort, FULL_EFFORT } from '../domain/effort.ts';
import type { Kernel, LearnOptions, Net, NetShape } from '../kernel/kernel.ts';
import { checkNetState } from './checkNetState.ts';
import { type Beginning, firstState } from './firstState.ts';
import { exchangeStates } from './keptStates.ts';
import { scheduledLearningRate } from './learningRate.ts';
import { NetworkGuard } from './networkGuard.ts';
import type { NetworkLearning } from './networkLearning.ts';
import type { ReplayMemory, ReplayShare } from './replayMemory.ts';
import type { Stateful, StateIo } from './stateIo.ts';

export interface NetworkOptions extends Beginning {
  readonly cell: NetShape['cell'];
  /** D */ readonly inputSize: number;
  /** H */ readonly hiddenSize: number;
  /** O */ readonly outputSize: number;
  /** k1: steps between two updates. */ readonly every: number;
  /** k2: steps that an update goes back. */ readonly window: number;
  /** Steps until a target arrives, at most: targets older than the window would never be learned. */
  readonly longestDelay: number;
  readonly learningRate: number | 'auto';
  /** Default: `huber`. With `logistic` y is the log-odds of targets that are 0 or 1. */
  readonly loss?: LearnOptions['loss'];
  /** β₂ of Adam; default 0.999. Less where gradients are rare and large. */
  readonly beta2?: number;
  /** Where to learn from again, beside the newest window. */
  readonly replay?: Replay | undefined;
  /** A guard watches over its numbers. Default: false. */
  readonly isGuarded?: boolean;
}

export interface Replay {
  readonly memory: ReplayMemory;
  readonly share: ReplayShare;
  /** Updates from the memory after each one from the newest window. */
  readonly windows: number;
}

/** Turns of k1 per update, by effort. */
const TURNS: readonly number[] = [1, 1, 2, 4, 8, Number.POSITIVE_INFINITY];

/**
 * `waiting`: not every k1-th step, too little effort, no target has arrived, or the guard lets learning rest. `skipped`: the
 * gradient was absurdly large. `not-finite`: loss, gradient or weights are not; call `rollBack`.
 */
export type LearnOutcome = 'waiting' | 'updated' | 'skipped' | 'not-finite';

const CLIP_NORM = 1;
/** Times that rows are learned which somebody wants learned again. */
const RELEARNED = 4;

/** (H) hidden state h, (H) cell state c. */
export interface RunningMemory {
  readonly hidden: Float32Array;
  readonly cell: Float32Array;
}

/**
 * A recurrent network that lives as long as its stream: h and c are carried from step to step, the weights
 * follow by truncated back-propagation through time (Williams & Peng 1990): every k1 steps the last k2 steps are re-run from
 * the stored state with the current weights, learned, and the re-run states written back.
 */
export class Network implements Stateful {
  readonly #net: Net;
  readonly #every: number;
  readonly #rows: number;
  readonly #rate: number | 'auto';
  /** Rows of a window that is learned again: those that count, and those before them that only bring h and c to life. */
  readonly #again: { readonly learned: number; readonly burnIn: number };
  readonly #replay: Replay | undefined;
  readonly #guard: NetworkGuard | undefined;
  readonly #first: Beginning;
  readonly #options: { -readonly [K in keyof LearnOptions]: LearnOptions[K] };
  #sinceUpdate = 0;
  /** Turns of k1 since the last update: more than one where the effort is small. */
  #turns = 0;
  #updates = 0;

  /** @throws RangeError where the kernel cannot hold the shape. */
  constructor(kernel: Kernel, options: NetworkOptions) {
    const { cell, inputSize, hiddenSize, outputSize } = options;
    this.#rows = windowRows(options.window, options.longestDelay, options.replay !== undefined);
    const keepsActivations = options.every >= this.#rows;
    const shape: NetShape = { cell, inputSize, hiddenSize, outputSize, rows: this.#rows, keepsActivations };
    const state = firstState(shape, options);
    this.#net = kernel.createNet(shape);
    this.#net.load(state);
    this.#first = { seed: options.seed, chronoLag: options.chronoLag };
    this.#guard = options.isGuarded ? new NetworkGuard(state.weights.length, CLIP_NORM) : undefined;
    this.#every = options.every;
    this.#rate = options.learningRate;
    this.#again = { learned: Math.ceil(0.75 * options.window), burnIn: Math.ceil(0.5 * options.window) };
    this.#replay = options.replay;
    this.#options = {
      learningRate: 0,
      clipNorm: CLIP_NORM,
      loss: options.loss ?? 'huber',
      // Nearly the absolute error: that is what forecasts are judged by, and heavy tails then pull the weights about less.
      huberDelta: 0.25,
      beta1: 0.9,
      beta2: options.beta2 ?? 0.999,
      epsilon: 1e-8,
    };
  }

  /** y (O) out, x (D) in: the live step, with the weights learned so far. */
  step(y: Float32Array, x: Float32Array): void {
    this.#net.step(y, x);
    this.#sinceUpdate++;
  }

  /** The target of head row `output` for the step `age` steps ago has arrived. */
  setTarget(age: number, output: number, value: number): void {
    this.#net.setTarget(age, output, value);
  }

  /**
   * Once after each step; on every k1-th it learns the window that ends at and includes that step. With less effort whole
   * turns of k1 go by: a stream keeps its phase, so that many of them do not all learn at once when the effort is full again.
   * @param at time of the step, for the guard
   */
  learn(effort: Effort = FULL_EFFORT, at = 0): LearnOutcome {
    if (this.#sinceUpdate < this.#every) return 'waiting';
    this.#sinceUpdate = 0;
    this.#turns++;
    if (this.#turns < TURNS[effort]) return 'waiting';
    this.#turns = 0;
    if (this.#guard?.mayLearn(at) === false) return 'waiting';
    const before = this.#updates;
    const outcome = this.#judge(this.#net.learn(this.#rows, this.#nextOptions()));
    if (outcome === 'not-finite') return outcome;
    // Also where the newest window taught nothing: late targets are learned from the memory.
    const isAgain = this.#replay !== undefined && effort === FULL_EFFORT;
    if (isAgain && this.#learnAgain(this.#replay) === 'not-finite') return 'not-finite';
    return this.#updates > before ? 'updated' : outcome;
  }

  /** Windows of ¾ k2 rows: two teach more than one of k2 for the same time, and shorter ones follow noise too closely. */
  #learnAgain({ memory, share, windows }: Replay): LearnOutcome {
    const { learned, burnIn } = this.#again;
    for (let n = 0; n < windows; n++) {
      const window = memory.draw(share, burnIn, learned);
      if (window === undefined) continue;
      if (this.#judge(this.#net.replay(window, this.#nextOptions())) === 'not-finite') return 'not-finite';
    }
    return 'updated';
  }

  /**
   * Learns windows of the memory that have the rows of these ages in them, a few times each: a single time moves the weights by little.
   * @param oldest ages of rows; 0 is the newest
   */
  relearn(oldest: number, newest: number): LearnOutcome {
    if (this.#replay === undefined || this.isFrozen) return 'waiting';
    const { memory, share } = this.#replay;
    const { learned, burnIn } = this.#again;
    for (let time = 0; time < RELEARNED; time++) {
      for (let age = newest - Math.floor(learned / 3); age <= oldest; age += Math.ceil(learned / 2)) {
        const window = memory.windowAt(Math.max(share.delay, age), { share, burnIn, learned });
        if (window === undefined) break;
        if (this.#judge(this.#net.replay(window, this.#nextOptions())) === 'not-finite') return 'not-finite';
      }
    }
    return 'updated';
  }

  /** Outcome of an attempt to learn. */
  #judge(isUpdated: boolean): LearnOutcome {
    const { loss, gradientNorm } = this.#net;
    if (isUpdated) this.#updates++;
    else if (gradientNorm === 0 && loss === 0) return 'waiting';
    if (this.#guard === undefined) {
      return isUpdated ? 'updated' : Number.isFinite(gradientNorm) ? 'waiting' : 'not-finite';
    }
    const verdict = this.#guard.judge(loss, gradientNorm);
    if (verdict === 'broken') return 'not-finite';
    if (verdict === 'look' && !this.#guard.look(this.#net.save())) return 'not-finite';
    return isUpdated ? 'updated' : 'skipped';
  }

  #nextRate(): number {
    const rate = this.#rate === 'auto' ? scheduledLearningRate(this.#updates) : this.#rate;
    return this.#guard === undefined ? rate : rate * this.#guard.rateScale;
  }

  #nextOptions(): LearnOptions {
    this.#options.learningRate = this.#nextRate();
    if (this.#guard !== undefined) this.#options.largestNorm = this.#guard.largestNorm;
    return this.#options;
  }

  get learning(): NetworkLearning {
    const { rollbacks = 0, frozenUntil = Number.NaN } = this.#guard ?? {};
    const { gradientNorm } = this.#net;
    return { gradientNorm, rate: this.#nextRate(), updates: this.#updates, rollbacks, frozenUntil };
  }

  /** It has been rolled back often enough not to learn for a while. */
  get isFrozen(): boolean {
    return this.#guard?.isFrozen === true;
  }

  /**
   * Its numbers are not finite: it goes on with weights that have proved themselves, or with the first ones, without
   * moments and from h = c = 0. What happens then is the guard's.
   * @param at time of the step
   */
  rollBack(at: number): void {
    const state = firstState(this.#net.shape, this.#first);
    this.#guard?.giveWeights(state.weights);
    this.#net.load(state);
    if (!this.isFrozen) this.#guard?.countRollback(at, Math.ceil(this.#rows / this.#every));
  }

  /** Forgets h and c and the steps that led to them; what was learned stays. */
  resetState(): void {
    this.#net.resetState();
  }

  /** Copies of h and c after the newest row. */
  get memory(): RunningMemory {
    const { h, c, rowCount } = this.#net.save();
    const H = this.#net.shape.hiddenSize;
    const newest = rowCount * H;
    return { hidden: h.slice(newest, newest + H), cell: c.slice(newest, newest + H) };
  }

  /** (P) A copy, in canonical order. */
  copyWeights(): Float32Array {
    return this.#net.save().weights;
  }

  /** @throws SnapshotError where what is restored cannot have been saved. */
  exchange(io: StateIo): void {
    this.#sinceUpdate = io.number('sinceUpdate', this.#sinceUpdate);
    this.#turns = io.number('turns', this.#turns);
    this.#updates = io.number('updates', this.#updates);
    const state = this.#net.save();
    const rowCount = io.number('rowCount', state.rowCount);
    const { weights, moment1, moment2, adam, x, target, hasTarget, h, c } = state;
    for (const [name, array] of Object.entries({ weights, moment1, moment2, adam, x, target, hasTarget })) {
      io.array(name, array);
    }
    const position = { rows: this.#rows, every: this.#every, rowCount, sinceUpdate: this.#sinceUpdate };
    exchangeStates(io, 'h', h, position);
    exchangeStates(io, 'c', c, position);
    this.#guard?.exchange(io.within('guard'));
    if (!io.isRestoring) return;
    checkNetState(state);
    this.#net.load({ ...state, rowCount });
  }

  free(): void {
    this.#net.free();
  }
}

/**
 * k2, or more where targets arrive so late that less than half of the window would have one. Not more than twice k2 where
 * they are learned from the memory too: at a horizon of a day the window would cost ten times as much. The ring is as long
 * as the window: what is older can only be learned again.
 */
export function windowRows(window: number, longestDelay: number, learnsAgain = false): number {
  const rows = Math.max(window, longestDelay + Math.ceil(window / 2));
  return learnsAgain ? Math.min(rows, 2 * window) : rows;
}
