/**
 * All memory of one net in one piece, so that it can be copied out and in as bytes. Arrays are taken from it one after
 * the other, the widest numbers first: each then begins where its numbers may begin.
 */
export class Block {
  readonly bytes: Uint8Array;
  #next = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.bytes.buffer, this.#take(8 * length), length);
  }

  float32(length: number): Float32Array {
    return new Float32Array(this.bytes.buffer, this.#take(4 * length), length);
  }

  uint32(length: number): Uint32Array {
    return new Uint32Array(this.bytes.buffer, this.#take(4 * length), length);
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.#take(length), length);
  }

  #take(size: number): number {
    const offset = this.#next;
    this.#next += size;
    return offset;
  }
}
