import type { Kernel, LearnOptions, Net, NetShape } from '../kernel/kernel.ts';
import { parameterCount } from '../kernel/parameterLayout.ts';
import { createRandom } from '../kernel/random.ts';
import { initialWeights } from './initialWeights.ts';
import { scheduledLearningRate } from './learningRate.ts';
import type { ReplayMemory, ReplayShare } from './replayMemory.ts';
import type { Stateful, StateIo } from './stateIo.ts';

export interface NetworkOptions {
  readonly cell: NetShape['cell'];
  /** D */ readonly inputSize: number;
  /** H */ readonly hiddenSize: number;
  /** O */ readonly outputSize: number;
  /** k1: steps between two updates. */ readonly every: number;
  /** k2: steps that an update goes back. */ readonly window: number;
  /** Steps until a target arrives, at most: targets older than the window would never be learned. */
  readonly longestDelay: number;
  readonly learningRate: number | 'auto';
  readonly seed: number;
  /** Default: `huber`. With `logistic` y is the log-odds of targets that are 0 or 1. */
  readonly loss?: LearnOptions['loss'];
  /** Of Adam; default 0.999. Less where gradients are rare and large. */
  readonly beta2?: number;
  /** As for `initialWeights`. */
  readonly chronoLag?: number | undefined;
  /** Where to learn from again, beside the newest window. */
  readonly replay?: Replay | undefined;
}

export interface Replay {
  readonly memory: ReplayMemory;
  readonly share: ReplayShare;
  /** Updates from the memory after each one from the newest window. */
  readonly windows: number;
}

/** `waiting`: not every k1-th step, or no target has arrived. `not-finite`: the gradient was not, nothing was changed. */
export type LearnOutcome = 'waiting' | 'updated' | 'not-finite';

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
  /** Of a window that is learned again: rows that count, and rows before them that only bring h and c to life. */
  readonly #again: { readonly learned: number; readonly burnIn: number };
  readonly #replay: Replay | undefined;
  readonly #options: { -readonly [K in keyof LearnOptions]: LearnOptions[K] };
  #sinceUpdate = 0;
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
    this.#every = options.every;
    this.#rate = options.learningRate;
    this.#again = { learned: Math.ceil(0.75 * options.window), burnIn: Math.ceil(0.5 * options.window) };
    this.#replay = options.replay;
    this.#options = {
      learningRate: 0,
      clipNorm: 1,
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

  /** Once after each step; on every k1-th it learns the window that ends at and includes that step. */
  learn(): LearnOutcome {
    if (this.#sinceUpdate < this.#every) return 'waiting';
    this.#sinceUpdate = 0;
    const before = this.#updates;
    if (this.#net.learn(this.#rows, this.#nextOptions())) this.#updates++;
    else if (!Number.isFinite(this.#net.gradientNorm)) return 'not-finite';
    if (this.#replay !== undefined) this.#learnAgain(this.#replay);
    return this.#updates > before ? 'updated' : 'waiting';
  }

  /** Windows of ¾ k2 rows: two teach more than one of k2 for the same time, and shorter ones follow noise too closely. */
  #learnAgain({ memory, share, windows }: Replay): void {
    const { learned, burnIn } = this.#again;
    for (let n = 0; n < windows; n++) {
      const window = memory.draw(share, burnIn, learned);
      if (window !== undefined && this.#net.replay(window, this.#nextOptions())) this.#updates++;
    }
  }

  #nextOptions(): LearnOptions {
    this.#options.learningRate = this.#rate === 'auto' ? scheduledLearningRate(this.#updates) : this.#rate;
    return this.#options;
  }

  /** Forgets h and c and the steps that led to them; what was learned stays. */
  resetState(): void {
    this.#net.resetState();
  }

  /** (P) A copy, in canonical order. */
  copyWeights(): Float32Array {
    return this.#net.save().weights;
  }

  exchange(io: StateIo): void {
    this.#sinceUpdate = io.number('sinceUpdate', this.#sinceUpdate);
    this.#updates = io.number('updates', this.#updates);
    const state = this.#net.save();
    const rowCount = io.number('rowCount', state.rowCount);
    const { weights, moment1, moment2, adam, x, target, hasTarget, h, c } = state;
    for (const [name, array] of Object.entries({ weights, moment1, moment2, adam, x, target, hasTarget, h, c })) {
      io.array(name, array);
    }
    if (io.isRestoring) this.#net.load({ ...state, rowCount });
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

function firstState(shape: NetShape, { seed, chronoLag }: NetworkOptions): Parameters<Net['load']>[0] {
  const { inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const P = parameterCount(shape);
  return {
    weights: initialWeights(shape, createRandom(seed), { chronoLag }),
    moment1: new Float32Array(P),
    moment2: new Float32Array(P),
    adam: Float64Array.of(0, 1, 1),
    rowCount: 0,
    x: new Float32Array(R * D),
    target: new Float32Array(R * O),
    hasTarget: new Uint8Array(R * O),
    h: new Float32Array((R + 1) * H),
    c: new Float32Array((R + 1) * H),
  };
}
