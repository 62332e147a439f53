import type { Inbound } from '../../src/domain/sample.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import type { World } from './world.ts';

/** Messages that the broker sends before it waits. */
export const WINDOW = 16;
/** Few packet ids, so that each is used again soon; but not within two windows. */
const PACKET_IDS: number = 4 * WINDOW;

interface Message {
  readonly topic: string;
  readonly text: string;
  packetId: number;
  isSent: boolean;
  /** It waited for somebody to come back. */
  isBacklog: boolean;
}

/** One connection of the client. */
export interface Link {
  /** A session has begun. Resolves when messages may come. */
  beginSession(session: number): Promise<void>;
  /** @returns whether anybody takes it */
  receive(message: Inbound): boolean;
}

/**
 * With QoS 1 a broker that loses nothing: one persistent session, redelivery with DUP after each new connection, and assertions
 * on what a client may do. With QoS 0 one that sends to whoever is there.
 */
export class SimBroker {
  readonly #world: World;
  readonly #clock: () => number;
  readonly #qos: 0 | 1;
  /** What the client thinks that the broker sends before it waits. */
  readonly #told: number;
  /** Published and not acknowledged, in order. */
  readonly #queue: Message[] = [];
  #link: Link | undefined;
  /** Of the connection; and of the session. */
  #epoch = 0;
  #session = 0;
  #nextId = 1;
  /** Of this connection, in ms: what is on its way is lost with it. */
  #latency = 3;
  published = 0;
  redelivered = 0;
  faults: string[] = [];

  constructor(world: World, clock: () => number, qos: 0 | 1) {
    this.#world = world;
    this.#clock = clock;
    this.#qos = qos;
    this.#told = world.pick([WINDOW, 1000]);
  }

  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  /** @param lost hears of it where nobody takes the message */
  publish(topic: string, text: string, lost: () => void): void {
    this.published++;
    if (this.#qos === 0) {
      this.#deliverOnce(topic, text, lost);
      return;
    }
    this.#queue.push({ topic, text, packetId: 0, isSent: false, isBacklog: false });
    this.#send();
  }

  /** `isNewProcess`: the client does not know the session yet, its number begins anew at 0. */
  connect(link: Link, isNewProcess: boolean): void {
    this.disconnect();
    const epoch = this.#epoch;
    this.#latency = this.#world.pick([3, 3, 400]);
    if (isNewProcess) this.#session = 0;
    // A session can only be lost without loss where nothing is in it.
    if (this.#queue.length > 0 || this.#world.chance(0.7)) {
      this.#resume(link);
      return;
    }
    this.#session++;
    this.#nextId = 1;
    void link.beginSession(this.#session).then(() => {
      if (epoch === this.#epoch) this.#resume(link);
    });
  }

  #resume(link: Link): void {
    this.#link = link;
    for (const message of this.#queue) message.isBacklog = true;
    let count = 0;
    for (const message of this.#queue) {
      if (!message.isSent) break;
      count++;
      this.#deliver(message, true);
    }
    this.redelivered += count;
    this.#send();
  }

  disconnect(): void {
    this.#epoch++;
    this.#link = undefined;
  }

  #send(): void {
    if (this.#link === undefined) return;
    for (const message of this.#queue.slice(0, WINDOW)) {
      if (message.isSent) continue;
      message.isSent = true;
      message.packetId = this.#nextId;
      this.#nextId = (this.#nextId % PACKET_IDS) + 1;
      this.#deliver(message, false);
    }
  }

  #deliverOnce(topic: string, text: string, lost: () => void): void {
    const link = this.#link;
    const epoch = this.#epoch;
    this.#world.schedule(this.#latency, () => {
      if (epoch !== this.#epoch || !link?.receive(this.#inbound(topic, text))) lost();
    });
  }

  #inbound(topic: string, text: string): Inbound {
    const receivedAt = toEpochMs(this.#clock());
    return { topic, payload: new TextEncoder().encode(text), receivedAt, retained: false };
  }

  #deliver(message: Message, isRedelivery: boolean): void {
    const epoch = this.#epoch;
    const session = this.#session;
    this.#world.schedule(this.#latency, () => {
      if (epoch !== this.#epoch) return;
      const { topic, text, packetId, isBacklog } = message;
      this.#link?.receive({
        ...this.#inbound(topic, text),
        delivery: {
          packetId,
          isRedelivery,
          isBacklog,
          session,
          window: this.#told,
          acknowledge: () => this.#takeAck(message, epoch),
        },
      });
    });
  }

  #takeAck(message: Message, epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#world.schedule(2, () => {
      if (epoch !== this.#epoch) return;
      if (this.#queue[0] !== message)
        this.faults.push(`acknowledged out of order: ${message.topic} ${message.packetId}`);
      const place = this.#queue.indexOf(message);
      if (place < 0) return;
      this.#queue.splice(place, 1);
      this.#send();
    });
  }
}
