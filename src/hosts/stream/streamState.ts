/**
 * Stored state of a stream: the cursor of its machine (order and grid, as JSON), and what its learner has learned. They
 * lie in one piece, so that they can never be of different moments. Layout: u32 length of the cursor, little-endian;
 * the cursor; the learner.
 */
export interface StreamState {
  /** Plain data, as `StreamCursor.save` gives it. */
  readonly cursor: unknown;
  readonly learner: Uint8Array;
}

export function encodeStreamState({ cursor, learner }: StreamState): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(cursor ?? null));
  const bytes = new Uint8Array(4 + head.length + learner.length);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  bytes.set(learner, 4 + head.length);
  return bytes;
}

/** @returns undefined where the bytes are no state of a stream */
export function decodeStreamState(bytes: Uint8Array): StreamState | undefined {
  if (bytes.length < 4) return undefined;
  const end = 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (end > bytes.length) return undefined;
  try {
    const cursor: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, end)));
    return { cursor, learner: bytes.subarray(end) };
  } catch {
    return undefined;
  }
}
