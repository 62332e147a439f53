import { crc32 } from 'node:zlib';
import type { Delivery, Inbound } from '../domain/sample.ts';
import type { JournalPosition } from '../domain/stateStore.ts';

/** Of topic and payload together: with the packet id it tells whether a message is the same one again. */
export function checksumOf({ topic, payload }: Inbound): number {
  return crc32(payload, crc32(topic));
}

/** They have two bytes. */
const PACKET_IDS = 65_536;
const MARKS = 64;

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
  /** Places in the journal of every so many messages, oldest first; from the first of them on it knows all that may come again. */
  readonly #marks: { readonly number: number; readonly position: JournalPosition }[] = [];
  #count = 0;
  #session = 0;

  /** @param mostUnacknowledged messages that the connection holds at once */
  constructor(mostUnacknowledged: number) {
    this.#mostUnacknowledged = mostUnacknowledged;
  }

  /** A message was taken in, and has its place in the journal. */
  note(packetId: number, checksum: number, position: JournalPosition): void {
    if (this.#numbers.length === 0) {
      this.#checksums = new Uint32Array(PACKET_IDS);
      this.#numbers = new Float64Array(PACKET_IDS);
    }
    this.#checksums[packetId] = checksum;
    this.#numbers[packetId] = ++this.#count;
    this.#mark(position);
  }

  #mark(position: JournalPosition): void {
    const marks = this.#marks;
    const every = Math.ceil(this.#mostUnacknowledged / MARKS);
    const newest = marks.at(-1)?.number ?? Number.NEGATIVE_INFINITY;
    if (this.#count - newest >= every) marks.push({ number: this.#count, position });
    const oldest = this.#count - this.#mostUnacknowledged + 1;
    if (marks.length > 1 && (marks[1]?.number ?? oldest) <= oldest) marks.shift();
  }

  /** The journal from there on knows every message that may come again; undefined: none may. */
  get neededFrom(): JournalPosition | undefined {
    return this.#marks[0]?.position;
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
    this.#marks.length = 0;
    this.#numbers.fill(0);
  }
}
