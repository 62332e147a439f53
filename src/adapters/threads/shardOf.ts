import type { StreamId } from '../../domain/streamId.ts';

const FNV_OFFSET = 0x81_1c_9d_c5;
const FNV_PRIME = 0x01_00_01_93;
const UINT32 = 4_294_967_296;

/**
 * Which of so many threads has the stream: FNV-1a over the UTF-16 units of its id, scaled to the number of threads. Scaled
 * and not the remainder, because the low bits of this hash are little more than the parity of the letters.
 */
export function shardOf(stream: StreamId, threads: number): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), FNV_PRIME);
  return Math.floor(((hash >>> 0) / UINT32) * threads);
}
