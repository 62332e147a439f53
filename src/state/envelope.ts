/**
 * What is stored of a stream: where its way to the learner stood (as JSON), and what the learner has learned, in one piece so
 * that they can never be of different moments. u32 length of the first part, then both.
 */
export interface Envelope {
  /** Plain data. */
  readonly carried: unknown;
  readonly learner: Uint8Array;
}

export function sealEnvelope({ carried, learner }: Envelope): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(carried ?? null));
  const bytes = new Uint8Array(4 + head.length + learner.length);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  bytes.set(learner, 4 + head.length);
  return bytes;
}

/** @returns undefined where the bytes are no envelope. */
export function openEnvelope(bytes: Uint8Array): Envelope | undefined {
  if (bytes.length < 4) return undefined;
  const end = 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (end > bytes.length) return undefined;
  try {
    const carried: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, end)));
    return { carried, learner: bytes.subarray(end) };
  } catch {
    return undefined;
  }
}
