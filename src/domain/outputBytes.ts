/** Bytes that are written one behind the other and grow where they have to. */
export class OutputBytes {
  /** Written as far as `length`; another one after `reserve`. */
  bytes: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for that many bytes behind those that are there. */
  reserve(needed: number): void {
    if (this.length + needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.length + needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
