import { crc32 } from 'node:zlib';
import type { StoredSnapshot } from '../../../domain/stateStore.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { isRepresentable } from '../../../domain/time.ts';

/**
 * Head of a stored snapshot, little-endian:
 *   magic "TGSS" | crc32 u32 over all that follows | format u16 | name length u16 | body length u32 | body crc32 u32 | 0 u32 |
 *   generation u64 | journal position u64 | saved at f64, ms since the epoch | the stream's name (UTF-8)
 * The head names its stream, so that rows that changed places are told; it vouches for the body.
 */
const MAGIC = 0x53534754;
const SNAPSHOT_FORMAT = 1;
const CRC_START = 8;
const NAME_START = 48;
const MOST_NAME_BYTES = 0xffff;

export interface SnapshotHead {
  readonly stream: StreamId;
  readonly generation: number;
  readonly position: number;
  readonly savedAt: number;
  /** Length of the body. */
  readonly bytes: number;
  readonly bodyCrc: number;
}

/** @throws RangeError where the stream's name is too long to be one */
export function encodeSnapshotHead(snapshot: StoredSnapshot, savedAt: number): Uint8Array {
  const { stream, generation, position, bytes } = snapshot;
  const name = new TextEncoder().encode(stream);
  if (name.length > MOST_NAME_BYTES) throw new RangeError(`a stream's name of ${name.length} bytes`);
  const head = new Uint8Array(NAME_START + name.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(8, SNAPSHOT_FORMAT, true);
  view.setUint16(10, name.length, true);
  view.setUint32(12, bytes.length, true);
  view.setUint32(16, crc32(bytes), true);
  view.setBigUint64(24, BigInt(generation), true);
  view.setBigUint64(32, BigInt(position), true);
  view.setFloat64(40, savedAt, true);
  head.set(name, NAME_START);
  view.setUint32(4, crc32(head.subarray(CRC_START)), true);
  return head;
}

/** @returns `newer` where a later version wrote it, `damaged` where it is not what was written */
export function decodeSnapshotHead(head: Uint8Array): SnapshotHead | 'newer' | 'damaged' {
  if (head.length < NAME_START) return 'damaged';
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return 'damaged';
  if (view.getUint32(4, true) !== crc32(head.subarray(CRC_START))) return 'damaged';
  // Magic, crc and format stay where they are in every format.
  if (view.getUint16(8, true) > SNAPSHOT_FORMAT) return 'newer';
  if (head.length !== NAME_START + view.getUint16(10, true)) return 'damaged';
  const generation = Number(view.getBigUint64(24, true));
  const position = Number(view.getBigUint64(32, true));
  const savedAt = view.getFloat64(40, true);
  // A sum that fits does not make numbers true: the file may be of another's making.
  if (!Number.isSafeInteger(generation) || !Number.isSafeInteger(position) || !isRepresentable(savedAt))
    return 'damaged';
  const stream = new TextDecoder().decode(head.subarray(NAME_START)) as StreamId;
  return { stream, bytes: view.getUint32(12, true), bodyCrc: view.getUint32(16, true), generation, position, savedAt };
}

export function isBodyOf(head: SnapshotHead, body: Uint8Array): boolean {
  return body.length === head.bytes && crc32(body) === head.bodyCrc;
}
