import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { QosFields } from '../../../../src/adapters/mqtt/inbound/owedAcknowledgement.ts';
import { PublishGate } from '../../../../src/adapters/mqtt/inbound/publishGate.ts';

/** Fixed header and body. */
function packet(first: number, body: Uint8Array): Buffer {
  const header = [first];
  let rest = body.length;
  do {
    header.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), body]);
}

function publish(first: number, topic: string, properties: readonly number[], payload: Uint8Array): Buffer {
  const name = Buffer.from(topic);
  const length = Buffer.from([name.length >> 8, name.length & 0xff]);
  return packet(first, Buffer.concat([length, name, Buffer.from(properties), payload]));
}

interface Case {
  readonly bytes: Buffer;
  /** Answer of the gate to the packet; undefined: the packet belongs to mqtt.js. */
  readonly taken: string | undefined;
}

const say = (topic: string, payload: Uint8Array, retain: boolean, id: unknown, qosFields?: QosFields): string =>
  `${topic} ${Buffer.from(payload).toString('hex')} ${retain} ${id} ${JSON.stringify(qosFields)}`;

const topics = fc.constantFrom('a', 'load/12', 'küche/temperatur', 'x'.repeat(300));
const payloads = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(5000).fill(7)));

function ours(version: 4 | 5): fc.Arbitrary<Case> {
  const identifiers = version === 5 ? fc.constantFrom(undefined, 1, 127, 128, 300_000) : fc.constant(undefined);
  const receipts = fc.option(
    fc.record<QosFields>({
      packetId: fc.integer({ min: 1, max: 65_535 }),
      qos: fc.constantFrom(1, 2),
      isRedelivery: fc.boolean(),
    }),
    { nil: undefined },
  );
  return fc
    .tuple(topics, payloads, fc.boolean(), identifiers, receipts)
    .map(([topic, payload, retain, id, qosFields]) => {
      const encoded = id === undefined ? [] : [0x0b, ...packet(0, new Uint8Array(id)).subarray(1).subarray(0, -id)];
      const { packetId = 0, qos = 0, isRedelivery = false } = qosFields ?? {};
      const first = 0x30 | (isRedelivery ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
      const head = qos === 0 ? [] : [packetId >> 8, packetId & 0xff];
      const properties = [...head, ...(version === 5 ? [encoded.length, ...encoded] : [])];
      return { bytes: publish(first, topic, properties, payload), taken: say(topic, payload, retain, id, qosFields) };
    });
}

function foreign(version: 4 | 5): fc.Arbitrary<Case> {
  const empty = new Uint8Array();
  const none = version === 5 ? [0] : [];
  return fc
    .constantFrom(
      packet(0xd0, empty),
      packet(0x90, Buffer.from([0, 1, 0])),
      publish(0x32, 'packet/id/0', [0, 0, ...none], empty),
      publish(0x36, 'qos/3', [0, 7, ...none], empty),
      packet(0x32, Buffer.from([0, 1, 97, 0])),
      publish(0x38, 'a/dup', none, empty),
      publish(0x30, '', none, empty),
      publish(0x30, 'too/long', none, new Uint8Array(70_000)),
      packet(0x30, Buffer.from([0, 9, 97])),
      packet(0x30, empty),
      ...(version === 5
        ? [
            publish(0x32, 'no/properties', [0, 7], empty),
            publish(0x30, 'an/expiry', [5, 2, 0, 0, 0, 9], empty),
            publish(0x30, 'an/alias', [3, 0x23, 0, 1], empty),
            publish(0x30, 'properties/longer/than/all', [90, 0x0b, 1], empty),
            publish(0x30, 'no/identifier', [2, 0x0b, 0], empty),
            publish(0x30, 'two/identifiers', [4, 0x0b, 1, 0x0b, 2], empty),
          ]
        : []),
    )
    .map((bytes) => ({ bytes, taken: undefined }));
}

/** Everything that came out, in order: what was taken, and the bytes for mqtt.js, which takes its time. */
async function run(version: 4 | 5, chunks: readonly Buffer[], isOpen = true): Promise<(string | Buffer)[]> {
  const seen: (string | Buffer)[] = [];
  const destination = new Writable({
    write(bytes: Buffer, _encoding, done) {
      seen.push(bytes);
      setImmediate(done);
    },
  });
  const gate = new PublishGate({
    destination,
    version,
    isOpen: () => isOpen,
    take: (topic, payload, { retain, properties, qosFields }) =>
      seen.push(say(topic, payload.view(), retain, properties?.subscriptionIdentifier, qosFields)),
  });
  for (const chunk of chunks) gate.write(chunk);
  await new Promise<void>((resolve) => gate.end(resolve));
  return seen;
}

/** Neighbouring bytes as one; as text, which is compared faster. */
function joined(seen: readonly (string | Buffer)[]): string[] {
  const result: (string | Buffer)[] = [];
  for (const item of seen) {
    const last = result.at(-1);
    if (typeof item !== 'string' && last !== undefined && typeof last !== 'string')
      result[result.length - 1] = Buffer.concat([last, item]);
    else result.push(item);
  }
  return result.map((item) => (typeof item === 'string' ? item : item.toString('latin1')));
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => Math.floor(place * bytes.length)), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
}

test.each([4, 5] as const)(
  'takes PUBLISH and passes the rest on, in the order of the wire, MQTT %s',
  async (version) => {
    const cases = fc.array(fc.oneof({ weight: 3, arbitrary: ours(version) }, foreign(version)), { maxLength: 12 });
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cases, places, async (packets, cuts) => {
        const chunks = cut(Buffer.concat(packets.map(({ bytes }) => bytes)), cuts);
        const expected = packets.map(({ bytes, taken }) => taken ?? bytes);
        expect(joined(await run(version, chunks))).toEqual(joined(expected));
      }),
      { numRuns: 300 },
    );
  },
);

const LIMIT = 100;
/** Surely longer than the limit, whatever stands before the payload. */
const LONG = 70_000;

/** A long message as it is sent; `said`: topic, flags and identifiers as they come out. */
function longOnes(version: 4 | 5): fc.Arbitrary<Case> {
  const properties = version === 5 ? fc.constantFrom([0], [2, 0x0b, 1], [5, 2, 0, 0, 0, 9]) : fc.constant([]);
  return fc
    .tuple(topics, properties, fc.constantFrom(0, 1, 2), fc.boolean(), fc.integer({ min: LONG, max: 2 * LONG }))
    .map(([topic, of, qos, retain, length]) => {
      const head = qos === 0 ? [] : [1, 7];
      const bytes = publish(
        0x30 | (qos << 1) | (retain ? 1 : 0),
        topic,
        [...head, ...of],
        new Uint8Array(length).fill(7),
      );
      return { bytes, taken: `long ${topic} ${retain} ${qos === 0 ? 1 : 263}` };
    });
}

test.each([4, 5] as const)(
  'gives of long messages the beginning, and everything else as ever, MQTT %s',
  async (version) => {
    const short = foreign(version).filter(({ bytes }) => bytes.length < LONG);
    const cases = fc.array(fc.oneof(longOnes(version), ours(version), short), { maxLength: 8 });
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(cases, places, async (packets, cuts) => {
        const seen: (string | Buffer)[] = [];
        const gate = new PublishGate({
          destination: new Writable({
            write(bytes: Buffer, _encoding, done) {
              seen.push(bytes);
              done();
            },
          }),
          version,
          isOpen: () => true,
          longestPayload: LIMIT,
          take: (topic, payload, { retain, properties, qosFields }) => {
            const view = payload.view();
            const isBegun = view.length > LIMIT && view[view.length - 1] === 7 && view.length >= 66_000;
            // What is held of it is bounded by the limit and the longest head.
            if (isBegun) expect(view.length).toBeLessThan(LONG);
            seen.push(
              isBegun
                ? `long ${topic} ${retain} ${qosFields?.packetId ?? 1}`
                : say(topic, view, retain, properties?.subscriptionIdentifier, qosFields),
            );
          },
        });
        for (const chunk of cut(Buffer.concat(packets.map(({ bytes }) => bytes)), cuts)) gate.write(chunk);
        await new Promise<void>((resolve) => gate.end(resolve));
        expect(joined(seen)).toEqual(joined(packets.map(({ bytes, taken }) => taken ?? bytes)));
      }),
      { numRuns: 150 },
    );
  },
);

test('ends the connection over a long message without packet identifier, and tells of each part', async () => {
  const errors: string[] = [];
  let parts = 0;
  const gate = new PublishGate({
    destination: new Writable({ write: (_bytes, _encoding, done) => done() }),
    version: 4,
    isOpen: () => true,
    longestPayload: LIMIT,
    take: () => errors.push('taken'),
    cut: ({ message }) => errors.push(message),
    onPart: () => {
      parts++;
    },
  });
  for (const chunk of cut(publish(0x32, 'a', [0, 0], new Uint8Array(LONG)), [0.2, 0.6])) gate.write(chunk);
  await new Promise<void>((resolve) => gate.end(resolve));
  expect([errors, parts]).toEqual([['malformed packet: publish without topic or packet identifier'], 3]);
});

test('passes everything on while the session is not open', async () => {
  const bytes = Buffer.concat([packet(0x20, Buffer.from([0, 0])), publish(0x30, 'a', [], Buffer.from('1'))]);
  expect(joined(await run(4, cut(bytes, [0.3, 0.6]), false))).toEqual(joined([bytes]));
});

test('leaves a stream that is not MQTT to mqtt.js, and so the beginning of a packet whose end never comes', async () => {
  const garbage = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
  const good = publish(0x30, 'a', [], Buffer.from('1'));
  const expected = [say('a', Buffer.from('1'), false, undefined), Buffer.concat([garbage, good])];
  expect(joined(await run(4, [good, garbage, good]))).toEqual(joined(expected));
  expect(joined(await run(4, [good.subarray(0, 3)]))).toEqual(joined([good.subarray(0, 3)]));
});

test('takes and passes on a flood in its order too', async () => {
  const message = publish(0x30, 'a', [], Buffer.from('1'));
  const taken = say('a', Buffer.from('1'), false, undefined);
  const pingresp = Buffer.from([0xd0, 0]);
  const kinds = Array.from({ length: 6000 }, (_, i) => (i < 2000 ? 0 : i < 4000 ? 1 : i % 2));
  const bytes = Buffer.concat(kinds.map((kind) => (kind === 0 ? message : pingresp)));
  const expected = kinds.map((kind) => (kind === 0 ? taken : pingresp));
  expect(joined(await run(4, cut(bytes, [0.11, 0.37, 0.61, 0.89])))).toEqual(joined(expected));
});

test.each([
  ['PINGRESP', Buffer.from([0xd0, 0])],
  ['PUBLISH', publish(0x30, 'a', [], Buffer.from('1'))],
])('leaves room for timers and signals in a flood of %s', async (_, of) => {
  let packets = 0;
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      packets += chunk.length / of.length;
      process.nextTick(done);
    },
  });
  const take = (): void => {
    packets++;
  };
  const gate = new PublishGate({ destination, version: 4, isOpen: () => true, take });
  gate.write(Buffer.concat(Array(20_000).fill(of)));
  const ofEachTurn: number[] = [];
  while (packets < 20_000) {
    const before = packets;
    await new Promise((resolve) => setImmediate(resolve));
    ofEachTurn.push(packets - before);
  }
  expect(Math.max(...ofEachTurn)).toBeLessThanOrEqual(1024);
});
