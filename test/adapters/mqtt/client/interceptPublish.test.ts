import type { Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Delivery } from '../../../../src/adapters/mqtt/inbound/delivery.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { connack5, type FakeBroker, type FakePacket, PACKET, startFakeBroker, welcome } from '../fakeBroker.ts';
import { createSubject, type Subject, settingsFor } from '../harness.ts';

/**
 * Behaviour of mqtt.js that the client relies on: `packetreceive` comes before it acts on a packet, that it ignores a packet of unknown
 * type, that it answers a PUBREL that it has no message for, and that it is `connected` once it has seen the CONNACK. Where
 * that changes, acknowledgements leave too early here.
 */
let broker: FakeBroker;
let subject: Subject;

afterEach(async () => {
  await subject.connection.stop();
  await broker.stop();
});

const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)];
const packet = (first: number, body: readonly number[]): Buffer => Buffer.from([first, body.length, ...body]);
/** With a message expiry, which makes it odd, so that it takes the way through mqtt.js. */
const odd = (first: number, id: number, payload: number): Buffer =>
  packet(first, [...text(`sensors/${id}`), 0, id, 5, 2, 0, 0, 0, 9, payload]);

async function connect(answer: (received: FakePacket, socket: Socket) => void): Promise<void> {
  broker = await startFakeBroker(answer);
  const session = { persistent: true, expiry: toDurationMs(1000) };
  const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: 5, qos: 2, session });
  subject = createSubject(settings, { acks: 'deferred' });
  subject.connection.start();
}

const ofType = (type: number): string[] =>
  broker.packets.filter((it) => it.type === type).map(({ body }) => body.toString('hex', 0, 2));

it('mqtt.js answers nothing of QoS 1 and 2 by itself but PUBREL', async () => {
  const sockets: Socket[] = [];
  await connect((received, socket) => {
    welcome(received, socket);
    if (received.type !== PACKET.subscribe) return;
    sockets.push(socket);
    socket.write(Buffer.concat([odd(0x32, 1, 65), odd(0x34, 2, 66), odd(0x3c, 3, 67), odd(0x32, 4, 68)]));
  });
  const got = await subject.messages(4);
  expect(got.map(({ topic, payload }) => `${topic} ${Buffer.from(payload)}`)).toEqual([
    'sensors/1 A',
    'sensors/2 B',
    'sensors/3 C',
    'sensors/4 D',
  ]);
  expect(got.map(({ receipt }) => receipt?.isRedelivery)).toEqual([false, false, true, false]);
  // A PUBREL too early: of a PUBREC that an earlier process sent.
  sockets[0]?.write(packet(0x62, [0, 9]));
  await expect.poll(() => ofType(PACKET.pubcomp)).toEqual(['0009']);
  expect([...ofType(PACKET.puback), ...ofType(PACKET.pubrec)]).toEqual([]);
  for (const { receipt } of got) receipt?.ack();
  await expect.poll(() => ofType(PACKET.puback)).toEqual(['0001', '0004']);
  expect(ofType(PACKET.pubrec)).toEqual(['0002', '0003']);
  sockets[0]?.write(packet(0x62, [0, 2]));
  await expect.poll(() => ofType(PACKET.pubcomp)).toEqual(['0009', '0002']);
  expect(subject.all('MessageReceived')).toEqual([]);
});

it('takes what a resumed session sends in one piece with the CONNACK', async () => {
  const resumed = connack5(0);
  resumed[2] = 1;
  await connect((received, socket) => {
    if (received.type !== PACKET.connect) return welcome(received, socket);
    const plain = packet(0x3a, [...text('sensors/2'), 0, 2, 0, 49]);
    socket.write(Buffer.concat([resumed, odd(0x3a, 1, 65), plain]));
  });
  const got = await subject.messages(2);
  expect(got.map(({ topic }) => topic)).toEqual(['sensors/1', 'sensors/2']);
  for (const { receipt } of got) receipt?.ack();
  expect(got.map(({ receipt }) => (receipt as Delivery | undefined)?.session)).toEqual([0, 0]);
  await expect.poll(() => ofType(PACKET.puback)).toEqual(['0001', '0002']);
});

it('takes both messages of a broker that gives the id of one that waits to another one', async () => {
  await connect((received, socket) => {
    welcome(received, socket);
    if (received.type === PACKET.subscribe && received.connection === 1)
      socket.write(Buffer.concat([odd(0x32, 1, 65), odd(0x32, 1, 66)]));
  });
  const got = await subject.messages(2);
  for (const { receipt } of got) receipt?.ack();
  await expect.poll(() => ofType(PACKET.puback)).toEqual(['0001']);
});

it.each(['sensors/x', ''])('leaves a broker that sends an alias for the topic "%s": we offer none', async (topic) => {
  await connect((received, socket) => {
    welcome(received, socket);
    if (received.type === PACKET.subscribe && received.connection === 1)
      socket.write(packet(0x32, [...text(topic), 0, 1, 3, 0x23, 0, 1, 65]));
  });
  await subject.event('BrokerDisconnected');
  expect(subject.inbound).toEqual([]);
  expect(ofType(PACKET.puback)).toEqual([]);
});
