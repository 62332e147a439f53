import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PreparedTopic, type WritablePayload } from '../../../../src/domain/outgoing.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../../../support/mosquitto.ts';
import { slowness } from '../../../support/slowness.ts';
import { type FakeBroker, PACKET, startFakeBroker, welcome } from '../fakeBroker.ts';
import { createPeer, createSubject, type Subject, settingsFor } from '../harness.ts';

let subject: Subject;

afterEach(() => subject.connection.stop());

async function connect(port: number, outboundBuffer: number): Promise<Subject> {
  subject = createSubject(settingsFor(`mqtt://127.0.0.1:${port}`, { outboundBuffer }));
  subject.connection.start();
  await subject.online();
  return subject;
}

describe.skipIf(!hasMosquitto())('publishing to a broker that has stopped reading', () => {
  let broker: Mosquitto;

  beforeEach(async () => {
    broker = await startMosquitto();
  });

  afterEach(() => broker.stop());

  it.each([0, 1] as const)('takes what fits, drops and counts the rest, and keeps its memory, QoS %i', async (qos) => {
    const warnings: string[] = [];
    const note = ({ message }: Error) => void warnings.push(message);
    process.on('warning', note);
    const { connection, all, event } = await connect(broker.port, 64 * 1024);
    await event('MessagePublished');
    const payload = 'x'.repeat(1000);
    const total = 60_000;
    let accepted = 0;
    const flood = async (count: number) => {
      for (let i = 1; i <= count; i++) {
        accepted += connection.publish({ topic: `tidegate/s${i}`, payload, qos, retain: false }) ? 1 : 0;
        if (i % 1000 === 0) await new Promise(setImmediate);
      }
    };
    broker.pause();
    // The kernel takes some MB before it pushes back.
    await flood(20_000);
    globalThis.gc?.();
    const before = process.memoryUsage();
    const heldBefore = before.arrayBuffers + before.heapUsed;
    await flood(total - 20_000);
    globalThis.gc?.();
    const after = process.memoryUsage();
    const dropped = all('PublishDropped').filter(({ cause }) => cause === 'slow-broker').length;
    expect(accepted + dropped).toBe(total);
    expect(dropped).toBeGreaterThan(40_000);
    // 40,000 messages of 1 kB would be 40 MB; what grows is the test's own list of events.
    expect(after.arrayBuffers + after.heapUsed - heldBefore).toBeLessThan(8 * 1024 * 1024);
    broker.resume();
    await expect
      .poll(() => connection.publish({ topic: 'tidegate/after', payload: '1', qos: 0, retain: false }))
      .toBe(true);
    await event('MessagePublished', accepted + 2);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('stops within two seconds, and the will speaks for it', async () => {
    const { connection, event } = await connect(broker.port, 64 * 1024);
    await event('MessagePublished');
    broker.pause();
    const startedAt = performance.now();
    await connection.stop({ farewell: { topic: 'tidegate/bridge/state', payload: '{"state":"gone"}' } });
    expect(performance.now() - startedAt).toBeLessThan(2000 * slowness());
    broker.resume();
  });
});

describe('the window of unacknowledged messages', () => {
  const RECEIVE_MAXIMUM = 0x21;
  let broker: FakeBroker;
  const sent = () => broker.packets.filter(({ type }) => type === PACKET.publish);

  afterEach(() => broker.stop());

  it('is the one that the broker wishes; what was not acknowledged at the end is counted', async () => {
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket, [RECEIVE_MAXIMUM, 0, 3]));
    // The greeting is the first of three that are never acknowledged.
    const { connection, all } = await connect(broker.port, 64 * 1024);
    for (let i = 0; i < 5; i++) connection.publish({ topic: `tidegate/${i}`, payload: '1', qos: 1, retain: false });
    connection.publish({ topic: 'tidegate/free', payload: '1', qos: 0, retain: false });
    await expect.poll(() => sent().length).toBe(4);
    await connection.stop();
    expect(sent()).toHaveLength(4);
    expect(all('PublishDropped').map(({ cause, topic }) => `${cause} ${topic}`)).toEqual([
      'disconnected tidegate/bridge/state',
      ...Array.from({ length: 5 }, (_, i) => `disconnected tidegate/${i}`),
    ]);
  });

  it('is bounded by bytes where messages wait for it', async () => {
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket, [RECEIVE_MAXIMUM, 0, 1]));
    const { connection, all } = await connect(broker.port, 10_000);
    const results = Array.from({ length: 20 }, () =>
      connection.publish({ topic: 'tidegate/x', payload: Buffer.alloc(990), qos: 1, retain: false }),
    );
    expect(results.filter(Boolean)).toHaveLength(10);
    expect(all('PublishDropped').every(({ cause }) => cause === 'slow-broker')).toBe(true);
    expect(all('PublishDropped')).toHaveLength(10);
  });
});

describe('messages that are under way', () => {
  let broker: FakeBroker;
  afterEach(() => broker.stop());

  it('are bounded by bytes too, however wide the window is', async () => {
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket, [0x21, 0, 100]));
    const { connection, all } = await connect(broker.port, 100_000);
    const largest = { topic: 'tidegate/x', payload: Buffer.alloc(9_990), qos: 1, retain: false } as const;
    // One each turn: the socket has taken those before, and their acknowledgements never come.
    for (let i = 0; i < 30; i++) {
      connection.publish(largest);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(connection.outboundBytes).toBeGreaterThan(90_000);
    expect(connection.outboundBytes).toBeLessThan(120_000);
    expect(all('PublishDropped').map(({ cause }) => cause)).toEqual(Array(20).fill('slow-broker'));
  });
});

describe.skipIf(!hasMosquitto())('what is published', () => {
  it('arrives with its bytes, retain flag and expiry', async () => {
    const broker = await startMosquitto();
    const { connection, event } = await connect(broker.port, 64 * 1024);
    const payload = new Uint8Array([9, 0, 255, 128, 9]).subarray(1, 4);
    connection.publish({ topic: 'tidegate/x', payload, qos: 1, retain: true, expire: toDurationMs(90_500) });
    await event('MessagePublished', 2);
    const peer = await createPeer(broker.port);
    const arrival = new Promise((resolve) =>
      peer.client.on('message', (_topic, bytes, { retain, properties }) =>
        resolve({ bytes: [...bytes], retain, expiry: properties?.messageExpiryInterval }),
      ),
    );
    await peer.client.subscribeAsync('tidegate/x');
    expect(await arrival).toEqual({ bytes: [0, 255, 128], retain: true, expiry: expect.closeTo(90.5, -0.7) });
    await peer.end();
    await connection.stop();
    await broker.stop();
  });
});

describe('a payload that writes itself', () => {
  const topic = new PreparedTopic('tidegate/x');
  const NEVER = toDurationMs(0);
  const payloadOf = (text: string): WritablePayload => ({
    writeTo(out) {
      out.reserve(text.length);
      out.length += out.bytes.write(text, out.length, 'latin1');
    },
  });
  const unused: WritablePayload = { writeTo: () => expect.fail('nothing is written that cannot go out') };
  let broker: FakeBroker;
  afterEach(() => broker.stop());

  it('goes out among the others of its turn, in their order, with retain flag and expiry', async () => {
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket));
    const { connection, all } = await connect(broker.port, 64 * 1024);
    const sent = () => broker.packets.filter(({ type }) => type === PACKET.publish);
    await expect.poll(() => sent().length).toBe(1);
    const other = (payload: string): boolean =>
      connection.publish({ topic: topic.name, payload, qos: 0, retain: true, expire: toDurationMs(9000) });
    other('1');
    expect(connection.publishTo(topic, payloadOf('2'), true, toDurationMs(9000))).toBe(true);
    other('3');
    connection.publishTo(topic, payloadOf('4'), false, NEVER);
    await expect.poll(() => sent().length).toBe(5);
    const bodies = sent().map(({ body }) => body.toString('latin1'));
    const written = (bodies[1] as string).replace('1', '2');
    expect(bodies.slice(1)).toEqual([bodies[1], written, written.replace('2', '3'), '\0\ntidegate/x\x004']);
    // A greeting with QoS 1 is not acknowledged here.
    expect(all('MessagePublished')).toHaveLength(4);
  });

  it('is dropped and counted, and not even written, without a connection and where too much waits', async () => {
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket));
    subject = createSubject(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { outboundBuffer: 1000 }));
    const { connection, all } = subject;
    expect(connection.publishTo(topic, unused, true, NEVER)).toBe(false);
    connection.start();
    await subject.online();
    connection.publish({ topic: 'tidegate/large', payload: 'x'.repeat(1200), qos: 1, retain: false });
    expect(connection.publishTo(topic, unused, true, NEVER)).toBe(false);
    await connection.stop();
    expect(connection.publishTo(topic, unused, true, NEVER)).toBe(false);
    expect(
      all('PublishDropped')
        .filter((event) => event.topic === topic.name)
        .map(({ cause }) => cause),
    ).toEqual(['disconnected', 'slow-broker', 'disconnected']);
  });

  it('is dropped where it is more than the broker takes, or its topic is', async () => {
    const MAXIMUM_PACKET_SIZE = 0x27;
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket, [MAXIMUM_PACKET_SIZE, 0, 0, 1, 0]));
    const { connection, all } = await connect(broker.port, 1e6);
    expect(connection.publishTo(topic, payloadOf('x'.repeat(256)), true, NEVER)).toBe(false);
    expect(connection.publishTo(new PreparedTopic('y'.repeat(65_536)), unused, true, NEVER)).toBe(false);
    expect(connection.publishTo(topic, payloadOf('x'.repeat(200)), true, NEVER)).toBe(true);
    expect(all('PublishDropped').map(({ cause }) => cause)).toEqual(['too-large', 'too-large']);
  });
});
