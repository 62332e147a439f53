import { crc32 } from 'node:zlib';
import type { ByteRange } from '../../../domain/byteRange.ts';

const LAST_ASCII = 0x7f;

/**
 * CRC-32 of topic and payload together, where they lie: a call of zlib for each of them, with a view and a text to encode, costs several
 * times as much as the sum over the bytes of a reading.
 */
export function messageChecksum(topic: string, payload: ByteRange): number {
  const begun = topicRegister(topic);
  return (payloadRegister(begun, payload.block, payload.start, payload.end) ^ -1) >>> 0;
}

/** The register behind the topic, not inverted. */
function topicRegister(topic: string): number {
  let crc = -1;
  for (let i = 0; i < topic.length; i++) {
    const code = topic.charCodeAt(i);
    if (code > LAST_ASCII) return ~crc32(topic);
    crc = ONE[(crc ^ code) & 0xff] ^ (crc >>> 8);
  }
  return crc;
}

/** Four bytes at a time, each by a table of its own ("slicing by four"): the look-ups do not wait for one another. */
function payloadRegister(begun: number, block: Uint8Array, start: number, end: number): number {
  let crc = begun;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    crc =
      FOUR[(crc ^ block[at]) & 0xff] ^
      THREE[((crc >>> 8) ^ block[at + 1]) & 0xff] ^
      TWO[((crc >>> 16) ^ block[at + 2]) & 0xff] ^
      ONE[(crc >>> 24) ^ block[at + 3]];
  }
  for (; at < end; at++) crc = ONE[(crc ^ block[at]) & 0xff] ^ (crc >>> 8);
  return crc;
}

/** The register's change by a byte that goes out of it, by zlib's word for it. */
const ONE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => crc32(Uint8Array.of(byte ^ 0xff)) ^ 0xff00_0000);
/** The same with one, two and three bytes of nothing behind it. */
const TWO: Int32Array = ONE.map(followed);
const THREE: Int32Array = TWO.map(followed);
const FOUR: Int32Array = THREE.map(followed);

function followed(crc: number): number {
  return ONE[crc & 0xff] ^ (crc >>> 8);
}
