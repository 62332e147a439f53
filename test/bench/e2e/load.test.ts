import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type PublishFlags, PublishGate, type TakePublish } from '../../../src/adapters/mqtt/inbound/publishGate.ts';
import { encodeLoad, identifierAt } from './load.ts';

const TOPICS = 120;

interface Read {
  readonly topic: string;
  readonly value: unknown;
  readonly flags: PublishFlags;
}

/** The packets as the daemon's own gate reads them. */
async function readAll(packets: readonly Buffer[], version: 4 | 5): Promise<readonly Read[]> {
  const found: Read[] = [];
  const destination = new Writable({ write: (_chunk, _encoding, done) => done(new Error('not read by the gate')) });
  const take: TakePublish = (topic, payload, flags) =>
    void found.push({ topic, value: JSON.parse(payload.view().toString()).v, flags });
  const gate = new PublishGate({ destination, version, isOpen: () => true, take });
  await new Promise<void>((resolve, reject) => {
    destination.on('error', reject);
    gate.write(Buffer.concat(packets), () => resolve());
  });
  return found;
}

describe.each([4, 5] as const)('the load, MQTT version %i', (version) => {
  it('is one finite number after the other, of all topics in turn', async () => {
    const found = await readAll(encodeLoad(TOPICS, version), version);

    expect(found.map(({ topic }) => topic).slice(0, TOPICS + 1)).toEqual(
      Array.from({ length: TOPICS + 1 }, (_, i) => `load/${i % TOPICS}`),
    );
    expect(found.every(({ value }) => Number.isFinite(value))).toBe(true);
    expect(found.every(({ flags }) => flags.qosFields === undefined)).toBe(true);
  });

  it('with QoS 1 has the identifier where identifierAt says', async () => {
    const packets = encodeLoad(TOPICS, version, 1);
    for (const [i, packet] of packets.entries()) packet.writeUInt16BE(i + 1, identifierAt(packet, 0));

    const found = await readAll(packets, version);

    expect(found.map(({ flags }) => flags.qosFields)).toEqual(
      packets.map((_, i) => ({ packetId: i + 1, qos: 1, isRedelivery: false })),
    );
  });
});
