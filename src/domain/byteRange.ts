const NOTHING = new Uint8Array(0);

/** Bytes within a larger block, such as a payload in what came from the socket. Used again: lent for the time of a call. */
export class ByteRange {
  block: Uint8Array = NOTHING;
  start = 0;
  /** Behind the last byte. */
  end = 0;

  static of(bytes: Uint8Array): ByteRange {
    return new ByteRange().set(bytes, 0, bytes.length);
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Another range. */
  set(block: Uint8Array, start: number, end: number): this {
    this.block = block;
    this.start = start;
    this.end = end;
    return this;
  }

  /** The bytes, as a view into the block. */
  view(): Uint8Array {
    return this.block.subarray(this.start, this.end);
  }

  /** Lets go of the block. */
  giveBack(): void {
    this.set(NOTHING, 0, 0);
  }
}
