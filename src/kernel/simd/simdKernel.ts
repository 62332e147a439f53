import { gateCount } from '../cellSizes.ts';
import { checkCell, checkFeatures, checkSizes } from '../checkCall.ts';
import type { CellKind, Kernel, KernelOptions, Net, NetShape } from '../kernel.ts';
import { cellInputSize, frozenShape, longestWindow } from '../shapeSizes.ts';
import { Arena } from './arena.ts';
import { paddedHiddenSize } from './blockedLayout.ts';
import { SimdLinearModel } from './simdLinearModel.ts';
import { instantiate, type SimdBuild, type SimdExports } from './simdModule.ts';
import { SimdNet } from './simdNet.ts';

/** Far above any useful net of a small computer; a mistyped size must not take the machine down. */
const MAX_NET_BYTES = 67_108_864;

/** Cells that both builds hold; the rarer cells are left to the plain kernel. */
export const SIMD_CELLS: readonly CellKind[] = ['lstm', 'rnn'];

/**
 * The kernel in WebAssembly with vectors of four float32. `simd` gives the same bits on every machine; `relaxed` fuses
 * multiplication and addition where the machine can.
 * @throws Error where the runtime has not the instructions: ask `isSupported` first
 */
export function createSimdKernel(build: SimdBuild, options?: KernelOptions): Kernel {
  return new SimdKernel(build, options?.memoryLimit ?? Number.POSITIVE_INFINITY);
}

class SimdKernel implements Kernel {
  readonly name: SimdBuild;
  readonly cells: readonly CellKind[] = SIMD_CELLS;
  readonly wasm: SimdExports;
  readonly arena: Arena;
  /** Address of the space that all nets share while they work; 0 as long as there is none. */
  space = 0;
  #spaceBytes = 0;

  constructor(build: SimdBuild, memoryLimit: number) {
    this.name = build;
    this.wasm = instantiate(build);
    this.arena = new Arena(this.wasm.memory, this.wasm.heapBase(), memoryLimit);
  }

  get usedBytes(): number {
    return this.arena.used;
  }

  bytesOf(shape: NetShape): number {
    const { outputSize: O, rows: R, headInputSize: E = 0 } = shape;
    const D = cellInputSize(shape);
    const H = paddedHiddenSize(shape.hiddenSize);
    return this.wasm.bytesOfNet(gateCount(shape.cell), D, E, H, O, R, Number(shape.keepsActivations ?? false));
  }

  createNet(given: NetShape): Net {
    this.#checkShape(given);
    const shape = frozenShape(given);
    const { outputSize: O, rows: R, headInputSize: E = 0 } = shape;
    const D = cellInputSize(shape);
    const W = longestWindow(shape);
    const G = gateCount(shape.cell);
    const H = paddedHiddenSize(shape.hiddenSize);
    const address = this.arena.allocate(this.bytesOf(shape));
    try {
      this.#growSpace(this.wasm.bytesOfSpace(G, D, E, H, O, W));
    } catch (error) {
      this.arena.free(address);
      throw error;
    }
    this.wasm.startNet(address, G, D, E, H, O, R, W, Number(shape.keepsActivations ?? false));
    return new SimdNet(shape, this, address, () => this.arena.free(address));
  }

  createLinearModel(size: number): SimdLinearModel {
    checkFeatures(size);
    const address = this.arena.allocate(this.wasm.bytesOfLinear(size));
    this.wasm.startLinear(address, size);
    return new SimdLinearModel(size, this.arena, this.wasm, address, () => this.arena.free(address));
  }

  /** The space is as large as the largest net so far needed. It does not count towards the limit. */
  #growSpace(bytes: number): void {
    if (bytes <= this.#spaceBytes) return;
    const space = this.arena.allocate(bytes, false);
    if (this.space !== 0) this.arena.free(this.space);
    this.space = space;
    this.#spaceBytes = bytes;
  }

  #checkShape(shape: NetShape): void {
    checkCell(this.name, this.cells, shape.cell);
    checkSizes(shape);
    const bytes = this.bytesOf(shape);
    if (!(bytes <= MAX_NET_BYTES)) {
      throw new RangeError(
        `a net of this shape takes ${bytes} bytes; the ${this.name} kernel holds up to ${MAX_NET_BYTES}`,
      );
    }
  }
}
