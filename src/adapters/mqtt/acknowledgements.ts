import type { Delivery } from '../../domain/sample.ts';

/** What a PUBLISH of QoS 1 or 2 says beside its message. */
export interface Receipt {
  readonly packetId: number;
  readonly qos: 1 | 2;
  /** DUP. */
  readonly isRedelivery: boolean;
}

/** A connection that a broker has taken us in on. */
export interface AcknowledgedConnection {
  /** The broker still had our session: packet ids go on from before. */
  readonly isResumed: boolean;
  /** So many messages it should send at most before it waits. */
  readonly window: number;
  /** So many it may have sent, whatever it should; what comes beyond is left for another connection. */
  readonly most: number;
  /** Everything is answered, and something was left: it comes on a new connection. */
  renew(): void;
  /** Puts bytes on the wire; forgets them where the wire is gone. */
  write(bytes: Uint8Array): void;
}

const PUBACK = 0x40;
const PUBREC = 0x50;
const ACKNOWLEDGEMENT_BYTES = 4;

/** What there is to know of a packet id (MQTT 4.3.3). `RELEASABLE`: PUBREC has been sent, PUBREL has not come. */
const FREE = 0;
const PENDING = 1;
const RELEASABLE = 2;

/** What a session has collected comes without a pause: after one of this length, with nothing unacknowledged, it is through. */
const PAUSE_MS = 2000;
/** Where much comes all the time there is no pause; a backlog is through by then. */
const LONGEST_BACKLOG_MS = 600_000;

/** Acknowledgements that are through are thrown away in bulk. */
const TIDY_AFTER = 1024;

/**
 * The receiving side of QoS 1 and 2 (MQTT 4.3.2, 4.3.3). mqtt.js acknowledges when its handler returns, or not at all; here
 * it is done whenever the receiver wants, in the order in which the messages came (MQTT-4.6.0-2, MQTT-4.6.0-3), and only on
 * the connection that they came over: on another one the packet id may belong to another message.
 *
 * The window bounds what waits only where the broker keeps to it. mosquitto 2.0 lets as many follow each acknowledgement as
 * the window is wide, up to all that it has queued. At `most` we stop listening, answer what we have, and connect anew: the
 * broker sends the rest again, in order, and is not asked to use a packet id twice.
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
  #ready: OwedAcknowledgement[] = [];
  #isFlushDue = false;
  /** Something was left for another connection; so has to be all that follows. */
  #isFull = false;
  /** When the broker took us in again, until what its session has collected is through; undefined: it is. */
  #backlogSince: number | undefined;
  /** When something came or was acknowledged last. */
  #activeAt = 0;
  readonly #now: () => number;

  /** @param now ms since some moment; never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Number of the broker's session, as deliveries have it. */
  get session(): number {
    return this.#session;
  }

  /** The broker has taken us in (CONNACK). */
  begin(connection: AcknowledgedConnection): void {
    this.end();
    this.#connection = connection;
    this.#activeAt = this.#now();
    this.#backlogSince = connection.isResumed ? this.#activeAt : undefined;
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
    this.#ready = [];
    this.#isFull = false;
  }

  /**
   * A message has come.
   * @returns undefined where it is known and its answer is on its way, or where it has to come again; `in-use` where the broker gives a packet id to a
   * second message before the first is acknowledged, which it must not (MQTT-2.2.1-3)
   */
  receive(receipt: Receipt): Delivery | 'in-use' | undefined {
    const { packetId, qos, isRedelivery } = receipt;
    const connection = this.#connection;
    if (connection === undefined || this.#isFull) return undefined;
    const state = this.#states[packetId];
    if (state === PENDING) return isRedelivery ? undefined : 'in-use';
    this.#isFull = this.#owed.length - this.#first >= connection.most;
    if (this.#isFull) return undefined;
    const isCollected = this.#isBacklog();
    const owed = new OwedAcknowledgement(this, {
      ...receipt,
      isBacklog: isCollected || isRedelivery,
      session: this.#session,
      window: connection.window,
    });
    this.#owed.push(owed);
    if (state === RELEASABLE && qos === 2) {
      owed.acknowledge();
      return undefined;
    }
    this.#states[packetId] = PENDING;
    return owed;
  }

  /** Whether a message that comes now may have waited at the broker while we were away. */
  #isBacklog(): boolean {
    const now = this.#now();
    const isPause = this.#first === this.#owed.length && now - this.#activeAt > PAUSE_MS;
    if (this.#backlogSince !== undefined && (isPause || now - this.#backlogSince > LONGEST_BACKLOG_MS))
      this.#backlogSince = undefined;
    this.#activeAt = now;
    return this.#backlogSince !== undefined;
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
      this.#states[owed.packetId] = owed.qos === 2 ? RELEASABLE : FREE;
      this.#ready.push(owed);
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
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    process.nextTick(() => this.flush());
  }

  /** One write for all of a turn: each of its own would be a packet on the wire and a system call. */
  flush(): void {
    this.#isFlushDue = false;
    this.#activeAt = this.#now();
    const ready = this.#ready;
    if (ready.length === 0) return;
    this.#ready = [];
    const bytes = Buffer.allocUnsafe(ACKNOWLEDGEMENT_BYTES * ready.length);
    let at = 0;
    for (const { qos, packetId } of ready) {
      bytes[at] = qos === 1 ? PUBACK : PUBREC;
      bytes[at + 1] = 2;
      bytes.writeUInt16BE(packetId, at + 2);
      at += ACKNOWLEDGEMENT_BYTES;
    }
    this.#connection?.write(bytes);
  }

  #free(packetId: number, state: number): void {
    if (this.#states[packetId] === state) this.#states[packetId] = FREE;
  }
}

type Owed = Receipt & Pick<Delivery, 'isBacklog' | 'session' | 'window'>;

class OwedAcknowledgement implements Delivery {
  readonly packetId: number;
  readonly qos: 1 | 2;
  readonly isRedelivery: boolean;
  readonly isBacklog: boolean;
  readonly session: number;
  readonly window: number;
  isGiven = false;
  readonly #ledger: Acknowledgements;

  constructor(ledger: Acknowledgements, { packetId, qos, isRedelivery, isBacklog = false, session, window }: Owed) {
    this.#ledger = ledger;
    this.packetId = packetId;
    this.qos = qos;
    this.isRedelivery = isRedelivery;
    this.isBacklog = isBacklog;
    this.session = session;
    this.window = window;
  }

  /** One of an earlier connection stands in no queue any more, so that nothing comes of it. */
  acknowledge(): void {
    if (this.isGiven) return;
    this.isGiven = true;
    this.#ledger.advance();
  }
}
