/**
 * The seam between the model and the arithmetic. A kernel makes nets; a net is one recurrent cell with its head, its
 * optimiser and the ring of its last rows, living in the kernel's own memory. Calls are coarse (a step, a window), so that
 * a kernel may keep everything in one wasm arena: no view of that memory ever leaves it, rows are copied in and out.
 *
 * Sizes: D inputs, H hidden units, O head rows (one per horizon), R rows of the ring.
 */
export interface Kernel {
  readonly name: KernelName;
  /** The cells that its nets can have. */
  readonly cells: readonly CellKind[];
  /** Bytes that all its nets and linear models take now. */
  readonly usedBytes: number;
  /** Bytes that each further net of this shape takes; what all nets share while they work is not counted. */
  bytesOf(shape: NetShape): number;
  /**
   * @throws RangeError where the kernel cannot hold the shape, the message says what it can;
   * KernelFullError where it could, but others have taken the memory
   */
  createNet(shape: NetShape): Net;
  /**
   * @param size n: features, 1 to 32
   * @throws RangeError for another size, KernelFullError where others have taken the memory
   */
  createLinearModel(size: number): LinearModel;
}

/**
 * `plain`: TypeScript, the reference. `simd`: WebAssembly with 128-bit vectors, the same bits on every machine.
 * `relaxed`: the same source with fused multiply-add, which rounds as the machine likes.
 */
export type KernelName = 'plain' | 'simd' | 'relaxed';

/**
 * `lstm`: Hochreiter & Schmidhuber's cell with a forget gate. `rnn`: h = tanh(…), no gate. `gru`: two gates and no cell state
 * (Cho et al. 2014, in PyTorch's form). `lstm_peephole`: the gates see c too (Gers & Schmidhuber 2000). `lstm_coupled`: what
 * is written makes room for itself, f = 1 − i (Greff et al. 2017).
 */
export type CellKind = 'lstm' | 'rnn' | 'gru' | 'lstm_peephole' | 'lstm_coupled';

export interface KernelOptions {
  /** Bytes that the nets and linear models of one kernel may take together. */
  readonly memoryLimit: number;
}

/** The kernel's memory is used up. No bug and no wrong configuration: room comes when a net is freed. */
export class KernelFullError extends Error {
  /** Bytes that were asked for, that are taken, and that may be taken. */
  readonly needed: number;
  readonly used: number;
  readonly limit: number;

  constructor(needed: number, used: number, limit: number) {
    super(`the kernel's memory is full: ${needed} bytes more than the ${used} in use would exceed ${limit}`);
    this.name = 'KernelFullError';
    this.needed = needed;
    this.used = used;
    this.limit = limit;
  }
}

export interface NetShape {
  readonly cell: CellKind;
  /** D */ readonly inputSize: number;
  /** H */ readonly hiddenSize: number;
  /** O */ readonly outputSize: number;
  /** R: rows kept; the longest window that `learn` can re-run. */ readonly rows: number;
  /** W: the longest window that `replay` can learn, where that is more than R. Default: R. */
  readonly windowRows?: number;
  /** E < D: the last E of the inputs go to the linear skip of the head alone, not into the cell. Default: 0. */
  readonly headInputSize?: number;
  /**
   * Each row keeps the activations of its step (5·H numbers more a row), so that a window in which no update fell needs
   * no second run: of use where k1 ≥ k2. It changes no number. Default: false.
   */
  readonly keepsActivations?: boolean;
}

export interface LearnOptions {
  readonly learningRate: number;
  /** Global norm to which the gradient is clipped. */
  readonly clipNorm: number;
  /** Global norm, before it is clipped, above which no update is taken at all. Default: none is too large. */
  readonly largestNorm?: number;
  /**
   * `logistic`: y is the log-odds of a target that is 0 or 1, the loss its cross entropy. `softmax`: y are the logits of O
   * classes; the target of head row 0 is the index of the row's class, the other head rows have none.
   */
  readonly loss: 'huber' | 'squared' | 'logistic' | 'softmax';
  /** Huber: where the parabola becomes a line. */
  readonly huberDelta: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Factor on the learning rate of S and by. Default: 1. */
  readonly headRate?: number;
}

export interface Net {
  readonly shape: NetShape;

  /** y (O) out, x (D) in. Appends a row: h, c of the row before → h, c of this one; y = Wy·h + S·x + by. */
  step(y: Float32Array, x: Float32Array): void;

  /**
   * The target of head row `output` for the row `age` steps back (0 = newest) has arrived. A row that left the ring is
   * ignored. A value that is not finite is kept too: `learn` then refuses to update for as long as it is in the window.
   * @returns whether the row was still there.
   */
  setTarget(age: number, output: number, value: number): boolean;

  /**
   * One update by truncated back-propagation through time: re-runs the newest `rows` rows (fewer where fewer exist) from
   * the h, c stored before them with the current weights, writes the re-run h, c back, takes the mean loss over all
   * targets that have arrived in them, goes back through the whole window, clips, and takes one Adam step.
   * Nothing changes but h, c where no target has arrived; `loss` and `gradientNorm` are 0 then. Weights and moments are
   * left as they are where loss or gradient is not finite, its norm above `largestNorm`, or its clipped square beyond float32.
   * @returns whether the weights were updated.
   */
  learn(rows: number, options: LearnOptions): boolean;

  /**
   * One update from rows of long ago: runs them from h = c = 0, or from the state that the window begins with, and learns from
   * those after the burn-in as `learn` does. The ring and the carried h, c stay as they are.
   * @returns whether the weights were updated
   */
  replay(window: ReplayWindow, options: LearnOptions): boolean;

  /** Mean loss of the last `learn` or `replay`, before its update. */
  readonly loss: number;
  /** Global gradient norm of the last `learn` or `replay`, before clipping. */
  readonly gradientNorm: number;

  /** h, c (H) out: the carried state. c is all zero for cells without cell state. */
  copyState(h: Float32Array, c: Float32Array): void;

  /** Sets the carried h and c to zero; weights and optimiser stay. The ring is emptied. */
  resetState(): void;

  /** Copies everything out, in the canonical order that all kernels share. */
  save(): NetState;
  /**
   * Copies everything in; after it the next numbers are bit-identical to those of the net that was saved.
   * @throws RangeError where the state is of another shape; the net then keeps its own.
   */
  load(state: NetState): void;

  /**
   * The net's whole block of the kernel's memory, in the order of this kernel: the cheap way to put a net aside and take
   * it up again. Only a net of the same shape in a kernel of the same name can take it in.
   */
  copyOut(): Uint8Array;
  /** The reverse of `copyOut`. @throws RangeError where the block is of another size; the net then keeps its own. */
  copyIn(block: Uint8Array): void;
  /** Gives the memory back; `step` and `learn` throw afterwards. */
  free(): void;
}

/**
 * A net as plain arrays, the same for every kernel.
 * weights, moment1, moment2 (P): blocks in the order of `parameterLayout`.
 * adam (3): updates done, β1^t, β2^t (running products: no platform power function).
 * rowCount: rows that the ring holds, ≤ R. Per row, oldest first: x (R,D), target (R,O), hasTarget (R,O) 0 or 1.
 * h, c (R+1,H): entry 0 is the state before the oldest row, entry r+1 the state after row r. c is all zero for cells without cell state.
 */
export interface NetState {
  readonly weights: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
  readonly adam: Float64Array;
  readonly rowCount: number;
  readonly x: Float32Array;
  readonly target: Float32Array;
  readonly hasTarget: Uint8Array;
  readonly h: Float32Array;
  readonly c: Float32Array;
}

/** Rows of long ago, oldest first. */
export interface ReplayWindow {
  /** B + T: rows in all. */ readonly rows: number;
  /** B: the first of them only bring h and c to life, nothing is learned from them. T = rows − B is 1 to W. */
  readonly burnIn: number;
  /** (B+T, D) */ readonly x: Float32Array;
  /** (B+T, O) */ readonly target: Float32Array;
  /** (B+T, O) 0 or 1 */ readonly hasTarget: Uint8Array;
  /** (B+T) ≥ 0: share of each row in a softmax loss, which is Σ weight·loss / Σ weight. Default: 1 each. */
  readonly weight?: Float32Array | undefined;
  /** (H) each: the state before the first row. Default: 0. */
  readonly h0?: Float32Array | undefined;
  readonly c0?: Float32Array | undefined;
}

/**
 * A linear model that learns by recursive least squares with forgetting, in float64: w minimises Σ λ^age·(target − w·f)².
 * Starts with w = 0 and P = I.
 */
export interface LinearModel {
  /** n */ readonly size: number;
  /** w·f. f (n) */
  predict(f: Float64Array): number;
  /**
   * K = P·f, g = K/(λ + f·K), e = clip(target − w·f, ±errorBound), w += g·e, P = (P − g·Kᵀ)/λ; then P is halved if its
   * mean diagonal is above `gainBound`: features that do not move would let it grow without end. f (n)
   * @returns whether it learned: not where a number is not finite or the gain is not positive; nothing is changed then.
   */
  update(f: Float64Array, target: number, options: LinearOptions): boolean;
  save(): LinearState;
  /** @throws RangeError where the state is of another size; the model then keeps its own. */
  load(state: LinearState): void;
  /** Gives the memory back; `predict` and `update` throw afterwards. */
  free(): void;
}

export interface LinearOptions {
  /** λ, just below 1. */ readonly forgetting: number;
  readonly errorBound: number;
  readonly gainBound: number;
}

/** weights (n), P (n,n) symmetric. */
export interface LinearState {
  readonly weights: Float64Array;
  readonly P: Float64Array;
}
