/** Where the parts of a packet lie. */
export interface Frame {
  /** First byte behind the fixed header. */
  readonly body: number;
  /** First byte behind the packet. */
  readonly end: number;
}

/** The fixed header at `at` (MQTT 2.2): type, and the remaining length in up to four bytes, the lowest seven bits first. */
export function readFrame(bytes: Uint8Array, at: number): Frame | 'incomplete' | 'malformed' {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const next = at + 1 + i;
    if (next >= bytes.length) return 'incomplete';
    const byte = bytes[next];
    length |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return { body: next + 1, end: next + 1 + length };
  }
  return 'malformed';
}
