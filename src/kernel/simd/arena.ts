import { KernelFullError } from '../kernel.ts';
import type { SimdExports } from './simdModule.ts';

/** Blocks begin on a cache line. */
const ALIGNMENT = 64;
const PAGE_BYTES = 65_536;
/** Addresses stay positive in 32 bits. */
const MAX_BYTES = 2_147_418_112;
/** The memory grows by at least this much: each growth makes all views anew. */
const MIN_GROWTH_PAGES = 16;
/**
 * From this size on it grows by four megabytes at a time: where the system has huge pages of two, it gives one only for a
 * range that is there as a whole. Of what has never been written the system gives nothing.
 */
const LARGE_BYTES = 33_554_432;
const LARGE_GROWTH_PAGES = 64;

interface Gap {
  readonly address: number;
  readonly size: number;
}

/**
 * The one memory of a kernel: blocks are handed out, freed and handed out again. It grows and never shrinks, as
 * WebAssembly has it. Readers and writers take the view from here at each use: growing replaces all of them.
 */
export class Arena {
  f32: Float32Array;
  f64: Float64Array;
  u8: Uint8Array;
  readonly #memory: SimdExports['memory'];
  readonly #limit: number;
  readonly #sizes = new Map<number, number>();
  /** Free blocks by address; neighbours are joined. */
  #gaps: Gap[] = [];
  #end: number;
  #used = 0;

  /** @param limit bytes that blocks may take together */
  constructor(memory: SimdExports['memory'], start: number, limit: number) {
    this.#memory = memory;
    this.#limit = limit;
    this.#end = roundUp(start);
    this.f32 = new Float32Array(memory.buffer);
    this.f64 = new Float64Array(memory.buffer);
    this.u8 = new Uint8Array(memory.buffer);
  }

  /** Bytes of all blocks that are handed out, but for those that do not count. */
  get used(): number {
    return this.#used;
  }

  /**
   * A block of zeros. @param counts whether it counts towards the limit
   * @throws KernelFullError beyond the limit, or where the system gives no more memory
   */
  allocate(bytes: number, counts = true): number {
    const size = roundUp(bytes);
    if (counts && this.#used + size > this.#limit) throw new KernelFullError(size, this.#used, this.#limit);
    const address = this.#takeGap(size) ?? this.#extend(size);
    this.#sizes.set(address, counts ? size : -size);
    if (counts) this.#used += size;
    this.u8.fill(0, address, address + size);
    return address;
  }

  /** @throws Error for an address that is not that of a block */
  free(address: number): void {
    const entry = this.#sizes.get(address);
    if (entry === undefined) throw new Error(`no block begins at ${address}`);
    this.#sizes.delete(address);
    if (entry > 0) this.#used -= entry;
    this.#addGap({ address, size: Math.abs(entry) });
  }

  /** First fit. Nets of one shape are of one size: their gaps fit exactly. */
  #takeGap(size: number): number | undefined {
    const index = this.#gaps.findIndex((gap) => gap.size >= size);
    const gap = this.#gaps[index];
    if (gap === undefined) return undefined;
    const rest = { address: gap.address + size, size: gap.size - size };
    this.#gaps.splice(index, 1, ...(rest.size > 0 ? [rest] : []));
    return gap.address;
  }

  #addGap(freed: Gap): void {
    const next = this.#gaps.findIndex(({ address }) => address > freed.address);
    const at = next < 0 ? this.#gaps.length : next;
    const before = this.#gaps[at - 1];
    const after = this.#gaps[at];
    const joinsBefore = before !== undefined && before.address + before.size === freed.address;
    const joinsAfter = after !== undefined && freed.address + freed.size === after.address;
    const address = joinsBefore ? before.address : freed.address;
    const size = freed.size + (joinsBefore ? before.size : 0) + (joinsAfter ? after.size : 0);
    this.#gaps.splice(joinsBefore ? at - 1 : at, Number(joinsBefore) + Number(joinsAfter));
    if (address + size === this.#end) this.#end = address;
    else this.#gaps.splice(joinsBefore ? at - 1 : at, 0, { address, size });
  }

  #extend(size: number): number {
    const address = this.#end;
    const end = address + size;
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (end > MAX_BYTES) throw new KernelFullError(size, this.#used, Math.min(this.#limit, MAX_BYTES));
    if (missing > 0) this.#grow(size, missing);
    this.#end = end;
    return address;
  }

  #grow(size: number, missing: number): void {
    const isLarge = this.#memory.buffer.byteLength >= LARGE_BYTES;
    const ample = Math.max(missing, isLarge ? LARGE_GROWTH_PAGES : MIN_GROWTH_PAGES);
    if (!this.#tryToGrow(ample) && !this.#tryToGrow(missing)) {
      throw new KernelFullError(size, this.#used, this.#memory.buffer.byteLength);
    }
    this.f32 = new Float32Array(this.#memory.buffer);
    this.f64 = new Float64Array(this.#memory.buffer);
    this.u8 = new Uint8Array(this.#memory.buffer);
  }

  #tryToGrow(pages: number): boolean {
    try {
      this.#memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
