import { crc32 } from 'node:zlib';
import type { Delivery, Inbound } from '../domain/sample.ts';

/** Of topic and payload together: with the packet id it tells whether a message is the same one again. */
export function checksumOf({ topic, payload }: Inbound): number {
  return crc32(payload, crc32(topic));
}

/** Packet ids have two bytes. */
const PACKET_IDS = 65_536;

/**
 * Knows the messages again that the broker may send a second time because our acknowledgement has not reached it. How many
 * wait for theirs is not bounded by the window: mosquitto 2.0 oversteps it. So of every packet id the last message is known,
 * for as long as `mostUnacknowledged` others have not come: then it was acknowledged, and the id means another by now.
 */
export class Redeliveries {
  readonly #checksums = new Uint32Array(PACKET_IDS);
  /** Number of the message, counted from 1; 0: none. */
  readonly #numbers = new Float64Array(PACKET_IDS);
  readonly #mostUnacknowledged: number;
  #count = 0;

  constructor(mostUnacknowledged: number) {
    this.#mostUnacknowledged = mostUnacknowledged;
  }

  /** A message was taken in. */
  note(packetId: number, checksum: number): void {
    this.#checksums[packetId] = checksum;
    this.#numbers[packetId] = ++this.#count;
  }

  /** Whether it was taken in before. */
  isKnown({ packetId, isRedelivery }: Delivery, checksum: number): boolean {
    const number = this.#numbers[packetId] as number;
    if (!isRedelivery || number === 0 || this.#count - number >= this.#mostUnacknowledged) return false;
    return this.#checksums[packetId] === checksum;
  }

  /** The broker has begun a new session. */
  clear(): void {
    this.#numbers.fill(0);
  }
}
