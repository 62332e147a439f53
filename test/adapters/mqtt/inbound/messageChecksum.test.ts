import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { messageChecksum } from '../../../../src/adapters/mqtt/inbound/messageChecksum.ts';
import { ByteRange } from '../../../../src/domain/byteRange.ts';

it('is the CRC-32 of zlib over topic and payload, wherever the payload lies, in whatever letters the topic is', () => {
  const topics = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 30 }));
  fc.assert(
    fc.property(topics, fc.uint8Array({ maxLength: 80 }), fc.nat(7), fc.nat(7), (topic, bytes, before, behind) => {
      const block = new Uint8Array(before + bytes.length + behind).fill(0xa5);
      block.set(bytes, before);
      const payload = new ByteRange().set(block, before, before + bytes.length);
      expect(messageChecksum(topic, payload)).toBe(crc32(bytes, crc32(topic)));
    }),
    { numRuns: 500 },
  );
});
