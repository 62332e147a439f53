import { crc32 } from 'node:zlib';
import { TidegateError } from '../../../domain/errors.ts';
import { BATCH_MAGIC, type BatchRecord, decodeBatch } from './batchRecord.ts';

/**
 * A segment of the journal is a file of a fixed size, written full of zeros once and used over and over: a batch that is
 * written into it changes nothing but data, so that one flush of the data makes it durable. Head, little-endian:
 *   magic "TGJS" | crc32 u32 over all that follows | format u16 | 0 u16, u32 | number of this use u64 | 0 …
 */
const MAGIC = 0x534a4754;
const SEGMENT_FORMAT = 1;
const CRC_START = 8;
export const SEGMENT_HEAD_BYTES = 64;
/** Batches begin at multiples of it. */
const ALIGNMENT = 8;

export function encodeSegmentHead(use: number, target: Uint8Array): void {
  const view = new DataView(target.buffer, target.byteOffset, SEGMENT_HEAD_BYTES);
  view.setUint32(0, MAGIC, true);
  view.setUint32(8, SEGMENT_FORMAT, true); // u16 and two bytes of 0
  view.setBigUint64(16, BigInt(use), true);
  view.setUint32(4, crc32(target.subarray(CRC_START, SEGMENT_HEAD_BYTES)), true);
}

/** @returns the number of this use; 0 where nothing was ever written into it, or its head is damaged */
function decodeSegmentHead(bytes: Uint8Array): number {
  if (bytes.length < SEGMENT_HEAD_BYTES) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEAD_BYTES);
  if (view.getUint32(0, true) !== MAGIC) return 0;
  if (view.getUint32(4, true) !== crc32(bytes.subarray(CRC_START, SEGMENT_HEAD_BYTES))) return 0;
  if (view.getUint16(8, true) > SEGMENT_FORMAT) throw newer();
  return Number(view.getBigUint64(16, true));
}

export interface SegmentContents {
  /** Number of this use, counted over all segments; 0 = none. */
  readonly use: number;
  /** In the order of their entries; views of the segment's bytes. */
  readonly batches: readonly BatchRecord[];
  /** Where the next batch goes. */
  readonly end: number;
}

/**
 * Everything whole in a segment. What is damaged is stepped over: batches after it are found again by their magic and sum.
 * @throws TidegateError TG_STATE_NEWER
 */
export function readSegment(bytes: Uint8Array): SegmentContents {
  const use = decodeSegmentHead(bytes) || useOfBatches(bytes);
  const batches: BatchRecord[] = [];
  let end = SEGMENT_HEAD_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let place = SEGMENT_HEAD_BYTES; use > 0 && place + ALIGNMENT <= bytes.length; ) {
    const isStart = view.getUint32(place, true) === BATCH_MAGIC;
    const batch = isStart ? decodeBatch(bytes.subarray(place), use) : 'damaged';
    if (batch === 'newer') throw newer();
    if (batch === 'damaged' || batch.first <= (batches.at(-1)?.last ?? 0)) {
      place += ALIGNMENT;
      continue;
    }
    batches.push(batch);
    place += batch.size;
    end = place;
  }
  return { use, batches, end };
}

/** Place of a batch's number of use, which its sum vouches for. */
const USE_PLACE = 40;

/** The head is damaged: the batches tell as well which use it is. The newest counts, older ones are left over. */
function useOfBatches(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let newest = 0;
  for (let place = SEGMENT_HEAD_BYTES; place + USE_PLACE + 8 <= bytes.length; place += ALIGNMENT) {
    if (view.getUint32(place, true) !== BATCH_MAGIC) continue;
    const use = Number(view.getBigUint64(place + USE_PLACE, true));
    if (use > newest && typeof decodeBatch(bytes.subarray(place), use) !== 'string') newest = use;
  }
  return newest;
}

function newer(): TidegateError {
  const text = 'the journal was written by a newer version of tidegate; nothing was touched';
  return new TidegateError('TG_STATE_NEWER', text);
}
