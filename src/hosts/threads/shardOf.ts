import type { StreamId } from '../../domain/streamId.ts';

const FNV_OFFSET = 0x81_1c_9d_c5;
const FNV_PRIME = 0x01_00_01_93;

/**
 * Number of the thread that has the stream, 0 to `threads` − 1: FNV-1a over the UTF-16 units of its id, and the final
 * mix of MurmurHash3, because ids often differ in their last digit only, and FNV leaves that digit in a few bits.
 */
export function shardOf(stream: StreamId, threads: number): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) % threads;
}
