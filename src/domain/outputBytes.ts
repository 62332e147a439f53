/** Bytes that are written one behind the other and grow where they have to. */
export class OutputBytes {
  /** Written as far as `length`; another one after `reserve`. */
  bytes: Buffer;
  /** The same bytes, for what is written four at a time. */
  view: DataView;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.view = viewOf(this.bytes);
  }

  /** Makes room for that many bytes behind those that are there. */
  reserve(needed: number): void {
    if (this.length + needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.length + needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
