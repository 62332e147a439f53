import { type Delivery, toKey } from '../../src/adapters/mqtt/inbound/delivery.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { checksumOf } from '../../src/state/log/checksum.ts';
import type { Habit } from './habits.ts';
import type { World } from './world.ts';

/** Messages that the broker sends before it waits. */
const WINDOW = 16;
/** Messages that it sends at most where it has no window. */
const MOST_UNDER_WAY = 400;
/** Few packet ids, so that each is used again soon; but not within two windows. */
const FEW_IDS: number = 4 * WINDOW;
const ALL_IDS = 65_535;
/** The broker reads an acknowledgement after this. */
const ACK_MS = 2;
/** From one message that it kept to the next, where new ones are sent among them. */
const KEPT_EVERY_MS = 20;
/** The beginning of a connection, in which kept messages may be overtaken. */
const HEAD_MS = 10_000;

/** Messages that may come again: fewer than there are packet ids. */
export function mostUnacknowledgedOf({ isMixed }: Habit): number {
  return isMixed ? MOST_UNDER_WAY : 2 * WINDOW;
}

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
 * With QoS 1 a broker that loses nothing: one persistent session, redelivery as its habit is after each new connection, and assertions
 * on what a client may do. With QoS 0 one that sends to the clients that are there.
 */
export class SimBroker {
  readonly #world: World;
  readonly #clock: () => number;
  readonly #qos: 0 | 1;
  readonly #habit: Habit;
  readonly #mostIds: number;
  /** The client's estimate of what the broker sends before it waits. */
  readonly #told: number;
  /** Published and not acknowledged, in order. */
  readonly #queue: Message[] = [];
  /** Received over this connection and not acknowledged, in the order of receipt. */
  #underWay: Message[] = [];
  /** Those of them that the client has acknowledged, and what waits for the broker to have seen it. */
  readonly #given = new Map<Message, (() => void) | undefined>();
  /** When the last message arrives that was kept, of those that are sent. */
  #keptUntil = 0;
  #link: Link | undefined;
  /** Numbers of the connection and of the session. */
  #epoch = 0;
  #session = 0;
  #nextId = 1;
  #firstId: number | undefined;
  #beganAt = 0;
  /** Latency of this connection, in ms: what is on its way is lost with it. */
  #latency = 3;
  published = 0;
  redelivered = 0;
  faults: string[] = [];

  constructor(world: World, clock: () => number, qos: 0 | 1, habit: Habit) {
    this.#world = world;
    this.#clock = clock;
    this.#qos = qos;
    this.#habit = habit;
    this.#mostIds = habit.newIds === 'anywhere' ? ALL_IDS : FEW_IDS;
    this.#told = habit.isMixed ? 1000 : world.pick([WINDOW, 1000]);
  }

  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  /** @param lost hears of it where no client takes the message */
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
    const { ids, newIds, dup, isShuffled } = this.#habit;
    this.#link = link;
    for (const message of this.#queue) message.isBacklog = true;
    this.#beganAt = this.#world.now;
    if (ids === 'from 1') {
      this.#nextId = 1;
      for (const message of this.#queue) message.packetId = 0;
    }
    // What came while nobody was there has its id already.
    if (dup === 'all') for (const message of this.#queue.slice(0, WINDOW)) if (!message.isSent) this.#give(message);
    const again = this.#queue.filter(({ isSent }) => isSent);
    for (const message of isShuffled ? this.#shuffled(again) : again) {
      if (ids !== 'same') message.packetId = this.#newId();
      this.#deliver(message, dup !== 'none');
    }
    this.redelivered += again.length;
    if (newIds === 'from 1' && ids === 'same') this.#nextId = 1;
    if (newIds === 'anywhere') this.#nextId = 1 + this.#world.integer(ALL_IDS);
    this.#send();
  }

  #shuffled(messages: readonly Message[]): readonly Message[] {
    return messages
      .map((message) => [this.#world.integer(1000), message] as const)
      .sort(([a], [b]) => a - b)
      .map(([, message]) => message);
  }

  disconnect(): void {
    this.#epoch++;
    this.#link = undefined;
    this.#underWay = [];
    this.#given.clear();
    this.#keptUntil = 0;
    this.#firstId = undefined;
  }

  /** One that no message has that waits for its acknowledgement. */
  #newId(): number {
    const taken = new Set(this.#queue.map(({ packetId }) => packetId));
    let id = this.#nextId;
    while (taken.has(id)) id = this.#idAfter(id);
    this.#nextId = this.#idAfter(id);
    return id;
  }

  /**
   * A connection that begins with 1 is one of a broker that numbers anew: that another one comes to it by chance happens once in 65,535 times,
   * and would with few ids in each history.
   */
  #idAfter(id: number): number {
    const first = this.#mostIds === ALL_IDS || this.#habit.ids === 'from 1' ? 1 : 2;
    return id >= this.#mostIds ? first : id + 1;
  }

  #give(message: Message): void {
    message.isSent = true;
    message.packetId = this.#newId();
  }

  #send(): void {
    if (this.#link === undefined) return;
    for (const message of this.#queue.slice(0, this.#habit.isMixed ? MOST_UNDER_WAY : WINDOW)) {
      if (message.isSent) continue;
      this.#give(message);
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
    const { topic, text, packetId, isBacklog } = message;
    this.#world.schedule(this.#latencyOf(message), () => {
      if (epoch !== this.#epoch) return;
      this.#underWay.push(message);
      this.#firstId ??= packetId;
      const inbound = this.#inbound(topic, text);
      const checksum = checksumOf(inbound);
      const delivery: Delivery = {
        key: toKey(packetId, checksum),
        packetId,
        checksum,
        isRedelivery,
        isBacklog,
        session,
        window: this.#told,
        connection: epoch,
        firstPacketId: this.#firstId ?? packetId,
        age: toDurationMs(this.#world.now - this.#beganAt),
        isResumed: true,
        ack: (onSettled) => this.#takeAck(delivery, message, epoch, onSettled && (() => onSettled(delivery.number))),
      };
      this.#link?.receive({ ...inbound, receipt: delivery });
    });
  }

  #latencyOf({ isBacklog }: Message): number {
    if (!this.#habit.isMixed || !isBacklog) return this.#latency;
    const { now } = this.#world;
    this.#keptUntil = Math.max(now + this.#latency, this.#keptUntil + this.#world.integer(KEPT_EVERY_MS));
    return this.#keptUntil - now;
  }

  /** The client gives them in the order of receipt, but for those that may be overtaken; its connection answers in that order. */
  #takeAck({ age }: Delivery, message: Message, epoch: number, settled: (() => void) | undefined): void {
    if (epoch !== this.#epoch) return;
    if (age >= HEAD_MS && this.#underWay.find((one) => !this.#given.has(one)) !== message)
      this.faults.push(`acknowledged out of order: ${message.topic} ${message.packetId}`);
    this.#given.set(message, settled);
    for (let [first] = this.#underWay; first !== undefined && this.#given.has(first); [first] = this.#underWay) {
      this.#answer(first, epoch, this.#given.get(first));
      this.#given.delete(first);
      this.#underWay.shift();
    }
  }

  #answer(message: Message, epoch: number, settled: (() => void) | undefined): void {
    this.#world.schedule(ACK_MS, () => {
      if (epoch !== this.#epoch) return;
      const place = this.#queue.indexOf(message);
      if (place < 0) return;
      this.#queue.splice(place, 1);
      this.#send();
      this.#world.schedule(this.#latency, () => epoch === this.#epoch && settled?.());
    });
  }
}
