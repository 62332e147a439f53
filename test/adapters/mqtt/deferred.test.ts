import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/adapters/mqtt/inbound/delivery.ts';
import type { MqttSettings } from '../../../src/domain/mqttSettings.ts';
import type { Inbound } from '../../../src/domain/sample.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { ownInbound } from '../../pipeline/samples.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { type Relay, startRelay } from '../../support/relay.mjs';
import { createPeer, createSubject, type Peer, type Subject, settingsFor } from './harness.ts';

const session = { persistent: true, expiry: toDurationMs(3_600_000) };

const texts = (messages: readonly Inbound[]): string[] =>
  messages.map(({ payload }) => Buffer.from(payload).toString());
const acknowledge = (messages: readonly Inbound[]): void => {
  for (const { receipt } of messages) receipt?.ack();
};
const deliveryIn = ({ receipt }: Inbound): Delivery => receipt as Delivery;
const isRepeated = ({ receipt }: Inbound): boolean | undefined => receipt?.isRedelivery;

const CASES = ([5, 4] as const).flatMap((protocol) => ([1, 2] as const).map((qos) => ({ protocol, qos })));

describe.skipIf(!hasMosquitto())('deferred acknowledgements, at a real mosquitto', () => {
  let broker: Mosquitto;
  let peer: Peer;
  let relay: Relay;
  let subjects: Subject[];

  beforeEach(async () => {
    broker = await startMosquitto();
    peer = await createPeer(broker.port);
    relay = await startRelay(broker.port);
    subjects = [];
  });

  afterEach(async () => {
    await Promise.all(subjects.map(({ connection }) => connection.stop()));
    await peer.end();
    await relay.stop();
    await broker.stop();
  });

  async function connect(changes: Partial<MqttSettings>, options: Parameters<typeof createSubject>[1] = {}) {
    const settings = settingsFor(`mqtt://127.0.0.1:${relay.port}`, { session, ...changes });
    const subject = createSubject(settings, { acks: 'deferred', ...options });
    subjects.push(subject);
    const online = subject.online();
    subject.connection.start();
    await online;
    return subject;
  }

  async function send(from: number, to: number, qos: 1 | 2): Promise<void> {
    for (let i = from; i < to; i++) await peer.client.publishAsync(`sensors/${i % 3}`, String(i), { qos });
  }

  /** Number of packets of a type that the broker has had from the client under test. */
  const heard = (type: string): number => broker.log().split(`Received ${type} from tidegate-under-test`).length - 1;

  it('begin with a new session once it is on record, and go on at once in one that was there', async () => {
    let sessions = 0;
    let record: () => void = () => undefined;
    const recorded = new Promise<void>((resolve) => {
      record = resolve;
    });
    const subject = createSubject(settingsFor(`mqtt://127.0.0.1:${relay.port}`, { session, qos: 1 }), {
      acks: 'deferred',
    });
    subjects.push(subject);
    subject.connection.start(() => {
      sessions++;
      return recorded;
    });
    await subject.event('BrokerConnected');
    await expect.poll(() => sessions).toBe(1);
    await send(0, 3, 1);
    expect(heard('SUBSCRIBE')).toBe(0);
    const online = subject.online();
    record();
    await online;
    await send(3, 6, 1);
    expect(texts(await subject.messages(3))).toEqual(['3', '4', '5']);

    relay.cut();
    await subject.event('BrokerConnected', 2);
    await send(6, 7, 1);
    await subject.messages(7);
    expect(sessions).toBe(1);
  });

  describe.each(CASES)('MQTT $protocol, QoS $qos', ({ protocol, qos }) => {
    const answer = qos === 1 ? 'PUBACK' : 'PUBREC';

    it('come when they are given, not before', async () => {
      const { messages } = await connect({ protocol, qos });
      await send(0, 10, qos);
      const got = await messages(10);
      expect(texts(got)).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
      expect(got.map(isRepeated)).toEqual(Array(10).fill(false));
      expect(got[0]?.receipt).toMatchObject({ session: 1, window: protocol === 5 ? 1000 : 20 });
      expect(heard(answer)).toBe(0);
      acknowledge(got.slice(0, 4));
      await expect.poll(() => heard(answer)).toBe(4);
      // In one write, and nothing more of the others.
      acknowledge(got);
      await expect.poll(() => heard(answer)).toBe(10);
      if (qos === 2) await expect.poll(() => heard('PUBCOMP')).toBe(10);
    });

    it('that were not given when the connection broke: the messages come again, marked, and only they', async () => {
      const { messages, online, connection } = await connect({ protocol, qos });
      await send(0, 10, qos);
      const first = await messages(10);
      acknowledge(first.slice(0, 4));
      await expect.poll(() => heard(qos === 1 ? 'PUBACK' : 'PUBCOMP')).toBe(4);
      relay.cut();
      await online();
      const again = (await messages(16)).slice(10);
      expect(texts(again)).toEqual(['4', '5', '6', '7', '8', '9']);
      expect(again.map(isRepeated)).toEqual(Array(6).fill(true));
      expect(again.map(deliveryIn).map(({ packetId, session }) => [packetId, session])).toEqual(
        first
          .slice(4)
          .map(deliveryIn)
          .map(({ packetId }) => [packetId, 1]),
      );
      // The old ones have no effect on this connection, though their ids are in use on it.
      acknowledge(first);
      await send(10, 11, qos);
      await messages(17);
      expect(heard(answer)).toBe(4);
      acknowledge(again);
      await expect.poll(() => heard(answer)).toBe(10);
      await connection.stop();
    });

    it('wait over the end of a process: what it had not acknowledged, and what came while it was away', async () => {
      const first = await connect({ protocol, qos });
      await send(0, 6, qos);
      acknowledge((await first.messages(6)).slice(0, 2));
      first.connection.closeIntake();
      await send(6, 9, qos);
      await first.connection.stop();
      await send(9, 12, qos);
      const second = await connect({ protocol, qos });
      const got = await second.messages(10);
      expect(texts(got)).toEqual(['2', '3', '4', '5', '6', '7', '8', '9', '10', '11']);
      expect(got.slice(0, 4).map(isRepeated)).toEqual([true, true, true, true]);
      expect(got.at(-1)?.receipt).toMatchObject({ session: 0, isRedelivery: false });
      acknowledge(got);
      // Answers that are under way when the connection closes may not be read any more: then the messages come again.
      await expect.poll(() => heard(qos === 1 ? 'PUBACK' : 'PUBCOMP')).toBeGreaterThanOrEqual(12);
      await second.connection.stop();
      const third = await connect({ protocol, qos });
      await send(12, 13, qos);
      expect(texts(await third.messages(1))).toEqual(['12']);
    });
  });

  it('may be withheld for four keepalives, whatever version and QoS', async () => {
    const keepalive = toDurationMs(2000);
    const all = await Promise.all(
      CASES.map(async ({ protocol, qos }) => {
        const clientId = `patient-${protocol}-${qos}`;
        const subject = await connect({ protocol, qos, clientId, keepalive });
        const heardOfIt = (type: string) => broker.log().split(`Received ${type} from ${clientId}`).length - 1;
        // MQTT 3.1.1 knows no receive maximum: the broker waits after 20.
        return { ...subject, heardOfIt, qos, held: protocol === 5 ? 40 : 20 };
      }),
    );
    await send(0, 40, 2);
    const got = await Promise.all(all.map(({ messages, held }) => messages(held)));
    await new Promise((resolve) => setTimeout(resolve, 8000));
    for (const [i, { connection, event, messages, held, heardOfIt, qos, all: events }] of all.entries()) {
      expect(heardOfIt('PINGREQ')).toBeGreaterThan(2);
      // Nor are the answers to our own messages in the way; the first was the greeting.
      connection.publish({ topic: 'tidegate/x', payload: '1', qos: 1, retain: false });
      await event('MessagePublished', 2);
      acknowledge(got[i] as Inbound[]);
      const rest = (await messages(40)).slice(held);
      acknowledge(rest);
      expect(texts([...(got[i] as Inbound[]), ...rest])).toEqual(Array.from({ length: 40 }, (_, n) => String(n)));
      await expect.poll(() => heardOfIt(qos === 1 ? 'PUBACK' : 'PUBCOMP')).toBe(40);
      expect(events('BrokerDisconnected')).toEqual([]);
    }
  });

  it.each([
    [5, 30],
    [4, 20],
  ] as const)('make the broker wait when the window is full, MQTT %i: %i messages', async (protocol, window) => {
    const { messages, inbound } = await connect({ protocol, qos: 1 }, { receiveMaximum: 30 });
    await send(0, 50, 1);
    const first = await messages(window);
    expect(deliveryIn(first[0] as Inbound).window).toBe(window);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(inbound).toHaveLength(window);
  });

  it('of a broker that oversteps the window are taken in parts, each message once and in order', async () => {
    const { messages, inbound, all, connection } = await connect(
      { protocol: 5, qos: 1 },
      { receiveMaximum: 10, mostUnacknowledged: 30 },
    );
    await send(0, 100, 1);
    const waiting: Inbound[] = [...(await messages(10))];
    let most = 0;
    connection.inbound$.subscribe((message) => {
      waiting.push(ownInbound(message));
      most = Math.max(most, waiting.length);
    });
    const timer = setInterval(() => acknowledge(waiting.splice(0, 5)), 5);
    await messages(100);
    await expect.poll(() => heard('PUBACK')).toBe(100);
    clearInterval(timer);
    expect(texts(inbound)).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
    expect(most).toBe(30);
    expect(all('BrokerDisconnected')[0]?.reason).toContain('more messages than we can hold');
  });

  it('wait with the broker while there is no room, and come in order once there is', async () => {
    let isRoom = true;
    const { messages, inbound } = await connect(
      { protocol: 5, qos: 1 },
      { receiveMaximum: 100, hasRoom: () => isRoom },
    );
    await send(0, 10, 1);
    const first = await messages(10);
    isRoom = false;
    await send(10, 60, 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(inbound).toHaveLength(10);
    isRoom = true;
    acknowledge(first);
    acknowledge((await messages(60)).slice(10));
    expect(texts(inbound)).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
  });

  it('that the intake has no use for are given in their turn', async () => {
    await peer.publish('sensors/old', 'retained', { retain: true });
    const subject = await connect({ protocol: 5, qos: 1 }, { filters: ['sensors/#', 'tidegate/#'] });
    await send(0, 2, 1);
    await peer.publish('tidegate/of/another', 'x');
    await send(2, 4, 1);
    const got = await subject.messages(4);
    expect(subject.all('InputDropped').map(({ reason }) => reason)).toEqual(['retained', 'own-output']);
    // Nothing came before the retained one.
    await expect.poll(() => heard('PUBACK')).toBe(1);
    acknowledge(got.slice(0, 2));
    await expect.poll(() => heard('PUBACK')).toBe(4);
    acknowledge(got);
    await expect.poll(() => heard('PUBACK')).toBe(6);
  });

  it('are not replayed what the broker retains when the session is resumed (MQTT 5)', async () => {
    await peer.publish('sensors/old', 'retained', { retain: true });
    const { event, all, online, messages } = await connect({ protocol: 5, qos: 1 });
    await event('InputDropped');
    await expect.poll(() => heard('PUBACK')).toBe(1);
    relay.cut();
    await online();
    await send(0, 1, 1);
    await messages(1);
    expect(all('InputDropped')).toHaveLength(1);
  });

  it.each([5, 4] as const)('give up what a former configuration had subscribed to, over MQTT %i', async (protocol) => {
    const filters = ['sensors/#', 'old/#', 'sensors/+'];
    const before = await connect({ protocol, qos: 1 }, { filters });
    await before.connection.stop();
    for (const topic of ['sensors/0', 'sensors/1', 'old/0']) await peer.publish(topic, `queued ${topic}`);
    const now = ['sensors/+', 'sensors/+/x'];
    const { messages, connection } = await connect({ protocol, qos: 1 }, { filters: now, formerFilters: filters });
    expect(texts(await messages(3))).toEqual(['queued sensors/0', 'queued sensors/1', 'queued old/0']);
    // Both subscribed to until this is answered; the UNSUBSCRIBE went before the greeting.
    // MQTT 5: a copy of the first message is acknowledged, and another one follows that.
    await expect.poll(() => heard('UNSUBSCRIBE')).toBe(protocol === 5 ? 2 : 1);
    for (const topic of ['old/1', 'sensors/2', 'sensors/a/x']) await peer.publish(topic, topic);
    expect(texts(await messages(5)).slice(3)).toEqual(['sensors/2', 'sensors/a/x']);
    await connection.stop();
  });

  it.each(CASES)('at once: nothing is lost over a cut, MQTT $protocol, QoS $qos', async ({ protocol, qos }) => {
    const { messages, online } = await connect({ protocol, qos }, { acks: 'at-once' });
    const sent = send(0, 300, qos);
    await messages(50);
    relay.cut();
    await online();
    await sent;
    await messages(300);
    await expect.poll(() => new Set(texts(subjects[0]?.inbound ?? [])).size).toBe(300);
    expect(subjects[0]?.inbound.some(({ receipt }) => receipt !== undefined)).toBe(false);
  });
});
