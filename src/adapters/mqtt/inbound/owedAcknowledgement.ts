import type { Receipt, ReceiptKey } from '../../../domain/receipt.ts';
import type { DurationMs } from '../../../domain/time.ts';
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

type Circumstances = Omit<Delivery, 'packetId' | 'isRedelivery' | 'key' | 'ack'>;

/** One for all receipts: who takes a message in writes its key down at once. */
const LENT_KEY = new Uint8Array(KEY_BYTES);

/** One message that waits for its acknowledgement. */
export class OwedAcknowledgement implements Delivery {
  readonly packetId: number;
  readonly qos: 1 | 2;
  readonly isRedelivery: boolean;
  readonly isBacklog: boolean;
  readonly session: number;
  readonly window: number;
  readonly connection: number;
  readonly firstPacketId: number;
  readonly age: DurationMs;
  readonly checksum: number;
  isGiven = false;
  /** Another message has its packet id, and the answer to that one is the answer to both. */
  isAnsweredLater = false;
  /** The one that this answer is for too. */
  before: OwedAcknowledgement | undefined;
  onSettled: ((receipt: Receipt) => void) | undefined;
  number: number | undefined;
  readonly #ledger: { advance(): void };

  constructor(ledger: { advance(): void }, { packetId, qos, isRedelivery }: QosFields, circumstances: Circumstances) {
    this.#ledger = ledger;
    this.packetId = packetId;
    this.qos = qos;
    this.isRedelivery = isRedelivery;
    this.isBacklog = circumstances.isBacklog ?? false;
    this.session = circumstances.session;
    this.window = circumstances.window;
    this.connection = circumstances.connection;
    this.firstPacketId = circumstances.firstPacketId;
    this.age = circumstances.age;
    this.checksum = circumstances.checksum;
  }

  get key(): ReceiptKey {
    return toKey(this.packetId, this.checksum, LENT_KEY);
  }

  /** One of an earlier connection stands in no queue any more, so that nothing comes of it. */
  ack(onSettled?: (receipt: Receipt) => void): void {
    if (this.isGiven) return;
    this.isGiven = true;
    this.onSettled = onSettled;
    this.#ledger.advance();
  }
}

const PUBACK = 0x40;
const PUBREC = 0x50;
const ACKNOWLEDGEMENT_BYTES = 4;

/** PUBACK (MQTT 3.4) or PUBREC (3.5) of each, one behind the other. */
export function encodeAcknowledgements(owed: readonly OwedAcknowledgement[]): Buffer {
  const bytes = Buffer.allocUnsafe(ACKNOWLEDGEMENT_BYTES * owed.length);
  let at = 0;
  for (const { qos, packetId } of owed) {
    bytes[at] = qos === 1 ? PUBACK : PUBREC;
    bytes[at + 1] = 2;
    bytes.writeUInt16BE(packetId, at + 2);
    at += ACKNOWLEDGEMENT_BYTES;
  }
  return bytes;
}
