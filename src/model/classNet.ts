import type { Kernel, LearnOptions, Net, NetShape, NetState, ReplayWindow } from '../kernel/kernel.ts';
import { parameterViews } from '../kernel/parameterLayout.ts';
import { checkNetState } from './checkNetState.ts';
import { firstState } from './firstState.ts';
import { NetworkGuard } from './networkGuard.ts';
import type { Stateful, StateIo } from './stateIo.ts';

export interface ClassNetOptions {
  readonly cell: NetShape['cell'];
  /** Inputs of the cell; the head has C more, the log-probabilities of a model without memory. */
  readonly inputSize: number;
  /** H */ readonly hiddenSize: number;
  /** C */ readonly classes: number;
  /** Rows of the longest window that it learns. */
  readonly windowRows: number;
  /** Longest lag in rows that the first weights are made to remember; undefined: forget bias 1. */
  readonly longestLag: number | undefined;
  readonly seed: number;
}

/** `updated`, or not: nothing was labelled, the gradient absurd, learning rests. `not-finite`: call `rollBack`. */
export type ClassLearning = 'updated' | 'skipped' | 'not-finite';

const CLIP_NORM = 1;
/** Turns that go by without learning after a roll-back. */
const PAUSE = 3;
/** S and by learn so much faster: they are all that a net can use in its first days. */
const HEAD_RATE = 10;

/**
 * A recurrent network that judges the class of each row. h and c are carried from row to row; it learns from windows of labelled
 * rows alone, each begun at the state that the net had there. It begins as the model without memory does: its head passes that
 * model's log-probabilities on (S is the identity there).
 */
export class ClassNet implements Stateful {
  readonly #net: Net;
  readonly #settings: ClassNetOptions;
  readonly #guard: NetworkGuard;
  readonly #options: { -readonly [K in keyof LearnOptions]: LearnOptions[K] };
  #updates = 0;

  /** @throws RangeError where the kernel cannot hold the shape, KernelFullError where others have taken its memory */
  constructor(kernel: Kernel, settings: ClassNetOptions) {
    this.#settings = settings;
    this.#net = kernel.createNet(shapeOf(settings));
    const state = beginningOf(settings);
    this.#net.load(state);
    this.#guard = new NetworkGuard(state.weights.length, CLIP_NORM);
    this.#options = {
      learningRate: 0,
      clipNorm: CLIP_NORM,
      loss: 'softmax',
      huberDelta: 1,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      headRate: HEAD_RATE,
    };
  }

  /** y (C) out: logits. x (inputSize + C) */
  step(y: Float32Array, x: Float32Array): void {
    this.#net.step(y, x);
  }

  /** h, c (H) out: the state that the next row begins with. */
  copyState(h: Float32Array, c: Float32Array): void {
    this.#net.copyState(h, c);
  }

  /** Once a turn, before its windows. @param at time of the newest row @returns whether it may learn now */
  mayLearn(at: number): boolean {
    return this.#guard.mayLearn(at);
  }

  /** Learns one window. */
  learn(window: ReplayWindow): ClassLearning {
    this.#options.learningRate = this.#rate() * this.#guard.rateScale;
    this.#options.largestNorm = this.#guard.largestNorm;
    const isUpdated = this.#net.replay(window, this.#options);
    const { loss, gradientNorm } = this.#net;
    if (isUpdated) this.#updates++;
    else if (loss === 0 && gradientNorm === 0) return 'skipped';
    const verdict = this.#guard.judge(loss, gradientNorm);
    if (verdict === 'broken') return 'not-finite';
    if (verdict === 'look' && !this.#guard.look(this.#net.save())) return 'not-finite';
    return isUpdated ? 'updated' : 'skipped';
  }

  /** Large while nothing is known, then slowly smaller; larger for a long memory. */
  #rate(): number {
    const decay = Math.sqrt(1 + this.#updates / 1000);
    return this.#settings.longestLag === undefined ? Math.max(1e-4, 2e-3 / decay) : Math.max(1e-3, 3e-3 / decay);
  }

  /**
   * Its numbers are not finite: it goes on with weights that have proved themselves, or with the first ones, from h = c = 0. States
   * that were kept for windows go with them.
   */
  rollBack(at: number): void {
    const state = beginningOf(this.#settings);
    this.#guard.giveWeights(state.weights);
    this.#net.load(state);
    if (!this.#guard.isFrozen) this.#guard.countRollback(at, PAUSE);
  }

  /** Forgets h and c; what was learned stays. */
  resetState(): void {
    this.#net.resetState();
  }

  /**
   * A net for another list of classes that knows what this one knows. This one stays as it is.
   * @param from (new C): place of each class in this net, −1 for one that is new
   */
  withClasses(kernel: Kernel, from: readonly number[]): ClassNet {
    const settings = { ...this.#settings, classes: from.length };
    const next = new ClassNet(kernel, settings);
    const [old, state] = [this.#net.save(), next.#net.save()];
    const shapes = [shapeOf(this.#settings), shapeOf(settings)] as const;
    for (const name of ['weights', 'moment1', 'moment2'] as const) {
      moveClasses(
        parameterViews(old[name], shapes[0]),
        parameterViews(state[name], shapes[1]),
        from,
        settings.inputSize,
      );
    }
    next.#net.load({
      ...state,
      adam: old.adam,
      rowCount: 0,
      h: withState(old, 'h', state),
      c: withState(old, 'c', state),
    });
    next.#updates = this.#updates;
    return next;
  }

  /** @throws SnapshotError where what is restored cannot have been saved */
  exchange(io: StateIo): void {
    this.#updates = io.number('updates', this.#updates);
    const state = this.#net.save();
    const rowCount = io.number('rowCount', state.rowCount);
    const { weights, moment1, moment2, adam, x, h, c } = state;
    for (const [name, array] of Object.entries({ weights, moment1, moment2, adam, x, h, c })) io.array(name, array);
    this.#guard.exchange(io.within('guard'));
    if (!io.isRestoring) return;
    checkNetState(state);
    this.#net.load({ ...state, rowCount });
  }

  free(): void {
    this.#net.free();
  }
}

/** It never learns from its ring: one row, for the state. */
function shapeOf({ cell, inputSize, hiddenSize, classes, windowRows }: ClassNetOptions): NetShape {
  const shape = { cell, inputSize: inputSize + classes, headInputSize: classes, hiddenSize, outputSize: classes };
  return { ...shape, rows: 1, windowRows };
}

function beginningOf(settings: ClassNetOptions): NetState {
  const shape = shapeOf(settings);
  const state = firstState(shape, { seed: settings.seed, chronoLag: settings.longestLag });
  const { S } = parameterViews(state.weights, shape);
  for (let o = 0; o < settings.classes; o++) S[o * shape.inputSize + settings.inputSize + o] = 1;
  return state;
}

type Views = ReturnType<typeof parameterViews>;

/** The cell stays as it is; of the head the rows, and the columns of the classes, come along. What is new keeps its beginning. */
function moveClasses(old: Views, next: Views, from: readonly number[], inputs: number): void {
  for (const name of ['Wx', 'Wh', 'b', 'bh', 'p_i', 'p_f', 'p_o'] as const) next[name].set(old[name]);
  const oldC = old.by.length;
  const C = from.length;
  const H = old.Wy.length / oldC;
  from.forEach((source, o) => {
    if (source < 0) {
      next.Wy.fill(0, o * H, (o + 1) * H);
      return;
    }
    next.Wy.set(old.Wy.subarray(source * H, (source + 1) * H), o * H);
    next.by[o] = old.by[source];
    const [row, oldRow] = [o * (inputs + C), source * (inputs + oldC)];
    next.S.set(old.S.subarray(oldRow, oldRow + inputs), row);
    from.forEach((column, k) => {
      if (column >= 0) next.S[row + inputs + k] = old.S[oldRow + inputs + column];
    });
  });
}

/** (2, H) with rowCount 0: the carried state alone. */
function withState(old: NetState, name: 'h' | 'c', state: NetState): Float32Array {
  const H = old[name].length / 2;
  const carried = new Float32Array(state[name].length);
  carried.set(old[name].subarray(old.rowCount * H, (old.rowCount + 1) * H));
  return carried;
}
