import { crc32 } from 'node:zlib';
import type { Delivery, Inbound } from '../domain/sample.ts';

/** Of topic and payload together: with the packet id it tells whether a message is the same one again. */
export function checksumOf({ topic, payload }: Inbound): number {
  return crc32(payload, crc32(topic));
}

/**
 * Knows the messages again that the broker may send a second time because our acknowledgement has not reached it. Only the
 * last `window` messages can be such: of more the broker does not wait for an answer, so an equal packet id further back was
 * acknowledged and means another message by now.
 */
export class Redeliveries {
  /** Packet id → checksum, oldest first. */
  readonly #checksums = new Map<number, number>();
  readonly #mostWindow: number;

  /** @param mostWindow how many are remembered at most, whatever the broker says */
  constructor(mostWindow: number) {
    this.#mostWindow = mostWindow;
  }

  /** A message was taken in. */
  note(packetId: number, checksum: number): void {
    this.#checksums.delete(packetId);
    this.#checksums.set(packetId, checksum);
    this.#shrinkTo(this.#mostWindow);
  }

  /** Whether it was taken in before. */
  isKnown({ packetId, isRedelivery, window }: Delivery, checksum: number): boolean {
    if (!isRedelivery) return false;
    this.#shrinkTo(Math.min(window, this.#mostWindow));
    return this.#checksums.get(packetId) === checksum;
  }

  /** The broker has begun a new session. */
  clear(): void {
    this.#checksums.clear();
  }

  #shrinkTo(count: number): void {
    for (const packetId of this.#checksums.keys()) {
      if (this.#checksums.size <= count) return;
      this.#checksums.delete(packetId);
    }
  }
}
