import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TidegateError } from '../../../domain/errors.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { type Clock, toDurationMs } from '../../../domain/time.ts';
import { createMqttConnection } from '../connection.ts';
import type { MqttConnection } from '../mqttConnection.ts';

export interface OfflineQueueProbe {
  readonly topic: string;
  /** Messages that the broker has taken (acknowledged) while their subscriber was away. */
  readonly published: number;
  /** Different ones that the subscriber got when it came back. */
  readonly delivered: number;
}

/** Where the broker dies in between, or we do, it may forget our session by itself after this (MQTT 5). */
const EXPIRY = toDurationMs(300_000);
/** Beyond `mqtt.connect_timeout`, for the subscription. */
const SUBSCRIBE_MS = 5000;
const PUBLISH_MS = 60_000;
/** Silence after which no more messages are expected. */
const SILENCE_MS = 2000;
const OUTBOUND_BYTES = 16 * 1024 * 1024;

/**
 * Finds out whether the broker keeps messages for a subscriber that is away: subscribes with a session that stays, leaves,
 * publishes, comes back and counts. Client ids and topic are its own; the session is ended afterwards.
 * @throws TidegateError TG_BROKER_UNREACHABLE, TG_BROKER_REFUSED
 */
export async function probeOfflineQueue(
  settings: MqttSettings,
  messages: number,
  clock: Clock,
): Promise<OfflineQueueProbe> {
  const token = randomUUID().slice(0, 8);
  const topic = `${settings.baseTopic}/doctor/${token}`;
  const subscriber = {
    ...settings,
    // Below the base topic of the daemon, but not below our own: it would be taken for our own output.
    baseTopic: `${topic}/none`,
    clientId: `${settings.clientId}-doctor-${token}`,
    qos: 1 as const,
    session: { persistent: true, expiry: EXPIRY },
    outboundBuffer: OUTBOUND_BYTES,
  };
  try {
    await (await visit(subscriber, [topic], clock)).connection.stop();
    const published = await publishAll(subscriber, topic, messages, clock);
    return { topic, published, delivered: await collect(subscriber, topic, messages, clock) };
  } finally {
    const last = { ...subscriber, session: { persistent: false, expiry: EXPIRY } };
    await visit(last, [], clock).then(
      ({ connection }) => connection.stop(),
      () => undefined,
    );
  }
}

interface Visitor {
  readonly connection: MqttConnection;
  readonly seen: Set<string>;
  count(type: DomainEvent['type']): number;
}

async function visit(settings: MqttSettings, filters: readonly string[], clock: Clock): Promise<Visitor> {
  const counts = new Map<DomainEvent['type'], number>();
  const seen = new Set<string>();
  const report = ({ type }: DomainEvent) => void counts.set(type, count(type) + 1);
  const count = (type: DomainEvent['type']) => counts.get(type) ?? 0;
  const connection = createMqttConnection({ settings, filters, clock, report, random: Math.random });
  connection.inbound$.subscribe(({ payload }) => seen.add(Buffer.from(payload).toString()));
  let isConnected = false;
  connection.connected$.subscribe((value) => {
    isConnected = value;
  });
  connection.start();
  await waitFor(() => isConnected || count('FilterRefused') > 0, settings.connectTimeout + SUBSCRIBE_MS);
  if (isConnected && count('FilterRefused') === 0) return { connection, seen, count };
  await connection.stop();
  if (isConnected) throw new TidegateError('TG_BROKER_REFUSED', `no right to subscribe to ${filters[0]}`);
  throw new TidegateError('TG_BROKER_UNREACHABLE', 'the connection did not come up again');
}

async function publishAll(settings: MqttSettings, topic: string, messages: number, clock: Clock): Promise<number> {
  const session = { persistent: false, expiry: EXPIRY };
  const { connection, count } = await visit({ ...settings, session, clientId: `${settings.clientId}-p` }, [], clock);
  for (let i = 0; i < messages; i++) connection.publish({ topic, payload: String(i), qos: 1, retain: false });
  await waitFor(() => count('MessagePublished') + count('PublishDropped') >= messages, PUBLISH_MS);
  await connection.stop();
  if (count('MessagePublished') === 0) throw new TidegateError('TG_BROKER_REFUSED', `no right to publish to ${topic}`);
  return count('MessagePublished');
}

async function collect(settings: MqttSettings, topic: string, messages: number, clock: Clock): Promise<number> {
  const { connection, seen } = await visit(settings, [topic], clock);
  for (let before = -1; seen.size > before && seen.size < messages; ) {
    before = seen.size;
    await waitFor(() => seen.size >= messages, SILENCE_MS);
  }
  await connection.stop();
  return seen.size;
}

async function waitFor(isDone: () => boolean, within: number): Promise<void> {
  for (const end = performance.now() + within; !isDone() && performance.now() < end; ) await sleep(20);
}
