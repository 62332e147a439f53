import { crc32 } from 'node:zlib';
import type { JournalBatch } from '../../../domain/stateStore.ts';

/**
 * A batch of the journal as it lies in a segment, little-endian, at a multiple of eight bytes:
 *   magic "TGJB" | crc32 u32 over all that follows | format u16 | 0 u16 | length u32 | first u64 | last u64 |
 *   last entry of the batch before it u64 | number of the segment's use u64 | the batch's bytes
 * The entry before it shows where a batch is missing. The segment's number tells it from what an earlier use left behind.
 */
export const BATCH_MAGIC = 0x424a4754;
const BATCH_FORMAT = 1;
const CRC_START = 8;
const HEADER_BYTES = 48;

/** Where a batch stands in the chain. */
export interface BatchPlace {
  /** Last entry of the batch before; 0 = none. */
  readonly previous: number;
  readonly segment: number;
}

export interface BatchRecord extends JournalBatch, BatchPlace {
  /** With its header, rounded up to where the next one begins. */
  readonly size: number;
}

export function sizeOfBatch(bytes: number): number {
  return (HEADER_BYTES + bytes + 7) & ~7;
}

/** Writes it to the start of `target`, which has `sizeOfBatch` bytes at least. */
export function encodeBatch({ first, last, bytes }: JournalBatch, place: BatchPlace, target: Uint8Array): void {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  const end = HEADER_BYTES + bytes.length;
  view.setUint32(0, BATCH_MAGIC, true);
  view.setUint32(8, BATCH_FORMAT, true); // u16 and two bytes of 0
  view.setUint32(12, bytes.length, true);
  view.setBigUint64(16, BigInt(first), true);
  view.setBigUint64(24, BigInt(last), true);
  view.setBigUint64(32, BigInt(place.previous), true);
  view.setBigUint64(40, BigInt(place.segment), true);
  target.set(bytes, HEADER_BYTES);
  target.fill(0, end, sizeOfBatch(bytes.length));
  view.setUint32(4, crc32(target.subarray(CRC_START, end)), true);
}

/**
 * The batch at the start of `source`; its bytes are a view of it.
 * @param segment the number it must have
 */
export function decodeBatch(source: Uint8Array, segment: number): BatchRecord | 'newer' | 'damaged' {
  if (source.length < HEADER_BYTES) return 'damaged';
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  if (view.getUint32(0, true) !== BATCH_MAGIC || Number(view.getBigUint64(40, true)) !== segment) return 'damaged';
  const end = HEADER_BYTES + view.getUint32(12, true);
  if (end > source.length || view.getUint32(4, true) !== crc32(source.subarray(CRC_START, end))) return 'damaged';
  if (view.getUint16(8, true) > BATCH_FORMAT) return 'newer';
  return {
    first: Number(view.getBigUint64(16, true)),
    last: Number(view.getBigUint64(24, true)),
    previous: Number(view.getBigUint64(32, true)),
    segment,
    bytes: source.subarray(HEADER_BYTES, end),
    size: sizeOfBatch(end - HEADER_BYTES),
  };
}
