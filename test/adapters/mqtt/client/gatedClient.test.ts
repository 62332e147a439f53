import { afterEach, expect, test } from 'vitest';
import { createGatedClient } from '../../../../src/adapters/mqtt/client/gatedClient.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { type FakeBroker, type FakePacket, PACKET, startFakeBroker, welcome } from '../fakeBroker.ts';
import { createSubject, settingsFor } from '../harness.ts';

let broker: FakeBroker;

afterEach(() => broker.stop());

const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)];
const packet = (first: number, body: readonly number[]): Buffer => Buffer.from([first, body.length, ...body]);

/** A property that makes a packet odd: message expiry. */
const EXPIRY = [5, 2, 0, 0, 0, 9];

test('takes PUBLISH past mqtt.js, on which this hook depends; what is odd goes through it', async () => {
  broker = await startFakeBroker((received, socket) => {
    welcome(received, socket);
    if (received.type !== PACKET.subscribe) return;
    socket.write(Buffer.concat([packet(0x30, [...text('a'), 0, 49]), packet(0x30, [...text('b'), 2, 1, 0, 49])]));
  });
  const [taken, emitted]: string[][] = [[], []];
  const client = createGatedClient(
    { protocol: 'mqtt', hostname: '127.0.0.1', port: broker.port, protocolVersion: 5, manualConnect: true },
    () => ({ isOpen: () => client.connected, take: (topic) => taken?.push(topic) }),
  );
  client.on('message', (topic) => emitted?.push(topic));
  client.on('connect', () => client.subscribe('#'));
  client.connect();
  await expect.poll(() => emitted).toEqual(['b']);
  expect(taken).toEqual(['a']);
  client.end(true);
});

test('messages of all kinds come in the order of the wire, and those with QoS 1 are acknowledged', async () => {
  const messages = Array.from({ length: 50 }, (_, i) =>
    i % 3 === 0
      ? packet(0x32, [...text(`sensors/${i}`), 0, i + 1, ...(i % 2 === 0 ? [0] : EXPIRY), 49])
      : packet(0x30, [...text(`sensors/${i}`), ...(i % 4 === 0 ? [0] : EXPIRY), 49]),
  );
  broker = await startFakeBroker((received, socket) => {
    welcome(received, socket);
    if (received.type === PACKET.subscribe) socket.write(Buffer.concat(messages));
  });
  const { connection, messages: arrived } = createSubject(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { qos: 1 }));
  connection.start();
  expect((await arrived(50)).map(({ topic }) => topic)).toEqual(messages.map((_, i) => `sensors/${i}`));
  const acknowledged = () => broker.packets.filter(({ type }) => type === PACKET.puback).map(({ body }) => body[1]);
  await expect.poll(acknowledged).toEqual(Array.from({ length: 17 }, (_, i) => 3 * i + 1));
  await connection.stop();
});

test('what is published with QoS 0 and 1 leaves in its order, with retain flag and expiry', async () => {
  broker = await startFakeBroker(welcome);
  const subject = createSubject(settingsFor(`mqtt://127.0.0.1:${broker.port}`));
  subject.connection.start();
  await subject.online();
  for (let i = 0; i < 6; i++) {
    const qos = i === 3 ? 1 : 0;
    const expire = toDurationMs(i === 5 ? 1500 : 0);
    subject.connection.publish({ topic: `t/${i}`, payload: `${i}`, qos, retain: i % 2 === 0, expire });
  }
  const sent = () => broker.packets.filter(({ type, body }) => type === PACKET.publish && body.includes('t/'));
  await expect.poll(() => sent().length).toBe(6);
  // Without the packet identifier, which only QoS 1 has.
  const parts = ({ flags, body }: FakePacket) =>
    `${flags} ${body.toString('latin1', 2, 5)} ${body.toString('hex', flags === 2 ? 7 : 5)}`;
  expect(sent().map(parts)).toEqual([
    '1 t/0 0030',
    '0 t/1 0031',
    '1 t/2 0032',
    '2 t/3 0033',
    '1 t/4 0034',
    '0 t/5 05020000000235',
  ]);
  await subject.connection.stop();
});
