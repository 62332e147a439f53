import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TidegateError } from '../../../domain/errors.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { toDurationMs } from '../../../domain/time.ts';
import { describeFault } from './fault.ts';
import { type Guest, openGuest, type Received } from './guest.ts';
import { LINK_TIMING } from './linkTiming.ts';
import { subscribeAll } from './subscribeAll.ts';

/** Behaviour of a broker towards messages that were under way when the connection to a kept session broke. */
export interface UnacknowledgedProbe {
  readonly hasSession: boolean;
  /** Messages that it had sent, and that were not acknowledged. */
  readonly underWay: number;
  /** Those of them that did not come again. */
  readonly lost: number;
  /** Messages that were acknowledged, and came again. */
  readonly acknowledgedAgain: number;
  /** Each that came again was marked as repeated (DUP), and nothing else was. */
  readonly areMarked: boolean;
  readonly haveSameIds: boolean;
  readonly areInOrder: boolean;
}

const SENT = 8;
const ACKNOWLEDGED = 2;
const SENT_AWAY = 3;
/** Where the broker dies in between, or we do, it may forget our session by itself after this (MQTT 5). */
const EXPIRY = toDurationMs(300_000);
const ARRIVAL_MS = 10_000;
/** Silence after which no more messages are expected. */
const SILENCE_MS = 2000;

/**
 * Tries what becomes of messages that are not acknowledged: a subscriber with a session that stays gets eight, acknowledges two and loses its
 * connection; three more are published, and it comes back. Client ids and topic are its own; the session is ended afterwards.
 * @throws TidegateError TG_BROKER_UNREACHABLE where a connection does not come up, or not all of the eight come
 */
export async function probeUnacknowledged(settings: MqttSettings, protocol: 4 | 5): Promise<UnacknowledgedProbe> {
  const token = randomUUID().slice(0, 8);
  const topic = `${settings.baseTopic}/doctor/${token}`;
  const kept = { persistent: true, expiry: EXPIRY };
  const subscriber = { ...settings, clientId: `${settings.clientId}-doctor-${token}`, session: kept };
  const once = { persistent: false, expiry: EXPIRY };
  const open = (who: MqttSettings): Promise<Guest> => openOrThrow(who, protocol);
  const publisher = await open({ ...settings, clientId: `${subscriber.clientId}-p`, session: once });
  try {
    const before = await open(subscriber);
    await subscribe(before, topic, protocol);
    await publish(publisher, topic, 0, SENT);
    await until(() => before.received.length >= SENT, ARRIVAL_MS);
    if (before.received.length < SENT)
      throw new TidegateError('TG_BROKER_UNREACHABLE', `only ${before.received.length} of ${SENT} messages came`);
    await acknowledge(before, before.received.slice(0, ACKNOWLEDGED));
    before.connection.cut(new Error('the trial'));
    await before.ended;
    await publish(publisher, topic, SENT, SENT_AWAY);
    const after = await open(subscriber);
    await collect(after);
    after.connection.cut(undefined);
    return judge(before.received, after);
  } finally {
    publisher.connection.close(LINK_TIMING.close);
    await open({ ...subscriber, session: once }).then(
      ({ connection }) => connection.close(LINK_TIMING.close),
      () => undefined,
    );
  }
}

function judge(before: readonly Received[], { connack, received }: Guest): UnacknowledgedProbe {
  const waiting = before.slice(ACKNOWLEDGED);
  const again = waiting.flatMap(({ text, packetId }) => {
    const it = received.find((other) => other.text === text);
    return it === undefined ? [] : [{ ...it, hasSameId: it.packetId === packetId }];
  });
  const isOld = new Set(before.map(({ text }) => text));
  const numbers = received.map(({ text }) => Number(text));
  return {
    hasSession: connack.sessionPresent,
    underWay: waiting.length,
    lost: waiting.length - again.length,
    acknowledgedAgain: received.filter(({ text }) => Number(text) < ACKNOWLEDGED).length,
    areMarked: received.every(({ text, isMarked }) => isMarked === isOld.has(text)),
    haveSameIds: again.every(({ hasSameId }) => hasSameId),
    areInOrder: numbers.every((number, i) => i === 0 || number > numbers[i - 1]),
  };
}

async function openOrThrow(settings: MqttSettings, protocol: 4 | 5): Promise<Guest> {
  try {
    return await openGuest(settings, protocol);
  } catch (error) {
    throw new TidegateError('TG_BROKER_UNREACHABLE', describeFault(error, settings).reason, { cause: error });
  }
}

async function subscribe(guest: Guest, topic: string, protocol: 4 | 5): Promise<void> {
  const options = { filters: [topic], qos: 1, protocol, identifierBase: undefined, isRenewal: false } as const;
  const codes = await answerOf(guest, subscribeAll(guest.connection.client, options));
  if (!codes?.every((code) => code < 128))
    throw new TidegateError('TG_BROKER_REFUSED', `no right to subscribe to ${topic}`);
}

async function publish(guest: Guest, topic: string, first: number, count: number): Promise<void> {
  const { client } = guest.connection;
  const numbers = Array.from({ length: count }, (_, i) => String(first + i));
  const all = Promise.all(numbers.map((text) => client.publishAsync(topic, text, { qos: 1 })));
  if ((await answerOf(guest, all)) === undefined)
    throw new TidegateError('TG_BROKER_REFUSED', `no right to publish to ${topic}`);
}

/** undefined where the broker says no, ends the connection or does not answer in time: mqtt.js would wait on. */
function answerOf<T>({ ended }: Guest, answer: Promise<T>): Promise<T | undefined> {
  const given = answer.catch(() => undefined);
  return Promise.race([given, ended.then(() => undefined), sleep(ARRIVAL_MS, undefined, { ref: false })]);
}

/** Resolves once the broker has seen it, or after a while. */
async function acknowledge({ connection }: Guest, messages: readonly Received[]): Promise<void> {
  let isSeen = false;
  connection.write(Uint8Array.from(messages.flatMap(pubackOf)), () => {
    isSeen = true;
  });
  await until(() => isSeen, SILENCE_MS);
}

/** MQTT 3.4; with MQTT 5 reason code and properties may be left out. */
function pubackOf({ packetId }: Received): number[] {
  return [0x40, 2, packetId >> 8, packetId & 0xff];
}

/** Takes what comes, acknowledging it, until nothing comes any more. */
async function collect(guest: Guest): Promise<void> {
  const { connection, received } = guest;
  for (let taken = 0, since = performance.now(); performance.now() - since < SILENCE_MS; ) {
    await sleep(20);
    if (received.length === taken) continue;
    connection.write(Uint8Array.from(received.slice(taken).flatMap(pubackOf)));
    taken = received.length;
    since = performance.now();
  }
}

async function until(isDone: () => boolean, within: number): Promise<void> {
  for (const end = performance.now() + within; !isDone() && performance.now() < end; ) await sleep(20);
}
