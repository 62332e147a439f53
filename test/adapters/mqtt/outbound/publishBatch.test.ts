import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PublishBatch } from '../../../../src/adapters/mqtt/outbound/publishBatch.ts';
import { PreparedTopic, type WritablePayload } from '../../../../src/domain/outgoing.ts';

interface Message {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain?: boolean;
  readonly expirySeconds?: number;
}

/** Writes itself a piece at a time. */
function inPieces(payload: string | Uint8Array): WritablePayload {
  const bytes = Buffer.from(payload);
  return {
    writeTo(out) {
      for (let from = 0; from < bytes.length; from += 1000) {
        const piece = bytes.subarray(from, from + 1000);
        out.reserve(piece.length);
        out.bytes.set(piece, out.length);
        out.length += piece.length;
      }
    },
  };
}

interface Opened {
  readonly batch: PublishBatch;
  readonly writes: Uint8Array[];
  add(message: Message): void;
  /** The same with a payload that writes itself. */
  write(message: Message, largest?: number): boolean;
}

function open(version: 4 | 5): Opened {
  const writes: Uint8Array[] = [];
  const batch = new PublishBatch(version, (bytes) => writes.push(bytes));
  return {
    batch,
    writes,
    add({ topic, payload, retain = false, expirySeconds }) {
      const [topicBytes, payloadBytes] = [Buffer.byteLength(topic), Buffer.byteLength(payload)];
      batch.add({ topic, topicBytes, payload, payloadBytes, retain, expirySeconds });
    },
    write: ({ topic, payload, retain = false, expirySeconds }, largest = 1e9) =>
      batch.addWritten(new PreparedTopic(topic), inPieces(payload), retain, expirySeconds, largest),
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

test('a payload that writes itself makes the same bytes as one that is there, in any order and of any length', () => {
  const length = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(110, 120, 127, 128, 16_365, 16_384, 40_000, 2_100_000));
  const message = fc.record({
    topic: fc.constantFrom('a', 'tidegate/kitchen/temperature', 'tidegate/küche/天気'),
    payload: length.map((size) => 'x'.repeat(size)),
    retain: fc.boolean(),
    expirySeconds: fc.option(fc.nat({ max: 2 ** 32 - 1 }), { nil: undefined }),
    isWritten: fc.boolean(),
  });
  void fc.assert(
    fc.property(fc.constantFrom(4, 5), fc.array(message, { maxLength: 12 }), (version, messages) => {
      const plain = open(version);
      const mixed = open(version);
      for (const { isWritten, expirySeconds, ...rest } of messages) {
        const each = expirySeconds === undefined ? rest : { ...rest, expirySeconds };
        plain.add(each);
        if (isWritten) expect(mixed.write(each)).toBe(true);
        else mixed.add(each);
      }
      plain.batch.flush();
      mixed.batch.flush();
      expect(Buffer.concat(mixed.writes).equals(Buffer.concat(plain.writes))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a payload that is too long, or that fails, leaves the batch as it was', () => {
  const { batch, writes, add, write } = open(5);
  const first = { topic: 'a', payload: '1' };
  add(first);
  expect(write({ topic: 'abc', payload: 'x'.repeat(5000) }, 5002)).toBe(false);
  const failing: WritablePayload = {
    writeTo(out) {
      out.reserve(9000);
      out.length += 9000;
      throw new Error('no payload');
    },
  };
  expect(() => batch.addWritten(new PreparedTopic('b'), failing, false, undefined, 1e9)).toThrow('no payload');
  expect(write({ topic: 'abc', payload: 'x'.repeat(5000) }, 5003)).toBe(true);
  batch.flush();
  const alone = open(5);
  alone.add(first);
  alone.add({ topic: 'abc', payload: 'x'.repeat(5000) });
  alone.batch.flush();
  expect(Buffer.concat(writes).equals(Buffer.concat(alone.writes))).toBe(true);
});

test('what writes itself goes out in pieces of 64 KiB too', () => {
  const { batch, writes, write } = open(4);
  for (let i = 0; i < 1000; i++) write({ topic: 't', payload: 'x'.repeat(300) });
  batch.flush();
  expect(writes.reduce((sum, { length }) => sum + length, 0)).toBe(1000 * 306);
  expect(writes.length).toBe(5);
  expect(Math.max(...writes.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
});
