/**
 * The seam between the model and the arithmetic. A kernel makes nets; a net is one recurrent cell with its head, its
 * optimiser and the ring of its last rows, living in the kernel's own memory. Calls are coarse (a step, a window), so that
 * a kernel may keep everything in one wasm arena: no view of that memory ever leaves it, rows are copied in and out.
 *
 * Sizes: D inputs, H hidden units, O head rows (one per horizon), R rows of the ring.
 */
export interface Kernel {
  readonly name: KernelName;
  /** Bytes that each further net of this shape takes; what all nets of a shape share while they work is not counted. */
  bytesOf(shape: NetShape): number;
  /** @throws RangeError where the kernel cannot hold the shape; the message says what it can. */
  createNet(shape: NetShape): Net;
}

export type KernelName = 'plain';

export interface NetShape {
  readonly cell: 'lstm' | 'rnn';
  /** D */ readonly inputSize: number;
  /** H */ readonly hiddenSize: number;
  /** O */ readonly outputSize: number;
  /** R: rows kept; the longest window that `learn` can re-run. */ readonly rows: number;
}

export interface LearnOptions {
  readonly learningRate: number;
  /** Global norm to which the gradient is clipped. */
  readonly clipNorm: number;
  readonly loss: 'huber' | 'squared';
  /** Huber: where the parabola becomes a line. */
  readonly huberDelta: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
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
   * left as they are where loss or gradient is not finite, or the clipped gradient's square is beyond float32.
   * @returns whether the weights were updated.
   */
  learn(rows: number, options: LearnOptions): boolean;

  /** Mean loss of the last `learn`, before its update. */
  readonly loss: number;
  /** Global gradient norm of the last `learn`, before clipping. */
  readonly gradientNorm: number;

  /** Sets the carried h and c to zero; weights and optimiser stay. The ring is emptied. */
  resetState(): void;

  /** Copies everything out, in the canonical order that all kernels share. */
  save(): NetState;
  /**
   * Copies everything in; after it the next numbers are bit-identical to those of the net that was saved.
   * @throws RangeError where the state is of another shape; the net then keeps its own.
   */
  load(state: NetState): void;
  /** Gives the memory back; `step` and `learn` throw afterwards. */
  free(): void;
}

/**
 * A net as plain arrays, the same for every kernel.
 * weights, moment1, moment2 (P): blocks in the order of `parameterLayout`.
 * adam (3): updates done, β1^t, β2^t (running products: no platform power function).
 * rowCount: rows that the ring holds, ≤ R. Per row, oldest first: x (R,D), target (R,O), hasTarget (R,O) 0 or 1.
 * h, c (R+1,H): entry 0 is the state before the oldest row, entry r+1 the state after row r. c is all zero for cell rnn.
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
