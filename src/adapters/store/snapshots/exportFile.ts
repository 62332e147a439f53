import { TidegateError } from '../../../domain/errors.ts';
import type { StoredSnapshot } from '../../../domain/stateStore.ts';
import { decodeSnapshotHead, encodeSnapshotHead, isBodyOf } from './snapshotRecord.ts';

/** Bytes of a head before the stream's name, and where the name's length stands in them. */
const FIXED = 48;
const LENGTH_PLACE = 10;

/** One snapshot as a file: its head as in the store, then its bytes. */
export function encodeExport(snapshot: StoredSnapshot, savedAt: number): Uint8Array {
  const head = encodeSnapshotHead(snapshot, savedAt);
  const file = new Uint8Array(head.length + snapshot.bytes.length);
  file.set(head);
  file.set(snapshot.bytes, head.length);
  return file;
}

/** @param name of the file, for the message. @throws TidegateError TG_STATE_INVALID, TG_STATE_NEWER */
export function decodeExport(file: Uint8Array, name: string): StoredSnapshot & { readonly savedAt: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = file.length < FIXED ? file.length : FIXED + view.getUint16(LENGTH_PLACE, true);
  const head = decodeSnapshotHead(file.subarray(0, end));
  if (head === 'newer') throw new TidegateError('TG_STATE_NEWER', `${name} was written by a newer version`);
  const bytes = file.subarray(end);
  if (head === 'damaged' || !isBodyOf(head, bytes)) {
    throw new TidegateError('TG_STATE_INVALID', `${name} is not the exported state of a stream, or is damaged`);
  }
  return { stream: head.stream, generation: head.generation, position: head.position, savedAt: head.savedAt, bytes };
}
