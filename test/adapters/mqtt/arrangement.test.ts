import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { createPeer, createSubject, OFFLINE, ONLINE, type Peer, STATE, type Subject, settingsFor } from './harness.ts';

const LISTS = [['a/+'], ['a/+', 'c'], ['a/+', 'a/#', 'c'], ['a/+', 'c', 'd'], ['a/+', '+/x']];

describe.skipIf(!hasMosquitto())('filters that change while the link is there, at a real mosquitto', () => {
  let broker: Mosquitto;
  let peer: Peer;
  let subject: Subject;

  beforeEach(async () => {
    broker = await startMosquitto();
    peer = await createPeer(broker.port);
  });
  afterEach(async () => {
    await subject.connection.stop();
    await peer.end();
    await broker.stop();
  });

  const settings = (changes: Parameters<typeof settingsFor>[1] = {}) =>
    settingsFor(`mqtt://127.0.0.1:${broker.port}`, changes);
  const connect = async (...args: Parameters<typeof createSubject>): Promise<Subject> => {
    subject = createSubject(...args);
    const online = subject.online();
    subject.connection.start();
    await online;
    return subject;
  };
  const payloadsOf = (topic: string): string[] =>
    subject.inbound.filter((it) => it.topic === topic).map(({ payload }) => Buffer.from(payload).toString());

  it.each([
    [5, 0, false],
    [5, 1, true],
    [4, 0, false],
    [4, 1, true],
  ] as const)(
    'lose no message of a filter that stays, and see none twice: MQTT %i, QoS %i',
    async (protocol, qos, persistent) => {
      const own = settings({ protocol, qos, session: { persistent, expiry: toDurationMs(60_000) } });
      const { connection } = await connect(own, { filters: LISTS[0] as string[] });
      let sent = 0;
      let isOver = false;
      const sending = (async () => {
        while (!isOver) {
          for (let burst = 0; burst < 5; burst++) await peer.client.publishAsync('a/x', String(sent++), { qos });
          await pause(1);
        }
      })();
      for (let round = 0; round < 30; round++)
        await connection.arrange({ settings: own, filters: LISTS[round % LISTS.length] as string[] });
      isOver = true;
      await sending;
      await expect.poll(() => payloadsOf('a/x').length, { timeout: 60_000 }).toBeGreaterThanOrEqual(sent);
      const seen = payloadsOf('a/x');
      expect(new Set(seen).size).toBe(sent);
      // Brokers of MQTT 3.1.1 do not say which subscription a copy is for.
      if (protocol === 5) expect(seen).toEqual(Array.from({ length: sent }, (_, i) => String(i)));
      expect(subject.all('BrokerConnected')).toHaveLength(1);
    },
  );

  it('are heard from then on, and those that are gone are not', async () => {
    const { connection, messages } = await connect(settings(), { filters: ['a'] });
    await connection.arrange({ settings: settings(), filters: ['b', 'c'] });
    for (const topic of ['a', 'b', 'c']) await peer.publish(topic, topic);
    expect((await messages(2)).map(({ topic }) => topic)).toEqual(['b', 'c']);
    await connection.arrange({ settings: settings(), filters: ['a'] });
    for (const topic of ['b', 'c', 'a']) await peer.publish(topic, topic);
    expect((await messages(3)).map(({ topic }) => topic)).toEqual(['b', 'c', 'a']);
  });

  it('leave a listener what it hears, whether streams have its filter too or not', async () => {
    const { connection } = await connect(settings(), { filters: ['a', 'b'] });
    const heard: string[] = [];
    connection.listen('b', ({ payload }) => heard.push(Buffer.from(payload).toString()));
    for (const [i, filters] of [['a'], ['a', 'b'], ['c'], ['b']].entries()) {
      await connection.arrange({ settings: settings(), filters });
      await expect
        .poll(
          async () => {
            await peer.publish('b', String(i));
            return heard.at(-1);
          },
          { timeout: 60_000 },
        )
        .toBe(String(i));
    }
  });

  it('wait for the next connection where there is none', async () => {
    const { connection, all, messages } = await connect(settings(), { filters: ['a'] });
    await broker.kill();
    await subject.event('BrokerDisconnected');
    await connection.arrange({ settings: settings(), filters: ['b'] });
    await broker.restart();
    await peer.end();
    peer = await createPeer(broker.port);
    await expect.poll(() => all('FiltersGranted').length, { timeout: 60_000 }).toBe(2);
    await peer.publish('b', '1');
    expect((await messages(1))[0]?.topic).toBe('b');
  });
});

describe.skipIf(!hasMosquitto())('a link that leads elsewhere, at real mosquittos', () => {
  let one: Mosquitto;
  let other: Mosquitto;
  let subject: Subject;

  beforeEach(async () => {
    [one, other] = await Promise.all([startMosquitto(), startMosquitto()]);
  });
  afterEach(async () => {
    await subject.connection.stop();
    await Promise.all([one.stop(), other.stop()]);
  });

  const settingsAt = ({ port }: Mosquitto, user?: string) =>
    settingsFor(`mqtt://127.0.0.1:${port}`, {
      user,
      qos: 1,
      session: { persistent: true, expiry: toDurationMs(60_000) },
    });

  it('says goodbye, tells what is left unacknowledged, and the session of before collects nothing more', async () => {
    subject = createSubject(settingsAt(one), { filters: ['a'], acks: 'deferred' });
    const online = subject.online();
    subject.connection.start();
    await online;
    const peer = await createPeer(one.port);
    for (const payload of ['1', '2']) await peer.publish('a', payload);
    const [first] = await subject.messages(2);
    first?.receipt?.ack();
    await subject.connection.arrange({ settings: settingsAt(other), filters: ['a'] }, OFFLINE);
    expect(await subject.event('SessionLeft')).toMatchObject({ unacknowledged: 1 });
    await (await peer.watch(STATE)).until(STATE, OFFLINE.payload);
    const there = await createPeer(other.port);
    await (await there.watch(STATE)).until(STATE, ONLINE.payload);
    await expect.poll(() => subject.all('FiltersGranted').length, { timeout: 60_000 }).toBe(2);
    for (const [at, payload] of [
      [peer, 'old'],
      [there, 'new'],
    ] as const)
      await at.publish('a', payload);
    const third = (await subject.messages(3))[2];
    expect(Buffer.from(third?.payload ?? '').toString()).toBe('new');
    expect(third?.receipt).toMatchObject({ session: 2 });
    await Promise.all([peer.end(), there.end()]);
  });

  it('goes on in its session where only the name at the broker has changed', async () => {
    subject = createSubject(settingsAt(one), { filters: ['a'] });
    const online = subject.online();
    subject.connection.start();
    await online;
    await subject.connection.arrange({ settings: settingsAt(one, 'somebody'), filters: ['a'] });
    await expect.poll(() => subject.all('BrokerConnected').length, { timeout: 60_000 }).toBe(2);
    expect([subject.all('SessionLeft'), subject.all('BrokerDisconnected')[0]?.reason]).toEqual([
      [],
      'the settings of the link have changed',
    ]);
  });

  it('is tried at once, and again, where the broker of before was out of reach', async () => {
    subject = createSubject(settingsAt(one), { filters: ['a'] });
    await one.stop();
    subject.connection.start();
    await subject.event('BrokerRefused');
    const online = subject.online();
    await subject.connection.arrange({ settings: settingsAt(other), filters: ['a'] }, OFFLINE);
    await online;
    expect(subject.all('BrokerConnected').map(({ server }) => server)).toEqual([`mqtt://127.0.0.1:${other.port}`]);
  });
});
