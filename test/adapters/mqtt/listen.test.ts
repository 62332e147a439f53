import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedBroker } from '../../../src/adapters/broker/embeddedBroker.ts';
import type { Heard } from '../../../src/domain/listen.ts';
import { PreparedTopic } from '../../../src/domain/outgoing.ts';
import type { OutputBytes } from '../../../src/domain/outputBytes.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { hasMosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { type Relay, startRelay } from '../../support/relay.mjs';
import { type FakePacket, PACKET, startFakeBroker, suback5, welcome } from './fakeBroker.ts';
import { createPeer, createSubject, ONLINE, type Peer, STATE, type Subject, settingsFor } from './harness.ts';

interface TestBroker {
  readonly port: number;
  stop(): Promise<unknown>;
}

async function startEmbedded(): Promise<TestBroker> {
  const { url, stop } = await startEmbeddedBroker({});
  return { port: Number(new URL(url).port), stop };
}

interface Ear {
  readonly heard: string[];
  readonly handler: (message: Heard) => void;
  until(text: string): Promise<void>;
}

function createEar(): Ear {
  const heard: string[] = [];
  return {
    heard,
    handler: ({ topic, payload, retained }) =>
      void heard.push(`${retained ? 'retained ' : ''}${topic} ${Buffer.from(payload).toString()}`),
    until: (text) => expect.poll(() => heard, { interval: 10 }).toContain(text),
  };
}

function writeText(out: OutputBytes, text: string): void {
  out.reserve(text.length);
  out.length += out.bytes.write(text, out.length, 'latin1');
}

const topicsIn = ({ inbound }: Subject): string[] =>
  inbound.map(({ topic, payload }) => `${topic} ${Buffer.from(payload).toString()}`);

/** Several filters, and only one: with MQTT 5 a single filter has no identifier until a listener comes. */
const FILTERS: readonly { readonly filters: readonly string[] }[] = [
  { filters: ['sensors/#'] },
  { filters: ['sensors/#', 'other/+'] },
];

function listenContract(start: () => Promise<TestBroker>, protocol: 4 | 5): void {
  let broker: TestBroker;
  let relay: Relay;
  let peer: Peer;
  let subject: Subject;

  beforeEach(async () => {
    broker = await start();
    relay = await startRelay(broker.port);
    peer = await createPeer(broker.port, { protocolVersion: protocol });
  });

  afterEach(async () => {
    await subject.connection.stop();
    await peer.end();
    await relay.stop();
    await broker.stop();
  });

  function create(filters: readonly string[] = ['sensors/#']): Subject {
    subject = createSubject(settingsFor(`mqtt://127.0.0.1:${relay.port}`, { protocol, qos: 1 }), { filters });
    return subject;
  }

  async function connect(): Promise<void> {
    const online = subject.online();
    subject.connection.start();
    await online;
  }

  /** Comes back from the broker after everything that was asked for before it. */
  async function settle(): Promise<void> {
    const ear = createEar();
    const end = subject.connection.listen('settled/+', ear.handler);
    await expect
      .poll(async () => {
        await peer.publish('settled/now', 'x');
        return ear.heard.length;
      })
      .toBeGreaterThan(0);
    end();
  }

  it('hears what streams do not, retained messages too', async () => {
    await peer.publish('commands/old', 'kept', { retain: true });
    const ear = createEar();
    create().connection.listen('commands/+', ear.handler);
    await connect();
    await ear.until('retained commands/old kept');
    await peer.publish('commands/now', 'go');
    await ear.until('commands/now go');
    await peer.publish('sensors/a', '1');
    await subject.messages(1);
    expect(topicsIn(subject)).toEqual(['sensors/a 1']);
    expect(ear.heard).toHaveLength(2);
  });

  it.each(FILTERS)(
    'gives a message that a stream and a listener want to both, once each ($filters)',
    async ({ filters }) => {
      await peer.publish('sensors/a/set', 'old', { retain: true });
      const early = createEar();
      create(filters).connection.listen('sensors/+/set', early.handler);
      await connect();
      const late = createEar();
      subject.connection.listen('sensors/#', late.handler);
      await settle();
      for (const number of ['1', '2']) await peer.publish('sensors/a/set', number);
      await peer.publish('sensors/b', '3');
      await late.until('sensors/b 3');
      await subject.messages(3);
      await settle();
      expect(topicsIn(subject)).toEqual(['sensors/a/set 1', 'sensors/a/set 2', 'sensors/b 3']);
      expect(early.heard.slice(0, 1)).toEqual(['retained sensors/a/set old']);
      expect(early.heard.filter((it) => !it.startsWith('retained'))).toEqual(['sensors/a/set 1', 'sensors/a/set 2']);
      expect(late.heard).toContain('retained sensors/a/set old');
      expect(late.heard.filter((it) => !it.startsWith('retained'))).toEqual(topicsIn(subject));
    },
  );

  it('begins while the connection is up, beside a single filter of streams', async () => {
    create();
    await connect();
    const ear = createEar();
    subject.connection.listen('sensors/a', ear.handler);
    await settle();
    await peer.publish('sensors/a', '1');
    await peer.publish('sensors/b', '2');
    await subject.messages(2);
    await settle();
    expect(topicsIn(subject)).toEqual(['sensors/a 1', 'sensors/b 2']);
    expect(ear.heard).toEqual(['sensors/a 1']);
  });

  it('does not hear what this process publishes itself, and hears the same of others', async () => {
    const ear = createEar();
    create().connection.listen('commands/+', ear.handler);
    await connect();
    subject.connection.publish({ topic: 'commands/a', payload: 'ours', qos: 1, retain: false });
    subject.connection.publish({ topic: 'commands/a', payload: 'both', qos: 0, retain: false });
    const watch = await peer.watch('commands/+');
    subject.connection.publish({ topic: 'commands/b', payload: 'last', qos: 1, retain: false });
    await watch.until('commands/b', 'last');
    await settle();
    expect(ear.heard).toEqual([]);
    await peer.publish('commands/a', 'both');
    await ear.until('commands/a both');
    expect(ear.heard).toEqual(['commands/a both']);
  });

  it('hears again after the connection was lost', async () => {
    const ear = createEar();
    create().connection.listen('commands/+', ear.handler);
    await connect();
    await settle();
    const online = subject.event('BrokerConnected', 2);
    relay.cut();
    await online;
    await expect
      .poll(async () => {
        await peer.publish('commands/a', 'again');
        return ear.heard;
      })
      .toContain('commands/a again');
  });

  it('hears nothing after its end, and the broker sends nothing any more', async () => {
    const [one, other] = [createEar(), createEar()];
    const end = create().connection.listen('commands/+', one.handler);
    const endOther = subject.connection.listen('commands/+', other.handler);
    await connect();
    await settle();
    end();
    end();
    await peer.publish('commands/a', '1');
    await other.until('commands/a 1');
    endOther();
    await settle();
    await peer.publish('commands/a', '2');
    await settle();
    expect([one.heard, other.heard]).toEqual([[], ['commands/a 1']]);
    // Without a listener for it, a message that the broker sends would be a reading without a stream.
    expect(topicsIn(subject)).toEqual([]);
  });

  it('hears nothing of what it publishes itself, be it by a payload that writes itself', async () => {
    const ear = createEar();
    create().connection.listen('commands/+', ear.handler);
    await connect();
    await settle();
    const payload = { writeTo: (out: OutputBytes) => writeText(out, 'written') };
    const { connection } = subject;
    expect(connection.publishTo(new PreparedTopic('commands/a'), payload, false, toDurationMs(0))).toBe(true);
    connection.publish({ topic: 'commands/a', payload: 'plain', qos: 0, retain: false });
    await peer.publish('commands/a', 'of another');
    await ear.until('commands/a of another');
    await settle();
    expect(ear.heard).toEqual(['commands/a of another']);
  });

  it('tells where the sender wants its answer, and answers with its correlation data (MQTT 5)', async () => {
    const replies: unknown[] = [];
    const { connection } = create();
    connection.listen('commands/+', ({ reply }) => {
      replies.push(reply);
      const correlation = reply?.correlation;
      for (const qos of [0, 1] as const)
        connection.publish({ topic: `answers/${qos}`, payload: 'done', qos, retain: false, correlation });
    });
    await connect();
    const answers: string[] = [];
    peer.client.on('message', (topic, payload, packet) => {
      answers.push(`${topic} ${payload} ${packet.properties?.correlationData?.toString('hex')}`);
    });
    await peer.client.subscribeAsync('answers/+', { qos: 1 });
    const properties = { responseTopic: 'answers/me', correlationData: Buffer.of(0, 255, 7) };
    // A server of 3.1.1 has no properties.
    for (const qos of [0, 1] as const)
      await peer.client.publishAsync('commands/a', 'x', { qos, ...(protocol === 5 && { properties }) });
    await expect.poll(() => answers.length).toBe(4);
    const back = protocol === 5 ? '00ff07' : 'undefined';
    expect(answers.sort()).toEqual([0, 0, 1, 1].map((qos) => `answers/${qos} done ${back}`));
    const expected = protocol === 5 ? { topic: 'answers/me', correlation: Buffer.of(0, 255, 7) } : undefined;
    expect(replies).toEqual([expected, expected]);
  });

  it('is subscribed before the greeting says that we are there, on every link', async () => {
    const ear = createEar();
    create().connection.listen('commands/+', ear.handler);
    await peer.client.subscribeAsync(STATE, { qos: 1 });
    let greetings = 0;
    peer.client.on('message', (topic, payload) => {
      if (topic === STATE && payload.equals(Buffer.from(ONLINE.payload)))
        peer.client.publish('commands/now', String(++greetings));
    });
    await connect();
    for (let link = 1; link <= 5; link++) {
      await ear.until(`commands/now ${link}`);
      relay.cut();
    }
    await ear.until('commands/now 6');
    expect(ear.heard).toHaveLength(6);
  });

  // The embedded broker keeps no sessions.
  it.skipIf(start === startEmbedded)(
    'hears once the link is back what came meanwhile, in a session with QoS 1',
    async () => {
      const ear = createEar();
      const session = { persistent: true, expiry: toDurationMs(3_600_000) };
      subject = createSubject(settingsFor(`mqtt://127.0.0.1:${relay.port}`, { protocol, qos: 1, session }));
      subject.connection.listen('commands/+', ear.handler);
      await connect();
      await relay.stop();
      await peer.client.publishAsync('commands/now', 'while away', { qos: 1 });
      await peer.client.publishAsync('sensors/a', '1', { qos: 1 });
      relay = await startRelay(broker.port, relay.port);
      await ear.until('commands/now while away');
      await subject.messages(1);
      expect([ear.heard, topicsIn(subject)]).toEqual([['commands/now while away'], ['sensors/a 1']]);
    },
  );

  it('hears nothing after the stop of the connection', async () => {
    const ear = createEar();
    create().connection.listen('commands/+', ear.handler);
    await connect();
    await settle();
    await subject.connection.stop();
    await peer.publish('commands/a', '1');
    expect(ear.heard).toEqual([]);
  });
}

describe('listening at the embedded broker, over MQTT 3.1.1', () => listenContract(startEmbedded, 4));

describe.skipIf(!hasMosquitto()).each([5, 4] as const)('listening at mosquitto, over MQTT %i', (protocol) =>
  listenContract(startMosquitto, protocol),
);

/** @returns the packet id of a PUBLISH with QoS 1, which stands behind its topic */
function packetIdOf({ body }: FakePacket): Buffer {
  const at = 2 + body.readUInt16BE(0);
  return body.subarray(at, at + 2);
}

describe('listening', () => {
  it('is answered by the broker before the greeting goes out', async () => {
    const subscriptions: FakePacket[] = [];
    let answerLast: () => void = () => undefined;
    const broker = await startFakeBroker((packet, socket) => {
      if (packet.type === PACKET.publish) socket.write(Buffer.of(0x40, 2, ...packetIdOf(packet)));
      if (packet.type !== PACKET.subscribe) return welcome(packet, socket);
      answerLast = () => socket.write(suback5(packet.body, [0]));
      if (subscriptions.push(packet) === 1) answerLast();
    });
    const { connection, online } = createSubject(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: 5 }));
    connection.listen('commands/+', () => undefined);
    connection.start();
    await expect.poll(() => subscriptions.length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const published = () => broker.packets.filter(({ type }) => type === PACKET.publish).length;
    expect(published()).toBe(0);
    answerLast();
    await online();
    await expect.poll(published).toBe(1);
    await connection.stop();
    await broker.stop();
  });

  it('refuses filters that MQTT does not allow, and more than it can hold', () => {
    const { connection } = createSubject(settingsFor('mqtt://127.0.0.1:1'));
    expect(() => connection.listen('a/#/b', () => undefined)).toThrow(/not a MQTT topic filter/);
    const ends = Array.from({ length: 256 }, (_, i) => connection.listen(`a/${i}`, () => undefined));
    expect(() => connection.listen('one/more', () => undefined)).toThrow(/256/);
    ends[7]?.();
    expect(() => connection.listen('one/more', () => undefined)).not.toThrow();
  });
});
