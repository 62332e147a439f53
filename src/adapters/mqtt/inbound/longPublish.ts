import type { Frame } from '../outbound/frame.ts';

/** Bytes that stand before the payload at most: topic with its length, packet identifier, properties of a usual size with theirs. */
const MOST_HEAD = 2 + 65_535 + 2 + 4 + 1024;

/** Parts of a PUBLISH whose payload is only begun. */
export interface LongHead {
  readonly first: number;
  readonly topic: string;
  /** 1 with QoS 0. */
  readonly packetId: number;
  /** The beginning of the payload: more than may be read, so that it counts as too large. */
  readonly payload: Uint8Array;
}

/**
 * A PUBLISH whose payload is longer than what is read: as much as shows that is kept, the rest is let go as it comes. The broker is told of
 * no limit, because it would drop such a message without a word; so it costs no memory here, and is counted.
 */
export class LongPublish {
  readonly #body: number;
  readonly #kept: Uint8Array;
  readonly #longest: number;
  #keptBytes = 0;
  /** Bytes of the packet that are still to come. */
  #left: number;

  /** @param at where the packet begins in the bytes that `frame` is of */
  constructor({ body, end }: Frame, at: number, longest: number) {
    this.#body = body - at;
    this.#longest = longest;
    this.#left = end - at;
    this.#kept = new Uint8Array(Math.min(this.#left, this.#body + MOST_HEAD + longest + 1));
  }

  /** The payload of a packet with this frame is longer than `longest` for sure. */
  static is({ body, end }: Frame, longest: number): boolean {
    return end - body > MOST_HEAD + longest;
  }

  get isWhole(): boolean {
    return this.#left === 0;
  }

  /** @returns where the bytes that are not of the packet begin */
  feed(bytes: Uint8Array, from: number): number {
    const taken = Math.min(this.#left, bytes.length - from);
    const kept = Math.min(taken, this.#kept.length - this.#keptBytes);
    this.#kept.set(bytes.subarray(from, from + kept), this.#keptBytes);
    this.#keptBytes += kept;
    this.#left -= taken;
    return from + taken;
  }

  /** @returns undefined where it has no topic, or QoS 1 or 2 without a packet identifier: MQTT has no such packet */
  head(version: 4 | 5): LongHead | undefined {
    const bytes = Buffer.from(this.#kept.buffer);
    const first = bytes[0] as number;
    const hasId = (first & 0b110) !== 0;
    const topicEnd = this.#body + 2 + bytes.readUInt16BE(this.#body);
    const packetId = hasId ? bytes.readUInt16BE(topicEnd) : 1;
    if (topicEnd === this.#body + 2 || packetId === 0) return undefined;
    let start = topicEnd + (hasId ? 2 : 0);
    if (version === 5) start = skipProperties(bytes, start);
    // Properties of an unusual size leave room for less of the payload: it counts as too large all the same.
    const payload = bytes.subarray(Math.min(start, bytes.length - this.#longest - 1));
    return { first, topic: bytes.toString('utf8', this.#body + 2, topicEnd), packetId, payload };
  }
}

/** @returns the place behind the properties, whose length is a number of up to four bytes (MQTT 5: 2.2.2.1) */
function skipProperties(bytes: Uint8Array, start: number): number {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[start + i] as number;
    length |= (byte & 0x7f) << (7 * i);
    if (byte < 0x80) return start + i + 1 + length;
  }
  return bytes.length;
}
