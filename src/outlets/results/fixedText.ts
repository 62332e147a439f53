const ZERO = 0x30;
/** Bytes that are written at a time. */
export const WORD = 4;

/** `00` to `99`, little-endian: two digits are written at a time. */
export const TWO_DIGITS: Uint16Array = Uint16Array.from(
  { length: 100 },
  (_, i) => ZERO + ((i / 10) | 0) + ((ZERO + (i % 10)) << 8),
);

/** A text of ASCII that is written again and again: its bytes in words of four, the last one filled up with zeros. */
export class FixedText {
  readonly length: number;
  /** (⌈length / 4⌉), little-endian. */
  readonly words: Int32Array;

  /** @throws RangeError where the text is not of ASCII */
  constructor(text: string) {
    this.length = text.length;
    const bytes = new DataView(new ArrayBuffer(WORD * Math.ceil(text.length / WORD)));
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) throw new RangeError(`not ASCII: ${text}`);
      bytes.setUint8(i, code);
    }
    this.words = Int32Array.from({ length: bytes.byteLength / WORD }, (_, i) => bytes.getInt32(WORD * i, true));
  }
}
