import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkBroker } from '../../../../src/adapters/mqtt/client/checkBroker.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { connack5, type FakeBroker, PACKET, startFakeBroker, welcome } from '../fakeBroker.ts';
import { settingsFor } from '../harness.ts';

let broker: FakeBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

describe('the broker check', () => {
  it('names server and protocol of a broker that takes us in, under a client id of its own, with the will as it takes it', async () => {
    broker = await startFakeBroker(welcome);
    const server = `mqtt://127.0.0.1:${broker.port}`;
    const { offer, will, ...found } = await checkBroker(settingsFor(server));
    expect(found).toEqual({ server, protocol: 5 });
    expect([will?.qos, will?.retain]).toEqual([1, true]);
    expect(offer).toEqual({
      maximumQoS: 2,
      retains: true,
      wildcards: true,
      identifiers: true,
      shared: true,
      receiveMaximum: 65_535,
      topicAliases: 0,
    });
    const connect = broker.packets[0]!.body;
    expect(connect.toString('latin1')).toContain('tidegate-under-test-check');
    // Of its own: a break in that moment must not say that the daemon is gone.
    expect(connect.toString('latin1')).toContain('tidegate/doctor/will');
    // Connect flags (MQTT 3.1.2.3): clean start, a will of QoS 1, retained.
    expect(connect[7]).toBe(0b101110);
  });

  it('reads everything that the broker says of itself', async () => {
    const properties = [0x24, 0, 0x25, 0, 0x27, 0, 0, 1, 0x2c, 0x21, 0, 5, 0x22, 0, 7, 0x28, 0, 0x29, 0, 0x2a, 0];
    const words = [0x13, 0, 30, 0x1f, 0, 2, ...Buffer.from('hi')];
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket, [...properties, ...words]));
    const { offer } = await checkBroker(settingsFor(`mqtt://127.0.0.1:${broker.port}`));
    expect(offer).toEqual({
      maximumQoS: 0,
      retains: false,
      wildcards: false,
      identifiers: false,
      shared: false,
      maximumPacketSize: 300,
      receiveMaximum: 5,
      topicAliases: 7,
      keepalive: 30_000,
      reason: 'hi',
    });
  });

  it('asks for a session that stays where one is wanted, says what it got, and ends it', async () => {
    // Session expiry 60 s, maximum QoS 1.
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket, [0x11, 0, 0, 0, 60, 0x24, 1]));
    const session = { persistent: true, expiry: toDurationMs(3_600_000) };
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { session });
    expect(await checkBroker(settings)).toMatchObject({ offer: { sessionExpiry: 60_000, maximumQoS: 1 } });
    const connects = broker.packets.filter(({ type }) => type === PACKET.connect).map(({ body }) => body);
    expect(connects.map((body) => body[7])).toEqual([0b101100, 0b10]);
    // Session expiry interval of an hour (3.1.2.11.2); then none, so that it ends with the connection.
    const hour = Buffer.from([0x11, 0, 0, 0x0e, 0x10]);
    expect(connects.map((body) => body.includes(hour))).toEqual([true, false]);
  });

  it('finds out about brokers that know 3.1.1 only', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.version === 5) socket.end(Buffer.from([0x20, 2, 0, 1]));
      else welcome(packet, socket);
    });
    expect((await checkBroker(settingsFor(`mqtt://127.0.0.1:${broker.port}`))).protocol).toBe(4);
  });

  it('says what to check where the broker refuses us', async () => {
    broker = await startFakeBroker((_packet, socket) => void socket.end(connack5(134)));
    const server = `mqtt://127.0.0.1:${broker.port}`;
    await expect(checkBroker(settingsFor(server))).rejects.toMatchObject({
      code: 'TG_BROKER_REFUSED',
      message: `${server}: not authorised: check mqtt.user and mqtt.password`,
    });
  });

  it('says where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    await expect(checkBroker(settingsFor(`mqtt://u:p@127.0.0.1:${port}`))).rejects.toMatchObject({
      code: 'TG_BROKER_UNREACHABLE',
      message: `mqtt://127.0.0.1:${port}: ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it('says which host nobody knows', async () => {
    await expect(checkBroker(settingsFor('mqtt://no-such-host.invalid'))).rejects.toMatchObject({
      code: 'TG_BROKER_UNREACHABLE',
      message: expect.stringMatching(
        /unknown host "no-such-host.invalid" \((ENOTFOUND|EAI_AGAIN)\): check mqtt.server/,
      ),
    });
  });

  it('does not wait for ever', async () => {
    broker = await startFakeBroker(() => undefined);
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { connectTimeout: toDurationMs(100) });
    await expect(checkBroker(settings)).rejects.toMatchObject({
      code: 'TG_BROKER_UNREACHABLE',
      message: expect.stringContaining('no answer within 0.1 s'),
    });
  });
});
