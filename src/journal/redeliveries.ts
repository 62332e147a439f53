import { crc32 } from 'node:zlib';
import type { Delivery, Inbound } from '../domain/sample.ts';

/** Of topic and payload together: with the packet id it tells whether a message is the same one again. */
export function checksumOf({ topic, payload }: Inbound): number {
  return crc32(payload, crc32(topic));
}

/**
 * Knows the messages again that the broker may send a second time because our acknowledgement has not reached it. These are among
 * the last that came in, as many as may be unacknowledged at once; an equal packet id further back was acknowledged and means
 * another message by now. The window that the broker was told does not bound it: not all brokers keep to that.
 */
export class Redeliveries {
  /** Packet id → checksum, oldest first. */
  readonly #checksums = new Map<number, number>();
  readonly #mostUnacknowledged: number;

  /** @param mostUnacknowledged messages that the connection holds at once */
  constructor(mostUnacknowledged: number) {
    this.#mostUnacknowledged = mostUnacknowledged;
  }

  /** A message was taken in. */
  note(packetId: number, checksum: number): void {
    this.#checksums.delete(packetId);
    this.#checksums.set(packetId, checksum);
    const [oldest] = this.#checksums.keys();
    if (this.#checksums.size > this.#mostUnacknowledged) this.#checksums.delete(oldest as number);
  }

  /** Whether it was taken in before. */
  isKnown({ packetId, isRedelivery }: Delivery, checksum: number): boolean {
    return isRedelivery && this.#checksums.get(packetId) === checksum;
  }

  /** The broker has begun a new session. */
  clear(): void {
    this.#checksums.clear();
  }
}
