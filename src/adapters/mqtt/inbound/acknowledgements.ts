import { Backlog } from './backlog.ts';
import type { Delivery } from './delivery.ts';
import {
  type AcknowledgedConnection,
  type ConnectionFacts,
  encodeAcknowledgements,
  lastOwed,
  OwedAcknowledgement,
  type QosFields,
} from './owedAcknowledgement.ts';
import { ASK_EVERY_MS, FREE, PENDING, RELEASABLE, type Received, TIDY_AFTER } from './packetStates.ts';
import { WrittenAcknowledgements } from './writtenAcknowledgements.ts';

const NOTHING = new Uint8Array(0);

/**
 * The receiving side of QoS 1 and 2 (MQTT 4.3.2, 4.3.3). mqtt.js acknowledges when its handler returns, or not at all; here
 * it is done whenever the receiver wants, in the order in which the messages came (MQTT-4.6.0-2, MQTT-4.6.0-3), and only on
 * the connection that they came over: on another one the packet id may belong to another message.
 *
 * The window bounds what waits only where the broker keeps to it. mosquitto 2.0 lets as many follow each acknowledgement as the window is
 * wide. At `most`, or where there is no room, we stop listening, answer what we have, and connect anew: the rest comes again, in order.
 *
 * The broker answers no PUBACK. So a question follows the acknowledgements, one at a time and not too often: its answer shows that the broker
 * has seen them (it works through a connection's packets in order), and that those messages cannot come again.
 *
 * mochi gives a packet id away again before it is acknowledged, and sends what it had put off for want of quota twice on a resumed
 * connection, the second time without DUP. The same content under an id that waits for its answer is a repeat; another content is another
 * message, and the id is answered once, after the last of them.
 *
 * QoS 2 hands its message over at PUBLISH, and PUBREC is what is held back: with it the broker may forget the message. Up to
 * PUBREL the id then stands for that message, over reconnects too, and PUBCOMP, which says nothing about the message any
 * more, is left to mqtt.js.
 */
export class Acknowledgements {
  readonly #states = new Uint8Array(65_536);
  #session = 0;
  #connection: AcknowledgedConnection | undefined;
  /** In order of receipt; before `#first` they are through. */
  #owed: OwedAcknowledgement[] = [];
  #first = 0;
  /** To be written at the end of the turn. */
  readonly #ready: Pick<QosFields, 'packetId' | 'qos'>[] = [];
  readonly #written = new WrittenAcknowledgements();
  #isAsking = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  /** The broker sends messages twice on this connection, the second time without DUP. */
  #hasRepeated = false;
  #connections = 0;
  #beganAt = 0;
  /** Known from its first message on. */
  #facts: ConnectionFacts | undefined;
  #isFlushDue = false;
  /** Something was left for another connection; so has to be all that follows. */
  #isFull = false;
  readonly #backlog = new Backlog();
  readonly #now: () => number;

  /** @param now ms since some moment; never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Number of the broker's session, as deliveries have it. */
  get session(): number {
    return this.#session;
  }

  /** Messages that are not acknowledged yet. */
  get waiting(): number {
    return this.#owed.length - this.#first;
  }

  /** The broker has taken us in (CONNACK). */
  begin(connection: AcknowledgedConnection): void {
    this.end();
    this.#connection = connection;
    this.#connections++;
    this.#beganAt = this.#now();
    this.#backlog.begin(connection.isResumed, this.#beganAt);
    if (connection.isResumed) return;
    this.#session += 1;
    this.#states.fill(FREE);
  }

  /** The connection is gone: what was not acknowledged comes again. */
  end(): void {
    this.#connection = undefined;
    for (const { packetId } of this.#owed.slice(this.#first)) this.#free(packetId, PENDING);
    this.#owed = [];
    this.#first = 0;
    this.#ready.length = 0;
    this.#written.clear();
    this.#isAsking = false;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#hasRepeated = false;
    this.#facts = undefined;
    this.#isFull = false;
  }

  /**
   * A message has come. @param checksum of its topic and payload
   * @returns undefined where its answer is on its way, or where it has to come again; `in-use` where the broker gives a packet id of QoS 2 to a
   * second message before the first is acknowledged, which it must not (MQTT-2.2.1-3)
   */
  receive(fields: QosFields, checksum: number): Received {
    const { packetId, qos, isRedelivery } = fields;
    const connection = this.#connection;
    if (connection === undefined || this.#isFull) return undefined;
    const { window, isResumed } = connection;
    const { session } = this;
    this.#facts ??= { session, window, isResumed, connection: this.#connections, firstPacketId: packetId };
    const before = this.#states[packetId] === PENDING ? lastOwed(this.#owed, this.#first, packetId) : undefined;
    const repeated = this.#repeatedQos(before, packetId, checksum);
    if (repeated !== undefined) return this.#repeat(repeated, fields, checksum);
    // No broker that keeps to the window of MQTT 5 sends this many; one that does is taken for one that sends some of them twice.
    if (isRedelivery && this.#owed.length - this.#first > window) this.#hasRepeated = true;
    if (before !== undefined && (qos === 2 || before.qos === 2)) return isRedelivery ? undefined : 'in-use';
    this.#isFull = !this.#mayTake(connection);
    if (this.#isFull) return undefined;
    return this.#owe(fields, checksum, before, this.#facts);
  }

  /** QoS of the message of before that this is once more; undefined: it is another one. */
  #repeatedQos(pending: OwedAcknowledgement | undefined, packetId: number, checksum: number): 1 | 2 | undefined {
    if (pending !== undefined) return pending.checksum === checksum ? pending.qos : undefined;
    return this.#hasRepeated ? this.#written.qosOfRepeated(packetId, checksum) : undefined;
  }

  #owe(
    fields: QosFields,
    checksum: number,
    before: OwedAcknowledgement | undefined,
    facts: ConnectionFacts,
  ): Delivery | undefined {
    const { packetId, qos, isRedelivery } = fields;
    const now = this.#now();
    const isBacklog = this.#backlog.has(this.#first < this.#owed.length, now) || isRedelivery;
    const owed = new OwedAcknowledgement(this, facts, fields, checksum, isBacklog, now - this.#beganAt);
    this.#owed.push(owed);
    if (this.#states[packetId] === RELEASABLE && qos === 2) {
      owed.isCopy = true;
      owed.ack();
      return undefined;
    }
    owed.before = before;
    if (before !== undefined) before.isAnsweredLater = true;
    this.#written.supersede(packetId);
    this.#states[packetId] = PENDING;
    return owed;
  }

  /** The first one always: it is the last acknowledgement that brings the others. */
  #mayTake({ most, hasRoom = () => true }: AcknowledgedConnection): boolean {
    const owed = this.#owed.length - this.#first;
    return owed === 0 || (owed < most && hasRoom());
  }

  /** A message of this connection once more. @param qos it had before */
  #repeat(qos: 1 | 2, { packetId, isRedelivery }: QosFields, checksum: number): Received {
    if (this.#states[packetId] === PENDING) {
      if (isRedelivery) return undefined;
      this.#hasRepeated = true;
    } else if (qos === 1) {
      // The broker may have given the message up only with this copy, and waits for another answer.
      const copy = { packetId, qos, checksum, isRedelivery: true, onSettled: undefined };
      this.#ready.push(copy);
      this.#written.supersede(packetId);
      this.#written.add(copy, true);
      this.#flushSoon();
    }
    return 'repeat';
  }

  /** PUBREL: the id may be used for another message. */
  release(packetId: number): void {
    this.#free(packetId, RELEASABLE);
  }

  /** Puts everything from the head on that has been given on the wire, at the end of the turn. */
  advance(): void {
    let owed = this.#owed[this.#first];
    if (!owed?.isGiven) return;
    for (; owed?.isGiven; owed = this.#owed[++this.#first]) {
      if (owed.isAnsweredLater) continue;
      this.#states[owed.packetId] = owed.qos === 2 ? RELEASABLE : FREE;
      this.#ready.push(owed);
      this.#written.add(owed, !owed.isCopy);
      for (let older = owed.before; older !== undefined; older = older.before) this.#written.add(older, false);
    }
    if (this.#first > TIDY_AFTER || this.#first === this.#owed.length) {
      this.#owed.splice(0, this.#first);
      this.#first = 0;
    }
    if (this.#isFull && this.#owed.length === 0) {
      this.flush();
      this.#connection?.renew();
      return;
    }
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    process.nextTick(() => this.flush());
  }

  /** One write for all of a turn: each of its own would be a packet on the wire and a system call. */
  flush(): void {
    this.#isFlushDue = false;
    if (this.#ready.length === 0) return;
    const now = this.#now();
    this.#backlog.acknowledged(now);
    const bytes = encodeAcknowledgements(this.#ready);
    this.#ready.length = 0;
    const connection = this.#connection;
    if (connection === undefined) return;
    const wait = this.#askedAt + ASK_EVERY_MS - now;
    if (this.#isAsking || wait > 0) {
      connection.write(bytes);
      this.#askLater(connection, wait);
    } else this.#ask(connection, bytes);
  }

  #askLater(connection: AcknowledgedConnection, wait: number): void {
    if (this.#isAsking || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#ask(connection, NOTHING);
    }, wait).unref();
  }

  /** One question at a time: what is written meanwhile is settled by the next one. */
  #ask(connection: AcknowledgedConnection, bytes: Uint8Array): void {
    const asked = this.#written.end;
    this.#isAsking = true;
    this.#askedAt = this.#now();
    connection.write(bytes, () => {
      if (this.#connection !== connection) return;
      this.#isAsking = false;
      this.#written.settle(asked);
      if (this.#written.end > asked) this.#askLater(connection, this.#askedAt + ASK_EVERY_MS - this.#now());
    });
  }

  #free(packetId: number, state: number): void {
    if (this.#states[packetId] === state) this.#states[packetId] = FREE;
  }
}
