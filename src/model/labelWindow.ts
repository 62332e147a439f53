import type { ReplayWindow } from '../kernel/kernel.ts';
import { fromFloat16s } from './float16.ts';
import { type LabelBlock, type LabelBlockSizes, NO_LABEL } from './labelBlock.ts';

/** Rows of the longest window. */
export const LONGEST_WINDOW = 96;
/** Unit of the log-probabilities that are kept. */
const LOG_UNIT = -1 / 32;
/** Shapes of which a buffer is kept. */
const MOST_BUFFERS = 8;

/** Arrays of one window. A buffer is used up before the next window is read: a thousand streams need not keep one each. */
interface WindowBuffer extends LabelBlockSizes {
  readonly x: Float32Array;
  /** The memory of x as words. */
  readonly xBits: Uint32Array;
  readonly target: Float32Array;
  readonly hasTarget: Uint8Array;
  readonly weight: Float32Array;
  /** (2H): h, c before the first row. */
  readonly state: Float32Array;
  readonly stateBits: Uint32Array;
  readonly h0: Float32Array;
  readonly c0: Float32Array;
}

const buffers: WindowBuffer[] = [];

/**
 * Rows of a block to learn from; not those behind the last label, which teach nothing.
 * @param start row at which a state is kept @param end row behind the window, 96 rows later at most
 * @param weights (C): share of the rows of each class
 * @returns valid until the next call
 */
export function readWindow(block: LabelBlock, start: number, end: number, weights: ArrayLike<number>): ReplayWindow {
  const { inputSize: D, classes: C } = block.sizes;
  const buffer = bufferFor(block.sizes);
  const rows = labelledUntil(block, start, Math.min(block.rows, end)) - start;
  for (let t = 0; t < rows; t++) {
    const row = start + t;
    const at = t * (D + C);
    fromFloat16s(buffer.x, buffer.xBits, at, block.x, row * D, D);
    for (let c = 0; c < C; c++) buffer.x[at + D + c] = block.logP[row * C + c] * LOG_UNIT;
    const label = block.labels[row];
    const isLabelled = label !== NO_LABEL;
    buffer.hasTarget[t * C] = isLabelled ? 1 : 0;
    buffer.target[t * C] = isLabelled ? label : 0;
    buffer.weight[t] = isLabelled ? weights[label] : 0;
  }
  const { state } = buffer;
  fromFloat16s(state, buffer.stateBits, 0, block.states, (start / block.stateEvery) * state.length, state.length);
  const { x, target, hasTarget, weight, h0, c0 } = buffer;
  return { rows, burnIn: 0, x, target, hasTarget, weight, h0, c0 };
}

/** End of the rows `start` to `end` − 1 without those behind the last label; at least one row. */
function labelledUntil({ labels }: LabelBlock, start: number, end: number): number {
  let until = end;
  while (until > start + 1 && labels[until - 1] === NO_LABEL) until--;
  return until;
}

function bufferFor({ inputSize, classes, hiddenSize }: LabelBlockSizes): WindowBuffer {
  for (const buffer of buffers) {
    if (buffer.inputSize === inputSize && buffer.classes === classes && buffer.hiddenSize === hiddenSize) return buffer;
  }
  const x = new Float32Array(LONGEST_WINDOW * (inputSize + classes));
  const state = new Float32Array(2 * hiddenSize);
  const buffer: WindowBuffer = {
    inputSize,
    classes,
    hiddenSize,
    x,
    xBits: new Uint32Array(x.buffer),
    target: new Float32Array(LONGEST_WINDOW * classes),
    hasTarget: new Uint8Array(LONGEST_WINDOW * classes),
    weight: new Float32Array(LONGEST_WINDOW),
    state,
    stateBits: new Uint32Array(state.buffer),
    h0: state.subarray(0, hiddenSize),
    c0: state.subarray(hiddenSize),
  };
  if (buffers.length >= MOST_BUFFERS) buffers.length = 0;
  buffers.push(buffer);
  return buffer;
}
