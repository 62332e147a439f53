import type { StateIo } from '../../model/stateIo.ts';

/** Sizes that are remembered. */
const MOST = 8;
/** Sizes of one pattern differ by this factor at most. */
const ALIKE = 1.5;

/** Numbers of one kind, the newest last. */
export class Sizes {
  readonly #sizes: Float64Array = new Float64Array(MOST);
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(size: number): void {
    if (!(size > 0) || !Number.isFinite(size)) return;
    this.drop(size);
    if (this.#count === MOST) this.#sizes.copyWithin(0, 1);
    else this.#count++;
    this.#sizes[this.#count - 1] = size;
  }

  clear(): void {
    this.#count = 0;
  }

  /** Forgets those like this one. */
  drop(size: number): void {
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const known = this.#sizes[i];
      if (!areAlike(known, size)) this.#sizes[kept++] = known;
    }
    this.#count = kept;
  }

  isLike(size: number): boolean {
    for (let i = 0; i < this.#count; i++) if (areAlike(this.#sizes[i], size)) return true;
    return false;
  }

  /** At least as large as one of them, or nearly so. */
  isReached(size: number): boolean {
    for (let i = 0; i < this.#count; i++) if (size * ALIKE >= this.#sizes[i]) return true;
    return false;
  }

  exchange(io: StateIo, name: string): void {
    this.#count = io.number(`${name}Count`, this.#count);
    io.array(name, this.#sizes);
  }
}

function areAlike(one: number, other: number): boolean {
  return one <= ALIKE * other && other <= ALIKE * one;
}
