/** Takes MQTT packets out of a stream of bytes. `take` gets the whole chunk, since most packets are looked at only briefly. */
export function createPacketReader(
  take: (bytes: Buffer, first: number, body: number, end: number) => void,
): (chunk: Buffer) => void {
  let rest: Buffer | undefined;
  return (chunk) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (;;) {
      let length = 0;
      let at = start + 1;
      let shift = 0;
      while (at < bytes.length) {
        const byte = bytes[at++]!;
        length |= (byte & 0x7f) << shift;
        shift += 7;
        if (byte < 0x80) break;
      }
      const isComplete = at <= bytes.length && at > start + 1 && bytes[at - 1]! < 0x80 && at + length <= bytes.length;
      if (!isComplete) break;
      take(bytes, bytes[start]!, at, at + length);
      start = at + length;
    }
    rest = start < bytes.length ? bytes.subarray(start) : undefined;
  };
}
