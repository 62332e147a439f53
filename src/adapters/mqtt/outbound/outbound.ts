import type { IClientPublishOptions, IConnackPacket, MqttClient } from 'mqtt';
import type { PublishDropCause, Report } from '../../../domain/events.ts';
import { PUBLISHED } from '../../../domain/frequentEvents.ts';
import type { Outgoing, PreparedTopic, PublishTo, WritablePayload } from '../../../domain/outgoing.ts';
import type { DurationMs } from '../../../domain/time.ts';
import { socketBacklog } from '../client/socketBacklog.ts';
import { PublishBatch } from './publishBatch.ts';

/** Publishes on the session of the moment. What cannot go out within the bounds is dropped and reported, never piled up. */
export interface Outbound {
  /** @returns false where it was dropped. */
  publish(message: Outgoing): boolean;
  readonly publishTo: PublishTo;
  /** Bytes that the broker has not taken or not acknowledged yet. */
  readonly waitingBytes: number;
  attach(client: MqttClient, limits: IConnackPacket['properties']): void;
  /** The session is over: what was not acknowledged is reported as dropped. */
  detach(): void;
  /** Resolves when everything with QoS 1 or 2 has been acknowledged or dropped. */
  idle(): Promise<void>;
}

/** QoS 1 and 2 under way at once: the broker's wish, else mosquitto's own bound for a client; and never more than this. */
const DEFAULT_WINDOW = 20;
const MAX_WINDOW = 1000;

/** MQTT 1.5.4; and fixed header, packet identifier and the few properties of a PUBLISH, generously. */
const MAX_TOPIC_BYTES = 65_535;
const PACKET_OVERHEAD_BYTES = 32;
/** MQTT 2.2.3: what four bytes of remaining length can say. */
const MAX_PACKET_BYTES = 268_435_455;

export function createOutbound(outboundBuffer: number, report: Report): Outbound {
  return new BoundedOutbound(outboundBuffer, report);
}

class BoundedOutbound implements Outbound {
  readonly #outboundBuffer: number;
  readonly #report: Report;
  /** With QoS 1 or 2, each with its bytes. */
  readonly #underWay = new Map<Outgoing, number>();
  readonly #waiting: { readonly message: Outgoing; readonly bytes: number }[] = [];
  /** Bytes of both. */
  #heldBytes = 0;
  #client: MqttClient | undefined;
  #batch: PublishBatch | undefined;
  #isFlushDue = false;
  #limits: NonNullable<IConnackPacket['properties']> = {};
  #window = DEFAULT_WINDOW;
  #onIdle: (() => void)[] = [];

  constructor(outboundBuffer: number, report: Report) {
    this.#outboundBuffer = outboundBuffer;
    this.#report = report;
  }

  publish(message: Outgoing): boolean {
    const client = this.#usable();
    if (client === undefined) return this.#drop(message.topic, 'disconnected');
    const topicBytes = Buffer.byteLength(message.topic);
    const payloadBytes = Buffer.byteLength(message.payload);
    const bytes = topicBytes + payloadBytes + (message.correlation?.length ?? 0);
    if (topicBytes > MAX_TOPIC_BYTES || bytes > this.#largest()) return this.#drop(message.topic, 'too-large');
    if (this.#backlog(client) > this.#outboundBuffer) return this.#drop(message.topic, 'slow-broker');
    // The properties of an answer are rare enough to be left to mqtt.js.
    if (this.#qosOf(message) === 0 && message.correlation === undefined)
      this.#sendOnce(message, topicBytes, payloadBytes);
    else {
      this.#heldBytes += bytes;
      if (this.#underWay.size < this.#window) this.#sendAcknowledged(client, message, bytes);
      else this.#waiting.push({ message, bytes });
    }
    return true;
  }

  publishTo(topic: PreparedTopic, payload: WritablePayload, retain: boolean, expire: DurationMs): boolean {
    const client = this.#usable();
    const batch = this.#batch;
    if (client === undefined || batch === undefined) return this.#drop(topic.name, 'disconnected');
    if (topic.bytes > MAX_TOPIC_BYTES) return this.#drop(topic.name, 'too-large');
    if (this.#backlog(client) > this.#outboundBuffer) return this.#drop(topic.name, 'slow-broker');
    const isAdded = batch.addWritten(topic, payload, retain && this.#retains(), secondsOf(expire), this.#largest());
    if (!isAdded) return this.#drop(topic.name, 'too-large');
    this.#report(PUBLISHED);
    this.#flushSoon();
    return true;
  }

  attach(client: MqttClient, limits: IConnackPacket['properties']): void {
    this.#client = client;
    this.#limits = limits ?? {};
    this.#window = Math.min(MAX_WINDOW, limits?.receiveMaximum ?? DEFAULT_WINDOW);
    this.#batch = new PublishBatch(client.options.protocolVersion === 5 ? 5 : 4, (bytes) => {
      // After DISCONNECT nothing may follow (MQTT-3.14.4-2).
      if (!client.disconnecting && !client.stream.destroyed) client.stream.write(bytes);
    });
  }

  detach(): void {
    this.#client = undefined;
    this.#batch = undefined;
    const lost = [...this.#underWay.keys(), ...this.#waiting.map(({ message }) => message)];
    this.#underWay.clear();
    this.#waiting.length = 0;
    this.#heldBytes = 0;
    for (const { topic, unconfirmed } of lost) {
      if (unconfirmed === undefined) this.#drop(topic, 'disconnected');
      else unconfirmed();
    }
    this.#tellIdle();
  }

  idle(): Promise<void> {
    this.#flush();
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
      this.#tellIdle();
    });
  }

  #drop(topic: string, cause: PublishDropCause): false {
    this.#report({ type: 'PublishDropped', cause, topic });
    return false;
  }

  #usable(): MqttClient | undefined {
    const client = this.#client;
    return client?.connected && !client.stream.destroyed ? client : undefined;
  }

  /** Bytes that topic and payload may have together. */
  #largest(): number {
    return (this.#limits.maximumPacketSize ?? MAX_PACKET_BYTES) - PACKET_OVERHEAD_BYTES;
  }

  get waitingBytes(): number {
    const client = this.#client;
    return client === undefined ? 0 : this.#heldBytes + (this.#batch?.length ?? 0) + client.stream.writableLength;
  }

  /** Bytes that the broker has not taken yet, most of all of what it could have had by now. */
  #backlog(client: MqttClient): number {
    const batched = this.#batch?.length ?? 0;
    if (batched > 0 && this.#heldBytes + batched + client.stream.writableLength > this.#outboundBuffer) this.#flush();
    return this.#heldBytes + (this.#batch?.length ?? 0) + socketBacklog(client.stream, this.#outboundBuffer);
  }

  /** Straight into the stream, at the end of the turn: nothing is to be kept of it, so mqtt.js has nothing to do with it. */
  #sendOnce(message: Outgoing, topicBytes: number, payloadBytes: number): void {
    const { topic, payload } = message;
    const retain = message.retain && this.#retains();
    const expirySeconds = secondsOf(message.expire);
    this.#batch?.add({ topic, topicBytes, payload, payloadBytes, retain, expirySeconds });
    this.#report(PUBLISHED);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    process.nextTick(this.#flushNow);
  }

  /** Made once: a function that is made in `flushSoon` costs each call of it 40 bytes, be it due or not. */
  readonly #flushNow = (): void => {
    this.#isFlushDue = false;
    this.#flush();
  };

  #flush(): void {
    this.#batch?.flush();
  }

  #sendAcknowledged(client: MqttClient, message: Outgoing, bytes: number): void {
    // In the order in which they were published.
    this.#flush();
    this.#underWay.set(message, bytes);
    client.publish(message.topic, toBuffer(message.payload), this.#publishOptions(client, message), (error) => {
      // A message that detach() has counted already, or of an earlier session.
      if (!this.#underWay.delete(message)) return;
      this.#heldBytes -= bytes;
      if (error) this.#drop(message.topic, client.connected ? 'refused' : 'disconnected');
      else this.#report(PUBLISHED);
      this.#sendWaiting();
      this.#tellIdle();
    });
  }

  #sendWaiting(): void {
    while (this.#client !== undefined && this.#underWay.size < this.#window) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#sendAcknowledged(this.#client, next.message, next.bytes);
    }
  }

  #tellIdle(): void {
    if (this.#underWay.size > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** A broker ends the connection over more than it offers (MQTT-3.2.2-11, MQTT-3.2.2-14): less is better than that. */
  #qosOf({ qos }: Outgoing): 0 | 1 | 2 {
    return Math.min(qos, this.#limits.maximumQoS ?? 2) as 0 | 1 | 2;
  }

  #retains(): boolean {
    return this.#limits.retainAvailable !== false;
  }

  #publishOptions(client: MqttClient, message: Outgoing): IClientPublishOptions {
    const messageExpiryInterval = secondsOf(message.expire);
    const { correlation } = message;
    const properties = {
      ...(messageExpiryInterval !== undefined && { messageExpiryInterval }),
      ...(correlation !== undefined &&
        client.options.protocolVersion === 5 && { correlationData: toBuffer(correlation) }),
    };
    return {
      qos: this.#qosOf(message),
      retain: message.retain && this.#retains(),
      ...(Object.keys(properties).length > 0 && { properties }),
    };
  }
}

function secondsOf(expire: DurationMs | undefined): number | undefined {
  return expire !== undefined && expire > 0 ? Math.min(0xffff_ffff, Math.ceil(expire / 1000)) : undefined;
}

function toBuffer(payload: string | Uint8Array): Buffer {
  return typeof payload === 'string'
    ? Buffer.from(payload)
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}
