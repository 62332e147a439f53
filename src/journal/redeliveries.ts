import { crc32 } from 'node:zlib';
import type { Delivery, Inbound } from '../domain/sample.ts';

/** Of topic and payload together: with the packet id it tells whether a message is the same one again. */
export function checksumOf({ topic, payload }: Inbound): number {
  return crc32(payload, crc32(topic));
}

/** They have two bytes. */
const PACKET_IDS = 65_536;

/**
 * Knows the messages again that the broker may send a second time because our acknowledgement has not reached it. These are among
 * the last that came in, as many as may be unacknowledged at once; an equal packet id further back was acknowledged and means
 * another message by now. The window that the broker was told does not bound it: not all brokers keep to that.
 */
export class Redeliveries {
  /** Of each packet id's last message: its checksum, and its number among all messages, counted from 1. Made when the first comes. */
  #checksums = new Uint32Array(0);
  #numbers = new Float64Array(0);
  readonly #mostUnacknowledged: number;
  #count = 0;
  #session = 0;

  /** @param mostUnacknowledged messages that the connection holds at once */
  constructor(mostUnacknowledged: number) {
    this.#mostUnacknowledged = mostUnacknowledged;
  }

  /** A message was taken in. */
  note(packetId: number, checksum: number): void {
    if (this.#numbers.length === 0) {
      this.#checksums = new Uint32Array(PACKET_IDS);
      this.#numbers = new Float64Array(PACKET_IDS);
    }
    this.#checksums[packetId] = checksum;
    this.#numbers[packetId] = ++this.#count;
  }

  /** Whether it was taken in before. */
  isKnown({ packetId, isRedelivery }: Delivery, checksum: number): boolean {
    const number = this.#numbers[packetId] ?? 0;
    if (!isRedelivery || number === 0 || this.#count - number >= this.#mostUnacknowledged) return false;
    return this.#checksums[packetId] === checksum;
  }

  /** Of the broker, counted as `Delivery.session` is. */
  get session(): number {
    return this.#session;
  }

  /** The broker has begun a session: packet ids of before mean nothing in it. */
  enter(session: number): void {
    this.#session = session;
    this.#numbers.fill(0);
  }
}
