import { type EventEmitter, once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect, connectAsync, type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../../src/adapters/broker/embeddedBroker.ts';
import { slowness } from '../../support/slowness.ts';

const brokers: EmbeddedBroker[] = [];

const next = (client: MqttClient, event: string) => once(client as unknown as EventEmitter, event);

async function start(port?: number): Promise<EmbeddedBroker> {
  const broker = await startEmbeddedBroker(port === undefined ? {} : { port });
  brokers.push(broker);
  return broker;
}

afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.stop();
});

test('carries a message from one client to another on a free loopback port', async () => {
  const broker = await start();
  const receiver = await connectAsync(broker.url);
  await receiver.subscribeAsync('plant/+');
  const sender = await connectAsync(broker.url);

  const received = next(receiver, 'message');
  await sender.publishAsync('plant/pump', '41.5');
  const [topic, payload] = await received;

  expect(broker.port).toBeGreaterThan(0);
  expect(broker.url).toBe(`mqtt://127.0.0.1:${broker.port}`);
  expect([topic, String(payload)]).toEqual(['plant/pump', '41.5']);
  await Promise.all([receiver.endAsync(), sender.endAsync()]);
});

test('loses no retained message to one that is not retained and comes right behind', async () => {
  const broker = await start();
  const receiver = await connectAsync(broker.url);
  const received: string[] = [];
  receiver.on('message', (topic, payload) => received.push(`${topic} ${payload}`));
  await receiver.subscribeAsync('plant/#');
  const sender = await connectAsync(broker.url);
  const sent: string[] = [];

  // In one turn, so that they reach the broker together.
  for (let i = 0; i < 40; i++) {
    const isState = i % 10 < 8;
    const topic = isState ? 'plant/pump' : 'plant/pump/anomaly';
    sender.publish(topic, String(i), { retain: isState });
    sent.push(`${topic} ${i}`);
  }
  await expect.poll(() => received.length).toBe(sent.length);

  expect(received).toEqual(sent);
  await Promise.all([receiver.endAsync(), sender.endAsync()]);
});

test('names the port that is already in use', async () => {
  const first = await start();

  const second = startEmbeddedBroker({ port: first.port });

  await expect(second).rejects.toMatchObject({
    code: 'TG_DEMO_FAILED',
    message: expect.stringContaining(`port ${first.port} on 127.0.0.1 is already in use`),
  });
});

test('stops with clients and silent sockets still connected, frees the port and may be stopped twice', async () => {
  const broker = await start();
  const silent = connectSocket(broker.port, '127.0.0.1');
  await once(silent, 'connect');
  // Accepted after the silent one, so both are known to the broker now.
  const client = await connectAsync(broker.url, { reconnectPeriod: 0 });
  const closed = Promise.all([next(client, 'close'), once(silent, 'close')]);

  const stoppedAt = performance.now();
  await broker.stop();
  await broker.stop();
  await closed;

  // Far below the 5 s that a connection may take for its CONNECT.
  expect(performance.now() - stoppedAt).toBeLessThan(1_000 * slowness());

  const again = await start(broker.port);
  expect(again.port).toBe(broker.port);
});

test('keeps no session beyond its connection, where an offline queue would grow without bound', async () => {
  const broker = await start();
  const options = { clientId: 'away', clean: false, reconnectPeriod: 0 };
  const first = await connectAsync(broker.url, options);
  await first.subscribeAsync('a', { qos: 1 });
  await first.endAsync();

  const second = connect(broker.url, options);
  const [connack] = await next(second, 'connect');

  expect(connack.sessionPresent).toBe(false);
  await second.endAsync();
});

test('refuses publishes to $SYS', async () => {
  const broker = await start();
  const client = await connectAsync(broker.url, { reconnectPeriod: 0 });

  const closed = next(client, 'close');
  client.publish('$SYS/fake', 'x');

  await closed;
  expect(client.connected).toBe(false);
  await client.endAsync(true);
});
