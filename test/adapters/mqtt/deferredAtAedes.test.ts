import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { expect, it } from 'vitest';
import type { Delivery } from '../../../src/adapters/mqtt/inbound/delivery.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { startRelay } from '../../support/relay.mjs';
import { createPeer, createSubject, settingsFor } from './harness.ts';

async function listen(broker: Aedes): Promise<Server> {
  const server = createServer((socket: Socket) => void broker.handle(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

interface Persistence {
  outgoingStream(client: { readonly id: string }): AsyncIterable<unknown>;
}

/** Messages that the broker would send again to that client. */
async function countKept(broker: Aedes, clientId: string): Promise<number> {
  // The types of aedes leave it out.
  const { persistence } = broker as unknown as { persistence: Persistence };
  let kept = 0;
  for await (const _ of persistence.outgoingStream({ id: clientId })) kept++;
  return kept;
}

it.each([1, 2] as const)('aedes sends again what was not acknowledged, QoS %i', async (qos) => {
  const broker = await Aedes.createBroker();
  const server = await listen(broker);
  const { port } = server.address() as { port: number };
  const relay = await startRelay(port);
  const peer = await createPeer(port, { protocolVersion: 4 });
  const session = { persistent: true, expiry: toDurationMs(1000) };
  const settings = settingsFor(`mqtt://127.0.0.1:${relay.port}`, { protocol: 4, qos, session });
  const { connection, messages, online } = createSubject(settings, { acks: 'deferred' });
  connection.start();
  await online();
  for (let i = 0; i < 4; i++) await peer.client.publishAsync('sensors/a', String(i), { qos });
  const first = await messages(4);
  for (const { receipt } of first.slice(0, 2)) receipt?.ack();
  await expect.poll(() => countKept(broker, settings.clientId)).toBe(2);
  relay.cut();
  await online();
  const again = (await messages(6)).slice(4);
  expect(again.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['2', '3']);
  // aedes 1.2 leaves DUP out, which MQTT-3.3.1-1 asks for: such messages cannot be told from new ones.
  expect(again.map(({ receipt }) => (receipt as Delivery | undefined)?.session)).toEqual([1, 1]);
  for (const { receipt } of [...first, ...again]) receipt?.ack();
  await peer.client.publishAsync('sensors/a', 'last', { qos });
  expect((await messages(7)).slice(6).map(({ payload }) => Buffer.from(payload).toString())).toEqual(['last']);
  await connection.stop();
  await peer.end();
  await relay.stop();
  await new Promise<void>((resolve) => broker.close(resolve));
  server.close();
});
