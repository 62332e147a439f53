import { cellStateSize } from '../cellSizes.ts';
import type { NetShape, NetState } from '../kernel.ts';
import type { Block } from './block.ts';
import type { Workspace } from './workspace.ts';

/**
 * The last R rows of a net and the state before them, in R + 1 slots: slot s holds x and targets of a row together with
 * the h, c that the row led to; the slot before the oldest row gives the state before it.
 */
export class Ring {
  readonly #shape: NetShape;
  /** H, 0 for a cell without c. */
  readonly #cSize: number;
  readonly #x: Float32Array;
  readonly #target: Float32Array;
  readonly #hasTarget: Uint8Array;
  readonly #h: Float32Array;
  readonly #c: Float32Array;
  /** (2): the newest slot, the rows held. In the block with the rest. */
  readonly #position: Uint32Array;

  constructor(shape: NetShape, block: Block) {
    const slots = shape.rows + 1;
    this.#shape = shape;
    this.#cSize = cellStateSize(shape.cell, shape.hiddenSize);
    this.#position = block.uint32(2);
    this.#x = block.float32(slots * shape.inputSize);
    this.#target = block.float32(slots * shape.outputSize);
    this.#h = block.float32(slots * shape.hiddenSize);
    this.#c = block.float32(slots * this.#cSize);
    this.#hasTarget = block.uint8(slots * shape.outputSize);
  }

  get rowCount(): number {
    return this.#position[1];
  }

  /** Puts x and the newest state where a window of one row starts in the workspace. */
  readNewest(space: Workspace, x: Float32Array): void {
    const { inputSize: D, hiddenSize: H } = this.#shape;
    copy(space.x, 0, x, 0, D);
    const newest = this.#slotOfAge(0);
    copy(space.h, 0, this.#h, newest * H, H);
    copy(space.c, 0, this.#c, newest * this.#cSize, this.#cSize);
  }

  /** Appends the row that the workspace ran as a window of one row. */
  append(space: Workspace): void {
    const { inputSize: D, hiddenSize: H, outputSize: O, rows: R } = this.#shape;
    const newest = this.#position[0];
    const slot = newest === R ? 0 : newest + 1;
    this.#position[0] = slot;
    if (this.rowCount < R) this.#position[1] = this.rowCount + 1;
    copy(this.#x, slot * D, space.x, 0, D);
    copy(this.#h, slot * H, space.h, H, H);
    copy(this.#c, slot * this.#cSize, space.c, this.#cSize, this.#cSize);
    for (let o = slot * O; o < (slot + 1) * O; o++) {
      this.#target[o] = 0;
      this.#hasTarget[o] = 0;
    }
  }

  setTarget(age: number, output: number, value: number): boolean {
    if (age >= this.rowCount) return false;
    const at = this.#slotOfAge(age) * this.#shape.outputSize + output;
    this.#target[at] = value;
    this.#hasTarget[at] = 1;
    return true;
  }

  /** h, c (H) out: the state after the newest row. */
  copyState(h: Float32Array, c: Float32Array): void {
    const newest = this.#slotOfAge(0);
    copy(h, 0, this.#h, newest * h.length, h.length);
    c.fill(0);
    copy(c, 0, this.#c, newest * this.#cSize, this.#cSize);
  }

  /** Puts the newest T rows, and the state before them, into the workspace. T ≤ rowCount */
  readWindow(space: Workspace, T: number): void {
    const { inputSize: D, hiddenSize: H, outputSize: O } = this.#shape;
    const before = this.#slotOfAge(T);
    copy(space.h, 0, this.#h, before * H, H);
    copy(space.c, 0, this.#c, before * this.#cSize, this.#cSize);
    for (let t = 0; t < T; t++) {
      const slot = this.#slotOfAge(T - 1 - t);
      copy(space.x, t * D, this.#x, slot * D, D);
      copy(space.target, t * O, this.#target, slot * O, O);
      copyBytes(space.hasTarget, t * O, this.#hasTarget, slot * O, O);
    }
  }

  /** Takes the re-run h, c of the newest T rows back from the workspace. */
  writeStates(space: Workspace, T: number): void {
    const H = this.#shape.hiddenSize;
    for (let t = 0; t < T; t++) {
      const slot = this.#slotOfAge(T - 1 - t);
      copy(this.#h, slot * H, space.h, (t + 1) * H, H);
      copy(this.#c, slot * this.#cSize, space.c, (t + 1) * this.#cSize, this.#cSize);
    }
  }

  /** No rows, and zeros as the state before the next one. */
  clear(): void {
    this.#position.fill(0);
    this.#h.fill(0);
    this.#c.fill(0);
  }

  /** Copies rows and states out, oldest first. */
  save(): Pick<NetState, 'rowCount' | 'x' | 'target' | 'hasTarget' | 'h' | 'c'> {
    const { inputSize: D, hiddenSize: H, outputSize: O, rows: R } = this.#shape;
    const count = this.rowCount;
    const x = new Float32Array(R * D);
    const target = new Float32Array(R * O);
    const hasTarget = new Uint8Array(R * O);
    const h = new Float32Array((R + 1) * H);
    const c = new Float32Array((R + 1) * H);
    for (let r = 0; r <= count; r++) {
      const slot = this.#slotOfAge(count - r);
      copy(h, r * H, this.#h, slot * H, H);
      copy(c, r * H, this.#c, slot * this.#cSize, this.#cSize);
      if (r === 0) continue;
      copy(x, (r - 1) * D, this.#x, slot * D, D);
      copy(target, (r - 1) * O, this.#target, slot * O, O);
      copyBytes(hasTarget, (r - 1) * O, this.#hasTarget, slot * O, O);
    }
    return { rowCount: count, x, target, hasTarget, h, c };
  }

  /** Copies rows and states in; the oldest row comes to lie in slot 1. The lengths have been checked. */
  load(state: NetState): void {
    const { inputSize: D, hiddenSize: H, outputSize: O } = this.#shape;
    const count = state.rowCount;
    this.#position.fill(count);
    copy(this.#h, 0, state.h, 0, (count + 1) * H);
    copy(this.#c, 0, state.c, 0, (count + 1) * this.#cSize);
    copy(this.#x, D, state.x, 0, count * D);
    copy(this.#target, O, state.target, 0, count * O);
    copyBytes(this.#hasTarget, O, state.hasTarget, 0, count * O);
  }

  /** Age 0 is the newest row; age rowCount the slot with the state before the oldest. */
  #slotOfAge(age: number): number {
    const slot = this.#position[0] - age;
    return slot < 0 ? slot + this.#shape.rows + 1 : slot;
  }
}

// Not TypedArray.set: it would need a new view of the source for every call.
function copy(out: Float32Array, outAt: number, from: Float32Array, fromAt: number, n: number): void {
  for (let j = 0; j < n; j++) out[outAt + j] = from[fromAt + j];
}

function copyBytes(out: Uint8Array, outAt: number, from: Uint8Array, fromAt: number, n: number): void {
  for (let j = 0; j < n; j++) out[outAt + j] = from[fromAt + j];
}
