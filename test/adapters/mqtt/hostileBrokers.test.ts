import { afterEach, describe, expect, it } from 'vitest';
import { LINK_TIMING } from '../../../src/adapters/mqtt/client/linkTiming.ts';
import { type ConnectionEnd, openNetworkConnection } from '../../../src/adapters/mqtt/client/networkConnection.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { connack5, type FakeBroker, PACKET, startFakeBroker, welcome } from './fakeBroker.ts';
import { createSubject, type Subject, settingsFor } from './harness.ts';

let broker: FakeBroker | undefined;
let subject: Subject | undefined;

afterEach(async () => {
  await subject?.connection.stop();
  await broker?.stop();
});

function connect(...[settings, options]: Parameters<typeof createSubject> | []): Subject {
  subject = createSubject(settings ?? settingsFor(`mqtt://127.0.0.1:${broker!.port}`), options);
  subject.connection.start();
  return subject;
}

describe('brokers that misbehave', () => {
  it('are left when they never answer the CONNECT', async () => {
    broker = await startFakeBroker(() => undefined);
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { connectTimeout: toDurationMs(100) });
    const { event } = connect(settings);
    expect((await event('BrokerRefused')).reason).toBe('no answer within 0.1 s');
    await event('BrokerRefused', 2);
  });

  it('are left when they never answer the subscriptions', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.type === PACKET.connect) socket.write(connack5(0));
    });
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { connectTimeout: toDurationMs(100) });
    const { event } = connect(settings);
    expect((await event('BrokerDisconnected')).reason).toBe('no answer to our subscriptions');
    // Nor do we claim to be online before.
    expect(broker.packets.map(({ type }) => type)).toEqual([PACKET.connect, PACKET.subscribe]);
    await event('BrokerConnected', 2);
  });

  it('are left when they answer no ping', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.type !== PACKET.pingreq) welcome(packet, socket);
    });
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { keepalive: toDurationMs(1000) });
    const { event } = connect(settings);
    expect((await event('BrokerDisconnected')).reason).toBe('no answer to our ping');
    await event('BrokerConnected', 2);
  });

  it('are left when nothing at all is heard, whatever the ping timer thinks', async () => {
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket));
    const { port } = broker;
    const end = await new Promise<ConnectionEnd>((resolve) => {
      openNetworkConnection({
        client: {
          protocol: 'mqtt',
          hostname: '127.0.0.1',
          port,
          manualConnect: true,
          reconnectPeriod: 0,
          keepalive: 10,
        },
        silentKeepalives: 0.01,
        onUp: () => undefined,
        onMessage: () => undefined,
        onEnd: resolve,
      });
    });
    expect(end).toMatchObject({ wasUp: true, error: new Error('nothing heard from the broker for 0.1 s') });
  });

  it('are left when a packet of theirs grows without end', async () => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type !== PACKET.subscribe) return;
      socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
      for (let i = 0; i < 20; i++) socket.write(Buffer.alloc(1024 * 1024));
    });
    const { event } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: 4 }));
    expect((await event('BrokerDisconnected')).reason).toBe('the broker sent a packet of more than 16 MB');
  });

  it('cannot bring the process down with an acknowledgement of nothing', async () => {
    // PUBREL of length 0: mqtt.js 5.16 throws on it where no handler catches it.
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type === PACKET.subscribe && packet.connection === 1) socket.write(Buffer.from([0x62, 0]));
    });
    const { event } = connect();
    expect((await event('BrokerDisconnected')).reason).toBe('malformed packet: pubrel without packet identifier');
    await event('BrokerConnected', 2);
  });

  it.each([5, 4] as const)('never bring the process down with garbage, over MQTT %i', async (protocol) => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => void uncaught.push(error);
    process.on('uncaughtExceptionMonitor', note);
    const byte = createBytes(protocol);
    broker = await startFakeBroker((packet, socket) => {
      // Before the CONNACK, after it, and after the SUBACK.
      const isWelcome = packet.connection % 3 !== 0;
      if (isWelcome) welcome(packet, socket);
      if (!isWelcome || packet.type !== PACKET.connect) {
        for (let i = byte() % 4; i >= 0; i--) socket.write(garbage(byte));
        socket.end();
      }
    });
    const wait = toDurationMs(1);
    const timing = { ...LINK_TIMING, firstRetry: wait, maxRetry: wait };
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol, connectTimeout: toDurationMs(50) });
    connect(settings, { timing });
    await expect.poll(() => broker!.packets.at(-1)?.connection ?? 0).toBeGreaterThan(GARBAGE_ROUNDS);
    process.off('uncaughtExceptionMonitor', note);
    expect(uncaught).toEqual([]);
  });
});

const GARBAGE_ROUNDS = 300;

/** Random bytes, the same in every run. */
function createBytes(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state & 0xff;
  };
}

/** Random bytes, or a well-framed packet of any type with a random body. */
function garbage(byte: () => number): Buffer {
  const body = Buffer.from(Array.from({ length: byte() % (byte() % 2 === 0 ? 4 : 60) }, byte));
  if (byte() % 4 === 0) return body;
  const type = byte() & 0xf0;
  const flags = type === 0x30 ? byte() & 0xf : type === 0x60 ? 2 : 0;
  return Buffer.concat([Buffer.from([type | flags, body.length]), body]);
}
