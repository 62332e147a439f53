import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { LINK_TIMING } from '../../../src/adapters/mqtt/client/linkTiming.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import {
  connack4,
  connack5,
  type FakeBroker,
  type FakePacket,
  PACKET,
  startFakeBroker,
  suback4,
  suback5,
  welcome,
} from './fakeBroker.ts';
import { createPeer, createSubject, OFFLINE, type Subject, settingsFor } from './harness.ts';

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

describe('the MQTT version', () => {
  let aedes: Aedes;
  let server: Server;

  it('falls back to 3.1.1 at a broker that knows no 5, says so once, and remembers it', async () => {
    aedes = await Aedes.createBroker();
    let connects = 0;
    const streams = new Set<{ destroy(): void }>();
    server = createServer((socket) => {
      connects += 1;
      streams.add(socket);
      aedes.handle(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { connection, event, messages, all, online } = connect(settingsFor(`mqtt://127.0.0.1:${port}`));
    expect((await event('BrokerConnected')).protocol).toBe(4);
    await online();
    expect(connects).toBe(2);
    const peer = await createPeer(port, { protocolVersion: 4 });
    await peer.publish('sensors/a', '1');
    await messages(1);
    for (const stream of streams) stream.destroy();
    expect((await event('BrokerConnected', 2)).protocol).toBe(4);
    // Two at the first time, the peer, one at the second time.
    expect(connects).toBe(4);
    expect(all('ProtocolDowngraded')).toEqual([{ type: 'ProtocolDowngraded', server: `mqtt://127.0.0.1:${port}` }]);
    expect(all('BrokerRefused')).toEqual([]);
    await connection.stop();
    await peer.end();
    await new Promise<void>((resolve) => aedes.close(resolve));
    server.close();
  });

  it('falls back on reason 132', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.version === 5) socket.end(connack5(132));
      else welcome(packet, socket);
    });
    const { event } = connect();
    expect((await event('BrokerConnected')).protocol).toBe(4);
    await event('ProtocolDowngraded');
  });

  it('tries 3.1.1 where the broker hangs up on 5 again and again', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.version === 5) socket.end();
      else welcome(packet, socket);
    });
    const { event, all } = connect();
    expect((await event('BrokerConnected')).protocol).toBe(4);
    expect(all('BrokerRefused')).toHaveLength(2);
    expect(all('BrokerRefused')[0]?.reason).toBe('the broker closed the connection');
  });

  it('stays with 5 where the configuration says so, and waits longer each time', async () => {
    broker = await startFakeBroker((_packet, socket) => void socket.end(connack5(132)));
    const { event, all } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: 5 }));
    await event('BrokerRefused', 5);
    expect(all('BrokerRefused').map(({ retryIn }) => retryIn)).toEqual([20, 40, 80, 160, 200]);
    expect(all('BrokerRefused')[0]?.reason).toBe('the broker does not speak this MQTT version');
    expect(broker.packets.every(({ version }) => version === 5)).toBe(true);
  });
});

describe('refusals', () => {
  it.each([
    [5, connack5(135), 'not authorised: check mqtt.user and mqtt.password'],
    [5, connack5(136), 'the broker is not available yet'],
    [4, connack4(4), 'not authorised: check mqtt.user and mqtt.password'],
    [4, connack4(2), 'client id refused: check mqtt.client_id'],
  ] as const)('over MQTT %i are named and retried (%#)', async (protocol, refusal, reason) => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.connection === 1) socket.end(refusal);
      else welcome(packet, socket);
    });
    const { event } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol }));
    expect((await event('BrokerRefused')).reason).toBe(reason);
    expect((await event('BrokerConnected')).protocol).toBe(protocol);
  });

  it.each([5, 4] as const)(
    'of a filter name it, leave the others, and are asked again, over MQTT %i',
    async (version) => {
      broker = await startFakeBroker((packet, socket) => {
        if (packet.type !== PACKET.subscribe) {
          welcome(packet, socket);
          return;
        }
        const isSecret = packet.body.includes('secret');
        if (version === 5) socket.write(suback5(packet.body, [isSecret && packet.connection === 1 ? 0x87 : 0]));
        else socket.write(suback4(packet.body, packet.connection === 1 ? [0, 0x80] : [0, 0]));
        if (packet.connection === 1 && isSecret) setImmediate(() => socket.destroy());
      });
      const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: version });
      const { event, all } = connect(settings, { filters: ['a/#', 'secret/#'] });
      const code = version === 5 ? 0x87 : 0x80;
      expect(await event('FilterRefused')).toEqual({ type: 'FilterRefused', filter: 'secret/#', code });
      expect((await event('FiltersGranted')).count).toBe(1);
      expect((await event('FiltersGranted', 2)).count).toBe(2);
      expect(all('FilterRefused')).toHaveLength(1);
    },
  );
});

describe('a broker that closes each connection soon, without a word', () => {
  /** Longer than a busy machine takes for the 10 ms after which the broker ends a connection. */
  const silence = toDurationMs(1000);
  const timing = { ...LINK_TIMING, firstRetry: toDurationMs(5), maxRetry: toDurationMs(400), silence };
  const isStranger = ({ body }: FakePacket): boolean => body.includes('tidegate-under-test-check');
  /** Ends it 10 ms after our subscriptions; the fourth connection, which has none, and a stranger's, 10 ms after they began. */
  function endSoon(packet: FakePacket, socket: Socket): void {
    const isSilent = packet.connection === 4 || isStranger(packet);
    if (packet.type === (isSilent ? PACKET.connect : PACKET.subscribe)) setTimeout(() => socket.end(), 10);
  }
  const strangers = (): number => broker!.packets.filter((it) => it.type === PACKET.connect && isStranger(it)).length;

  it('but leaves a stranger alone: another client uses our id, and we back off to the longest wait', async () => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type !== PACKET.connect || !isStranger(packet)) endSoon(packet, socket);
    });
    const { event, all } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`), { timing });
    expect(await event('ClientIdContested')).toEqual({
      type: 'ClientIdContested',
      clientId: 'tidegate-under-test',
      isReported: false,
    });
    expect([all('BrokerDisconnected').length, all('BrokerTried').length, strangers()]).toEqual([4, 1, 1]);
    const seenBefore = broker.packets.length;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(broker.packets).toHaveLength(seenBefore);
  });

  it('a stranger too: that is said, and no other client is blamed', async () => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      endSoon(packet, socket);
    });
    const { event, all } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`), { timing });
    expect((await event('BrokerDisconnected', 5)).reason).toMatch(/even a silent one of another client id/);
    expect(all('ClientIdContested')).toEqual([]);
  });

  it('and takes no stranger in: that cannot be told, and is told so', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (isStranger(packet)) return void socket.end(connack5(135));
      welcome(packet, socket);
      endSoon(packet, socket);
    });
    const { event, all } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`), { timing });
    expect((await event('BrokerDisconnected', 5)).reason).toMatch(/another client may use mqtt\.client_id/);
    expect(all('ClientIdContested')).toEqual([]);
  });

  it('once we publish: the silent connection lives, and our messages are named', async () => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type === PACKET.publish) socket.end();
    });
    const { event, all } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`), { timing });
    expect((await event('BrokerDisconnected', 4)).reason).toMatch(
      /soon after our messages, .*access rules for tidegate\/# and its limits/,
    );
    expect([all('ClientIdContested'), strangers()]).toEqual([[], 0]);
  });

  it('is given up at a stop in the middle of the trial', async () => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type !== PACKET.connect || !isStranger(packet)) endSoon(packet, socket);
    });
    const { connection } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`), { timing });
    await expect.poll(strangers).toBe(1);
    await connection.stop();
    const seen = broker.packets.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(broker.packets).toHaveLength(seen);
  });
});

describe('a broker that ends each connection', () => {
  const endsWith = (answer: (body: Buffer) => readonly Buffer[]) => (packet: FakePacket, socket: Socket) => {
    if (packet.type !== PACKET.subscribe) return welcome(packet, socket);
    for (const bytes of answer(packet.body)) socket.write(bytes);
  };

  it.each([
    ['no', [], 'protocol error: suback with 0 codes for 1 filters'],
    ['two', [0, 0], 'protocol error: suback with 2 codes for 1 filters'],
  ] as const)('by an answer with %s codes for one filter is named so', async (_, codes, reason) => {
    broker = await startFakeBroker(endsWith((body) => [suback5(body, codes)]));
    const { event, all } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: 5 }));
    for (let n = 1; n <= 4; n++) expect((await event('BrokerDisconnected', n)).reason).toBe(reason);
    expect([all('ClientIdContested'), all('FiltersGranted')]).toEqual([[], []]);
  });

  it('in place of an answer to our subscriptions is named so', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.type === PACKET.subscribe) socket.end();
      else welcome(packet, socket);
    });
    const { event, all } = connect();
    for (let n = 1; n <= 4; n++) expect((await event('BrokerDisconnected', n)).reason).toMatch(/on our subscriptions/);
    expect(all('ClientIdContested')).toEqual([]);
  });

  it('and says that another client has taken the session over is believed', async () => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type === PACKET.subscribe) socket.end(Buffer.from([0xe0, 2, 142, 0]));
    });
    const { event } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: 5 }));
    expect(await event('ClientIdContested')).toMatchObject({ isReported: true });
  });

  it('and wants no keepalive does not turn ours off', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.type === PACKET.connect) socket.write(connack5(0, [0x13, 0, 0]));
      else if (packet.type !== PACKET.pingreq) welcome(packet, socket);
    });
    const keepalive = toDurationMs(1000);
    const { event } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: 5, keepalive }));
    const { reason } = await event('BrokerDisconnected');
    expect(reason).toMatch(/no answer to our ping|nothing heard/);
    expect(broker.packets.some(({ type }) => type === PACKET.pingreq)).toBe(true);
  });
});

describe('a good session', () => {
  const timing = { ...LINK_TIMING, firstRetry: toDurationMs(10), stableAfter: toDurationMs(30) };

  it('lets the back-off start anew', async () => {
    broker = await startFakeBroker((packet, socket) => {
      if (packet.connection !== 4) {
        socket.end(connack5(136));
        return;
      }
      welcome(packet, socket);
      if (packet.type === PACKET.subscribe) setTimeout(() => socket.end(), 60);
    });
    const { event, all } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`), { timing });
    await event('BrokerRefused', 5);
    // After the good one the loss itself waits 10 ms; the refusals that follow go on from there.
    expect(all('BrokerRefused').map(({ retryIn }) => retryIn)).toEqual([10, 20, 40, 20, 40]);
  });

  it('is no sign of a contested client id, however often it ends', async () => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type === PACKET.subscribe) setTimeout(() => socket.end(), 60);
    });
    const { event, all } = connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`), { timing });
    await event('BrokerConnected', 5);
    expect(all('ClientIdContested')).toEqual([]);
  });
});

describe('the end of a session', () => {
  it("has the broker's own words where MQTT 5 gives them", async () => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type === PACKET.subscribe) socket.end(Buffer.from([0xe0, 2, 142, 0]));
    });
    const { event } = connect();
    expect((await event('BrokerDisconnected')).reason).toBe('another client took over our client id');
  });

  it('may come before the start, and then nothing starts', async () => {
    broker = await startFakeBroker(welcome);
    const { connection, events } = createSubject(settingsFor(`mqtt://127.0.0.1:${broker.port}`));
    await connection.stop({ farewell: OFFLINE });
    connection.start();
    expect(connection.publish({ topic: 'tidegate/x', payload: '', qos: 0, retain: false })).toBe(false);
    expect(events.map(({ type }) => type)).toEqual(['PublishDropped']);
    expect(broker.packets).toEqual([]);
  });

  it('may come while waiting for the next try', async () => {
    broker = await startFakeBroker((_packet, socket) => void socket.end(connack5(136)));
    const { connection, event } = connect();
    await event('BrokerRefused', 2);
    await connection.stop();
    const seen = broker.packets.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(broker.packets).toHaveLength(seen);
  });
});

describe('what a broker offers', () => {
  const MAXIMUM_PACKET_SIZE = 0x27;
  const MAXIMUM_QOS = 0x24;
  const RETAIN_AVAILABLE = 0x25;

  it('is not overstepped: size, QoS, retain', async () => {
    const properties = [MAXIMUM_PACKET_SIZE, 0, 0, 1, 0, MAXIMUM_QOS, 0, RETAIN_AVAILABLE, 0];
    broker = await startFakeBroker((packet, socket) => welcome(packet, socket, properties));
    const { connection, all, online } = connect();
    await online();
    expect(connection.publish({ topic: 'tidegate/big', payload: 'x'.repeat(250), qos: 1, retain: true })).toBe(false);
    expect(all('PublishDropped')).toEqual([{ type: 'PublishDropped', cause: 'too-large', topic: 'tidegate/big' }]);
    expect(connection.publish({ topic: 'tidegate/small', payload: 'x', qos: 1, retain: true })).toBe(true);
    await expect.poll(() => broker!.packets.filter(({ type }) => type === PACKET.publish).length).toBe(2);
    expect(broker.packets.filter(({ type }) => type === PACKET.publish).map(({ flags }) => flags)).toEqual([0, 0]);
  });
});
