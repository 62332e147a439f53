import type { OnSettled, ReceiptKey } from '../../../domain/receipt.ts';
import { type DurationMs, toDurationMs } from '../../../domain/time.ts';
import { type Delivery, KEY_BYTES, toKey } from './delivery.ts';

/** Fields of a PUBLISH of QoS 1 or 2 beside its message. */
export interface QosFields {
  readonly packetId: number;
  readonly qos: 1 | 2;
  /** DUP. */
  readonly isRedelivery: boolean;
}

/** A connection that a broker has taken us in on. */
export interface AcknowledgedConnection {
  /** The broker still had our session: packet ids go on from before. */
  readonly isResumed: boolean;
  /** Most messages that it should send before it waits. */
  readonly window: number;
  /** Most messages that it may have sent, whatever it should; further ones are left for another connection. */
  readonly most: number;
  /** @returns whether another one may come while some are not acknowledged: the broker keeps those without room here. Default: always */
  readonly hasRoom?: (() => boolean) | undefined;
  /** Everything is answered, and something was left: it comes on a new connection. */
  renew(): void;
  /** Puts bytes on the wire; forgets them where the wire is gone. `onSeen`: asks the broker to show that it has read them. */
  write(bytes: Uint8Array, onSeen?: () => void): void;
}

/** Facts that the messages of one connection have in common. */
export type ConnectionFacts = Pick<Delivery, 'session' | 'window' | 'isResumed' | 'connection' | 'firstPacketId'>;

/** One for all receipts: who takes a message in writes its key down at once. */
const LENT_KEY = new Uint8Array(KEY_BYTES);

/** One message that waits for its acknowledgement. */
export class OwedAcknowledgement implements Delivery {
  readonly packetId: number;
  readonly qos: 1 | 2;
  readonly isRedelivery: boolean;
  readonly isBacklog: boolean;
  readonly checksum: number;
  isGiven = false;
  /** Its packet id stands for a message of before, whose answer it gets. */
  isCopy = false;
  /** Another message has its packet id, and the answer to that one is the answer to both. */
  isAnsweredLater = false;
  /** The one that this answer is for too. */
  before: OwedAcknowledgement | undefined = undefined;
  onSettled: OnSettled | undefined = undefined;
  number: number | undefined = undefined;
  readonly #ledger: { advance(): void };
  readonly #facts: ConnectionFacts;
  /** Whole: a number with a fraction would be an object of its own. */
  readonly #ageMs: number;

  /** @param age time that the connection was up, ms */
  constructor(
    ledger: { advance(): void },
    facts: ConnectionFacts,
    { packetId, qos, isRedelivery }: QosFields,
    checksum: number,
    isBacklog: boolean,
    age: number,
  ) {
    this.#ledger = ledger;
    this.#facts = facts;
    this.packetId = packetId;
    this.qos = qos;
    this.isRedelivery = isRedelivery;
    this.isBacklog = isBacklog;
    this.checksum = checksum;
    this.#ageMs = Math.floor(age);
  }

  get session(): number {
    return this.#facts.session;
  }

  get window(): number {
    return this.#facts.window;
  }

  get isResumed(): boolean {
    return this.#facts.isResumed;
  }

  get connection(): number {
    return this.#facts.connection;
  }

  get firstPacketId(): number {
    return this.#facts.firstPacketId;
  }

  get age(): DurationMs {
    return toDurationMs(this.#ageMs);
  }

  get key(): ReceiptKey {
    return toKey(this.packetId, this.checksum, LENT_KEY);
  }

  /** One of an earlier connection stands in no queue any more, so that nothing comes of it. */
  ack(onSettled?: OnSettled): void {
    if (this.isGiven) return;
    this.isGiven = true;
    this.onSettled = onSettled;
    this.#ledger.advance();
  }
}

/** Searches `owed` from `first` on. @returns the last message that waits under this id with an answer of its own */
export function lastOwed(
  owed: readonly OwedAcknowledgement[],
  first: number,
  packetId: number,
): OwedAcknowledgement | undefined {
  let place = owed.length - 1;
  while (place >= first && (owed[place].packetId !== packetId || owed[place].isCopy)) place--;
  return place < first ? undefined : owed[place];
}

const PUBACK = 0x40;
const PUBREC = 0x50;
const ACKNOWLEDGEMENT_BYTES = 4;

/** PUBACK (MQTT 3.4) or PUBREC (3.5) of each, one behind the other. */
export function encodeAcknowledgements(owed: readonly Pick<QosFields, 'packetId' | 'qos'>[]): Buffer {
  const bytes = Buffer.allocUnsafe(ACKNOWLEDGEMENT_BYTES * owed.length);
  let at = 0;
  for (const { qos, packetId } of owed) {
    bytes[at] = qos === 1 ? PUBACK : PUBREC;
    bytes[at + 1] = 2;
    bytes[at + 2] = packetId >>> 8;
    bytes[at + 3] = packetId;
    at += ACKNOWLEDGEMENT_BYTES;
  }
  return bytes;
}
