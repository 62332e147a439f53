import { expect, test } from 'vitest';
import { PublishBatch } from '../../../../src/adapters/mqtt/outbound/publishBatch.ts';

interface Message {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain?: boolean;
  readonly expirySeconds?: number;
}

function open(version: 4 | 5): { batch: PublishBatch; writes: Uint8Array[]; add(message: Message): void } {
  const writes: Uint8Array[] = [];
  const batch = new PublishBatch(version, (bytes) => writes.push(bytes));
  return {
    batch,
    writes,
    add({ topic, payload, retain = false, expirySeconds }) {
      const [topicBytes, payloadBytes] = [Buffer.byteLength(topic), Buffer.byteLength(payload)];
      batch.add({ topic, topicBytes, payload, payloadBytes, retain, expirySeconds });
    },
  };
}

test('encodes what MQTT 3.1.1 and 5 say, one behind the other, in one write', () => {
  const four = open(4);
  four.add({ topic: 'a/b', payload: '12' });
  four.add({ topic: 'ü', payload: Uint8Array.of(0, 255), retain: true, expirySeconds: 9 });
  four.batch.flush();
  expect(four.writes).toEqual([Buffer.from([0x30, 7, 0, 3, 97, 47, 98, 49, 50, 0x31, 6, 0, 2, 0xc3, 0xbc, 0, 255])]);
  const five = open(5);
  five.add({ topic: 'a', payload: '1' });
  five.add({ topic: 'a', payload: 'ü', retain: true, expirySeconds: 0x0102_0304 });
  five.batch.flush();
  expect(five.writes).toEqual([
    Buffer.from([0x30, 5, 0, 1, 97, 0, 49, 0x31, 11, 0, 1, 97, 5, 2, 1, 2, 3, 4, 0xc3, 0xbc]),
  ]);
});

test.each([0, 1, 120, 121, 127, 128, 16_370, 16_384, 70_000, 2_100_000])(
  'a payload of %i bytes keeps its length',
  (size) => {
    const { batch, writes, add } = open(4);
    add({ topic: 'abc', payload: 'x'.repeat(size) });
    batch.flush();
    const [bytes] = writes as [Buffer];
    let length = 0;
    let at = 1;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    expect(length).toBe(5 + size);
    expect(bytes.length).toBe(at + length);
    expect(bytes.subarray(at).toString()).toBe(`\0\u0003abc${'x'.repeat(size)}`);
  },
);

test('goes out in pieces of 64 KiB where a turn publishes much, and nothing is lost or held', () => {
  const { batch, writes, add } = open(5);
  for (let i = 0; i < 1000; i++) add({ topic: `t/${i % 10}`, payload: `${i % 10}`.repeat(300) });
  batch.flush();
  expect(batch.length).toBe(0);
  const all = Buffer.concat(writes);
  expect(all.length).toBe(1000 * 309);
  for (let i = 0; i < 1000; i++) expect(all.subarray(i * 309 + 9, i * 309 + 12).toString()).toBe(`${i % 10}`.repeat(3));
  expect(writes.length).toBe(5);
  expect(Math.max(...writes.map((bytes) => bytes.length))).toBeLessThanOrEqual(65_536);
  batch.flush();
  expect(writes.length).toBe(5);
});
