import { createHash } from 'node:crypto';

const CHUNK = 4096;

/**
 * SHA-256 over numbers as little-endian float64, whatever the array they come from: float32 fits in exactly, and the sign of
 * zero counts. The sign and payload of a NaN do not: they are no number, and processors and compilers choose them freely.
 */
export class NumberHash {
  readonly #hash = createHash('sha256');
  readonly #chunk = new Uint8Array(8 * CHUNK);
  readonly #view = new DataView(this.#chunk.buffer);
  #filled = 0;

  /** null counts as NaN. */
  number(value: number | null): void {
    if (this.#filled === CHUNK) this.#flush();
    const at = 8 * this.#filled++;
    if (value === null || Number.isNaN(value)) {
      this.#view.setUint32(at, 0, true);
      this.#view.setUint32(at + 4, 0x7ff80000, true);
    } else this.#view.setFloat64(at, value, true);
  }

  numbers(values: Iterable<number>): void {
    for (const value of values) this.number(value);
  }

  /** Takes the bytes unchanged: here every bit counts. */
  bytes(bytes: Uint8Array): void {
    this.#flush();
    this.#hash.update(bytes);
  }

  text(text: string): void {
    this.bytes(new TextEncoder().encode(`${text}\n`));
  }

  /** In hexadecimal. Nothing can be added afterwards. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#chunk.subarray(0, 8 * this.#filled));
    this.#filled = 0;
  }
}
