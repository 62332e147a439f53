import { createRandom } from '../../../src/kernel/random.ts';

/** Rounds over all topics that are encoded before the clock runs; then they repeat. */
const ROUNDS = 32;

/**
 * PUBLISH packets, ready to be written: `load/0` to `load/<topics − 1>` in turn, JSON of about 66 bytes. With QoS 1 the packet
 * identifier is 0 and has to be set.
 */
export function encodeLoad(topics: number, version: 4 | 5, qos: 0 | 1 = 0): readonly Buffer[] {
  const random = createRandom(7);
  const packets: Buffer[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < topics; i++) {
      const value = 20 + 5 * Math.sin((round / ROUNDS) * 2 * Math.PI + i) + random.uniform(-0.5, 0.5);
      const payload = JSON.stringify({
        v: Number(value.toFixed(3)),
        unit: 'celsius',
        battery_low: false,
        site: 'hall-3',
      });
      packets.push(encodePublish(`load/${i}`, payload, { version, qos }));
    }
  }
  return packets;
}

interface PublishOptions {
  readonly version: 4 | 5;
  readonly qos: 0 | 1;
}

function encodePublish(topic: string, payload: string, { version, qos }: PublishOptions): Buffer {
  const name = Buffer.from(topic);
  const properties = version === 5 ? [0] : [];
  const body = Buffer.concat([
    Buffer.from([name.length >> 8, name.length & 0xff]),
    name,
    Buffer.from(qos === 0 ? [] : [0, 0]),
    Buffer.from(properties),
    Buffer.from(payload),
  ]);
  return encodePacket(0x30 | (qos << 1), body);
}

/** Where the packet identifier of a PUBLISH with QoS 1 stands that begins at `at`. */
export function identifierAt(bytes: Buffer, at: number): number {
  let body = at + 1;
  while (bytes[body]! >= 0x80) body++;
  body++;
  return body + 2 + bytes.readUInt16BE(body);
}

/** Fixed header with its remaining length (MQTT 2.2), then the body. */
export function encodePacket(first: number, body: Uint8Array): Buffer {
  const header = [first];
  let rest = body.length;
  do {
    header.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), body]);
}
