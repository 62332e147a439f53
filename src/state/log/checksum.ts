import { crc32 } from 'node:zlib';
import type { Inbound } from '../../domain/sample.ts';

/** Checksum of topic and payload together: the same message has it again after a restart. */
export function checksumOf({ topic, payload }: Inbound): number {
  return crc32(payload, crc32(topic));
}
