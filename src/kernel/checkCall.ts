import type { CellKind, KernelName, LinearState, NetShape, NetState, ReplayWindow } from './kernel.ts';
import { parameterCount } from './parameterLayout.ts';
import { longestWindow } from './shapeSizes.ts';

// What every kernel refuses before it touches its memory: wrong calls are bugs of ours, not data.

/** @throws RangeError unless x is (D) and y is (O). */
export function checkStep({ inputSize: D, outputSize: O }: NetShape, y: Float32Array, x: Float32Array): void {
  if (x.length === D && y.length === O) return;
  throw new RangeError(`step takes y of ${O} and x of ${D} numbers, not ${y.length} and ${x.length}`);
}

/** @throws RangeError unless the row may exist and the output does. */
export function checkTarget({ outputSize: O }: NetShape, age: number, output: number): void {
  if (!Number.isInteger(age) || age < 0) throw new RangeError(`age is a whole number from 0 on, not ${age}`);
  if (!Number.isInteger(output) || output < 0 || output >= O) {
    throw new RangeError(`output is a whole number below ${O}, not ${output}`);
  }
}

/** @throws RangeError unless rows is a whole number from 1 on. */
export function checkRows(rows: number): void {
  if (!Number.isInteger(rows) || rows < 1) throw new RangeError(`learn takes 1 row or more, not ${rows}`);
}

/** @throws RangeError unless the window has at least one row to learn from, at most R, and arrays as long as it says. */
export function checkReplay(shape: NetShape, window: ReplayWindow): void {
  const { inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const W = longestWindow(shape);
  const { rows, burnIn, x, target, hasTarget, weight, h0, c0 } = window;
  const learned = rows - burnIn;
  if (!Number.isInteger(rows) || !Number.isInteger(burnIn) || burnIn < 0 || learned < 1 || learned > W) {
    throw new RangeError(`replay learns from 1 to ${W} rows after the burn-in, not from ${rows} − ${burnIn}`);
  }
  const isState = (state: Float32Array | undefined): boolean => state === undefined || state.length === H;
  if ((weight !== undefined && weight.length < rows) || !isState(h0) || !isState(c0)) {
    throw new RangeError(`replay of ${rows} rows takes ${rows} weights, and ${H} numbers of each state before them`);
  }
  if (x.length < rows * D || target.length < rows * O || hasTarget.length < rows * O) {
    throw new RangeError(`replay of ${rows} rows takes ${rows * D} inputs and ${rows * O} targets`);
  }
}

/** @throws RangeError unless h and c are (H). */
export function checkCopyState({ hiddenSize: H }: NetShape, h: Float32Array, c: Float32Array): void {
  if (h.length === H && c.length === H) return;
  throw new RangeError(`copyState takes h and c of ${H} numbers, not ${h.length} and ${c.length}`);
}

/** @throws RangeError unless every array of the state has the length that the shape asks for. */
export function checkState(shape: NetShape, state: NetState): void {
  const { inputSize: D, hiddenSize: H, outputSize: O, rows: R } = shape;
  const P = parameterCount(shape);
  const expected = {
    weights: P,
    moment1: P,
    moment2: P,
    adam: 3,
    x: R * D,
    target: R * O,
    hasTarget: R * O,
    h: (R + 1) * H,
    c: (R + 1) * H,
  };
  for (const [name, length] of Object.entries(expected)) {
    const given = state[name as keyof typeof expected].length;
    if (given !== length) throw new RangeError(`${name} of this net has ${length} entries, not ${given}`);
  }
  if (!Number.isInteger(state.rowCount) || state.rowCount < 0 || state.rowCount > R) {
    throw new RangeError(`rowCount of this net is a whole number from 0 to ${R}, not ${state.rowCount}`);
  }
}

/** @throws RangeError unless the block is as long as the net's. */
export function checkBlock(net: Uint8Array, block: Uint8Array): void {
  if (block.length === net.length) return;
  throw new RangeError(`the block of this net has ${net.length} bytes, not ${block.length}`);
}

/** @throws RangeError unless the kernel has the cell. */
export function checkCell(kernel: KernelName, cells: readonly CellKind[], cell: CellKind): void {
  if (cells.includes(cell)) return;
  throw new RangeError(`the ${kernel} kernel has the cells ${cells.join(', ')}, not ${cell}`);
}

/** Sizes that must be whole numbers from 1 on. @throws RangeError */
export function checkSizes(shape: NetShape): void {
  const { inputSize, headInputSize = 0, windowRows = 1 } = shape;
  if (!Number.isSafeInteger(headInputSize) || headInputSize < 0 || headInputSize >= inputSize) {
    throw new RangeError(`headInputSize is a whole number from 0 on below inputSize, not ${headInputSize}`);
  }
  if (!Number.isSafeInteger(windowRows) || windowRows < 1) {
    throw new RangeError(`windowRows is a whole number from 1 on, not ${windowRows}`);
  }
  for (const name of ['inputSize', 'hiddenSize', 'outputSize', 'rows'] as const) {
    const size = shape[name];
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`${name} is a whole number from 1 on, not ${size}`);
    }
  }
}

/** P of this size takes 128 KiB, and an update a few microseconds. */
const MAX_FEATURES = 128;

/** @throws RangeError unless a linear model may have this number of features. */
export function checkFeatures(size: number): void {
  if (!Number.isInteger(size) || size < 1 || size > MAX_FEATURES) {
    throw new RangeError(`a linear model has 1 to ${MAX_FEATURES} features, not ${size}`);
  }
}

/** @throws RangeError unless f is (n). */
export function checkFeatureVector(n: number, f: Float64Array): void {
  if (f.length !== n) throw new RangeError(`this linear model takes ${n} features, not ${f.length}`);
}

/** @throws RangeError unless weights are (n) and P is (n,n). */
export function checkLinearState(n: number, { weights, P }: LinearState): void {
  if (weights.length === n && P.length === n * n) return;
  throw new RangeError(
    `this linear model has ${n} weights and ${n * n} entries of P, not ${weights.length} and ${P.length}`,
  );
}

/** @throws Error where the net was freed. */
export function checkAlive(isFreed: boolean, what: 'net' | 'linear model'): void {
  if (isFreed) throw new Error(`this ${what} was freed`);
}
