import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import { startRelay } from '../../support/relay.mjs';
import { slowness } from '../../support/slowness.ts';
import { createPeer, createSubject, OFFLINE, ONLINE, type Peer, STATE, type Subject, settingsFor } from './harness.ts';

describe.skipIf(!hasMosquitto())('the connection, at a real mosquitto', () => {
  let broker: Mosquitto;
  let peer: Peer;
  let subject: Subject | undefined;

  beforeEach(async () => {
    broker = await startMosquitto();
    peer = await createPeer(broker.port);
  });

  afterEach(async () => {
    await subject?.connection.stop();
    await peer.end();
    await broker.stop();
  });

  async function connect(...args: Parameters<typeof createSubject> | []): Promise<Subject> {
    subject = createSubject(args[0] ?? settingsFor(`mqtt://127.0.0.1:${broker.port}`), args[1]);
    const online = subject.online();
    subject.connection.start();
    await online;
    return subject;
  }

  it.each([5, 4] as const)('hands over messages as they came, over MQTT %i', async (protocol) => {
    const { event, messages } = await connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol }));
    expect(await event('BrokerConnected')).toEqual({
      type: 'BrokerConnected',
      server: `mqtt://127.0.0.1:${broker.port}`,
      protocol,
    });
    expect(await event('FiltersGranted')).toEqual({ type: 'FiltersGranted', count: 1 });
    await peer.publish('elsewhere/a', '0');
    await peer.publish('sensors/a', '1.5');
    await peer.publish('sensors/b', '{"t":2}');
    const [first, second] = await messages(2);
    expect(first).toMatchObject({ topic: 'sensors/a', receivedAt: 42, retained: false });
    expect(Buffer.from(first!.payload).toString()).toBe('1.5');
    expect(second?.topic).toBe('sensors/b');
  });

  it.each([0, 1, 2] as const)('hands over the media type that a sender declares, QoS %i', async (qos) => {
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { qos: qos === 0 ? 0 : 1 });
    const { messages } = await connect(settings);
    const properties = { contentType: 'application/senml+json' };
    await peer.client.publishAsync('sensors/a', '[]', { qos, properties });
    await peer.publish('sensors/b', '1');
    const [declared, plain] = await messages(2);
    expect([declared?.contentType, plain?.contentType]).toEqual(['application/senml+json', undefined]);
  });

  it('speaks MQTT 5 by itself where the broker does', async () => {
    const { all } = await connect();
    expect(all('BrokerConnected')[0]?.protocol).toBe(5);
    expect(all('ProtocolDowngraded')).toEqual([]);
  });

  it.each([5, 4] as const)(
    'drops what the broker replays and counts live messages of retaining publishers, over MQTT %i',
    async (protocol) => {
      await peer.publish('sensors/old', 'yesterday', { retain: true });
      const { event, messages, all } = await connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol }));
      expect(await event('InputDropped')).toEqual({ type: 'InputDropped', reason: 'retained', topic: 'sensors/old' });
      await peer.publish('sensors/old', 'today', { retain: true });
      const [live] = await messages(1);
      expect(Buffer.from(live!.payload).toString()).toBe('today');
      expect(all('MessageReceived')).toHaveLength(1);
      expect(all('InputDropped')).toHaveLength(1);
    },
  );

  it.each([5, 4] as const)('sees each message once where filters overlap, over MQTT %i', async (protocol) => {
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol, qos: 1 });
    const { messages, inbound } = await connect(settings, {
      filters: ['sensors/+/t', 'sensors/#', '#', 'sensors/a/t', 'sensors/#'],
    });
    for (let i = 0; i < 50; i++) await peer.publish(i % 2 === 0 ? 'sensors/a/t' : 'other/x', String(i));
    await peer.publish('sensors/end', 'end');
    await messages(51);
    expect(inbound.map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      ...Array.from({ length: 50 }, (_, i) => String(i)),
      'end',
    ]);
  });

  it('never takes its own output for input', async () => {
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol: 4 });
    const { connection, event, messages, inbound } = await connect(settings, { filters: ['#'] });
    connection.publish({ topic: 'tidegate/kitchen/forecast', payload: '1', qos: 0, retain: false });
    expect(await event('InputDropped')).toEqual({ type: 'InputDropped', reason: 'own-output', topic: STATE });
    expect(await event('InputDropped', 2)).toMatchObject({ topic: 'tidegate/kitchen/forecast' });
    await peer.publish('tidegates/are/not/ours', '1');
    await messages(1);
    expect(inbound.map(({ topic }) => topic)).toEqual(['tidegates/are/not/ours']);
  });

  it('is spared its own messages by a MQTT 5 broker', async () => {
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`);
    const { connection, all, messages } = await connect(settings, { filters: ['#', 'sensors/#'] });
    connection.publish({ topic: 'tidegate/kitchen/forecast', payload: '1', qos: 1, retain: false });
    connection.publish({ topic: 'sensors/by/us', payload: '1', qos: 1, retain: false });
    await peer.publish('sensors/a', '1');
    expect((await messages(1))[0]?.topic).toBe('sensors/a');
    expect(all('InputDropped')).toEqual([]);
  });

  it('says online once the subscriptions stand, and says farewell on stop', async () => {
    const watch = await peer.watch(STATE);
    const { connection } = await connect();
    await watch.until(STATE, ONLINE.payload);
    const completed = new Promise<void>((resolve) => connection.inbound$.subscribe({ complete: resolve }));
    const startedAt = performance.now();
    await Promise.all([connection.stop({ farewell: OFFLINE }), connection.stop({ farewell: OFFLINE })]);
    expect(performance.now() - startedAt).toBeLessThan(1000 * slowness());
    await completed;
    await watch.until(STATE, OFFLINE.payload);
    // Retained: a later client sees it too; and only once: the will was not needed.
    const late = await createPeer(broker.port);
    expect(await (await late.watch(STATE)).until(STATE)).toBe(`retained ${STATE} ${OFFLINE.payload}`);
    expect(watch.seen.filter((it) => it.endsWith(OFFLINE.payload))).toHaveLength(1);
    await late.end();
  });

  it('takes nothing in any more after closeIntake, and still publishes', async () => {
    const { connection, inbound } = await connect();
    connection.closeIntake();
    const watch = await peer.watch('#');
    await peer.publish('sensors/a', 'too late');
    expect(connection.publish({ topic: 'tidegate/x', payload: 'last', qos: 1, retain: false })).toBe(true);
    await watch.until('tidegate/x', 'last');
    expect(inbound).toEqual([]);
  });

  it('leaves its will when the wire is cut, and comes back online by itself', async () => {
    const relay = await startRelay(broker.port);
    const watch = await peer.watch(STATE);
    const { event, online, connection } = await connect(settingsFor(`mqtt://127.0.0.1:${relay.port}`));
    await watch.until(STATE, ONLINE.payload);
    // Others may hear of it before we have the broker's answer.
    await event('MessagePublished');
    relay.cut();
    expect((await event('BrokerDisconnected')).reason).toBe(`ECONNRESET 127.0.0.1:${relay.port}`);
    await watch.until(STATE, OFFLINE.payload);
    await event('BrokerConnected', 2);
    await online();
    await event('MessagePublished', 2);
    expect(watch.seen.map((it) => it.slice(it.indexOf('{')))).toEqual([
      ONLINE.payload,
      OFFLINE.payload,
      ONLINE.payload,
    ]);
    await connection.stop();
    await relay.stop();
  });

  it('comes back when another client has taken its id once', async () => {
    const { event, all } = await connect();
    const intruder = await createPeer(broker.port, { clientId: 'tidegate-under-test' });
    expect((await event('BrokerDisconnected')).reason).toBe('the broker closed the connection');
    await event('BrokerConnected', 2);
    expect(all('ClientIdContested')).toEqual([]);
    await intruder.end();
  });

  it.each([5, 4] as const)('finds out over MQTT %i that another client goes on taking its id', async (protocol) => {
    const intruder = await createPeer(broker.port, { clientId: 'tidegate-under-test', reconnectPeriod: 40 });
    const { event } = await connect(settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol }));
    expect((await event('ClientIdContested')).clientId).toBe('tidegate-under-test');
    await intruder.end();
  });

  it.each([
    [5, 0],
    [5, 1],
    [4, 0],
    [4, 1],
  ] as const)(
    'hears of a message of 1.5 MB, and of one of 30 MB, without holding them, over MQTT %i with QoS %i',
    async (protocol, qos) => {
      const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { protocol, qos });
      const { messages, all } = await connect(settings, { longestPayload: 1000 });
      await peer.publish('sensors/a', 'x'.repeat(1_500_000), { qos });
      await peer.publish('sensors/b', 'y'.repeat(30_000_000), { qos });
      await peer.publish('sensors/c', '1', { qos });
      const [a, b, c] = await messages(3);
      expect([a?.topic, b?.topic, c?.topic]).toEqual(['sensors/a', 'sensors/b', 'sensors/c']);
      for (const it of [a, b]) {
        expect(it?.payload.length).toBeGreaterThan(1000);
        expect(it?.payload.length).toBeLessThan(70_000);
      }
      expect([Buffer.from(c?.payload ?? []).toString(), all('BrokerDisconnected')]).toEqual(['1', []]);
    },
  );

  it('reconnects and subscribes again after a broker restart', async () => {
    const { connection, event, all, messages, online } = await connect();
    await event('MessagePublished');
    await broker.kill();
    await event('BrokerDisconnected');
    expect(connection.publish({ topic: 'tidegate/x', payload: '1', qos: 1, retain: true })).toBe(false);
    expect(all('PublishDropped')).toEqual([{ type: 'PublishDropped', cause: 'disconnected', topic: 'tidegate/x' }]);
    expect((await event('BrokerRefused')).reason).toBe(`ECONNREFUSED 127.0.0.1:${broker.port}`);
    await broker.restart();
    await event('BrokerConnected', 2);
    await online();
    peer = await createPeer(broker.port);
    const watch = await peer.watch('tidegate/x');
    connection.publish({ topic: 'tidegate/x', payload: '2', qos: 1, retain: true });
    await watch.until('tidegate/x', '2');
    await peer.publish('sensors/a', 'again');
    await messages(1);
  });

  it('sends a burst of one turn whole, though it is longer than the buffer', async () => {
    const settings = settingsFor(`mqtt://127.0.0.1:${broker.port}`, { outboundBuffer: 16 * 1024 });
    const { connection, all } = await connect(settings);
    const watch = await peer.watch('tidegate/burst/#');
    const results = Array.from({ length: 200 }, (_, i) =>
      connection.publish({ topic: `tidegate/burst/${i}`, payload: 'x'.repeat(500), qos: 0, retain: false }),
    );
    expect(results.every(Boolean)).toBe(true);
    await watch.until('tidegate/burst/199');
    expect(watch.seen).toHaveLength(200);
    expect(all('PublishDropped')).toEqual([]);
  });

  it('keeps QoS 1 messages beyond the window waiting, and gets them all through', async () => {
    const { connection, all, event } = await connect();
    const watch = await peer.watch('tidegate/q/#');
    for (let i = 0; i < 300; i++)
      expect(connection.publish({ topic: `tidegate/q/${i}`, payload: '1', qos: 1, retain: false })).toBe(true);
    await watch.until('tidegate/q/299');
    await event('MessagePublished', 301);
    expect(all('PublishDropped')).toEqual([]);
    expect(new Set(watch.seen).size).toBe(300);
  });
});
