import { countBytes, readCount, TYPE_BITS } from '../../src/model/snapshotFormat.ts';

const BYTES = [4, 8, 1, 4, 2] as const;

/** Where in a snapshot the numbers of an entry begin, in bytes. */
export function placeOf(snapshot: Uint8Array, wanted: string): number {
  const view = new DataView(snapshot.buffer, snapshot.byteOffset);
  let at = 16 + view.getUint32(12, true);
  for (let name = ''; at < snapshot.length; ) {
    const rest = snapshot.subarray(at + 2, at + 2 + view.getUint8(at + 1));
    name = name.slice(0, view.getUint8(at)) + new TextDecoder().decode(rest);
    at += 2 + rest.length;
    const type = view.getUint8(at);
    const numbersAt = at + 1 + countBytes(type);
    if (name === wanted) return numbersAt;
    at = numbersAt + (BYTES[type & TYPE_BITS] as number) * readCount(view, at);
  }
  throw new Error(`the snapshot has no "${wanted}"`);
}
