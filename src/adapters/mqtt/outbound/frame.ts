/** Where the parts of a packet lie. */
export interface Frame {
  /** First byte behind the fixed header. */
  body: number;
  /** First byte behind the packet. */
  end: number;
}

/**
 * The fixed header at `at` (MQTT 2.2): type, and the remaining length in up to four bytes, the lowest seven bits first.
 * @param frame what is filled, for who reads many
 */
export function readFrame(
  bytes: Uint8Array,
  at: number,
  frame: Frame = { body: 0, end: 0 },
): Frame | 'incomplete' | 'malformed' {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const next = at + 1 + i;
    if (next >= bytes.length) return 'incomplete';
    const byte = bytes[next];
    length |= (byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    frame.body = next + 1;
    frame.end = next + 1 + length;
    return frame;
  }
  return 'malformed';
}
