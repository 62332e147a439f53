import type { PreparedTopic, WritablePayload } from '../../../domain/outgoing.ts';
import { OutputBytes } from '../../../domain/outputBytes.ts';

/** A PUBLISH of QoS 0 with its lengths in bytes of UTF-8, which the caller has checked. */
export interface BatchedPublish {
  readonly topic: string;
  readonly topicBytes: number;
  readonly payload: string | Uint8Array;
  readonly payloadBytes: number;
  readonly retain: boolean;
  /** MQTT 5: seconds; undefined: never. */
  readonly expirySeconds: number | undefined;
}

/** Larger batches go out in pieces of about this size; what a home publishes in a turn fits in the first growth. */
const FIRST_BYTES = 4096;
const LARGEST_BYTES = 65_536;
/** Bytes that a payload takes which writes itself; a longer one only makes the batch longer. */
const USUAL_PAYLOAD = 1024;

/** Fixed header with the longest remaining length, topic length, and the properties with their length (MQTT 3.3). */
const HEAD_BYTES = 5 + 2 + 6;
const PUBLISH = 0x30;
const RETAIN = 0x01;
const MESSAGE_EXPIRY_INTERVAL = 0x02;
/** Remaining lengths of two bytes (MQTT 2.2.3): those of nearly all messages. */
const [LEAST_OF_TWO, LEAST_OF_THREE, LEAST_OF_FOUR] = [2 ** 7, 2 ** 14, 2 ** 21];

/**
 * PUBLISH packets of QoS 0, encoded one behind the other into one buffer, so that what is published in one turn of the event
 * loop is one write. mqtt.js makes half a dozen writes of each packet, and the queueing of those, not the system call, is
 * most of what a publish costs: 3 to 4 µs against 0.5.
 */
export class PublishBatch {
  readonly #version: 4 | 5;
  readonly #write: (bytes: Uint8Array) => void;
  #out = new OutputBytes(FIRST_BYTES);

  /** @param write gets bytes that are its own */
  constructor(version: 4 | 5, write: (bytes: Uint8Array) => void) {
    this.#version = version;
    this.#write = write;
  }

  /** Bytes that wait for `flush`. */
  get length(): number {
    return this.#out.length;
  }

  add(message: BatchedPublish): void {
    const { topic, topicBytes, payload, payloadBytes, retain, expirySeconds } = message;
    this.#reserve(HEAD_BYTES + topicBytes + payloadBytes);
    const out = this.#out;
    out.bytes[out.length++] = retain ? PUBLISH | RETAIN : PUBLISH;
    writeLength(out, 2 + topicBytes + this.#propertiesLength(expirySeconds) + payloadBytes);
    this.#writeHead(topic, topicBytes, expirySeconds);
    if (typeof payload === 'string') writeText(out, payload, payloadBytes);
    else {
      out.bytes.set(payload, out.length);
      out.length += payloadBytes;
    }
  }

  /**
   * Adds a message whose payload is written straight into the batch.
   * @param largest bytes that topic and payload may have together
   * @returns false where they have more: it is not added
   */
  addWritten(
    { name, bytes: topicBytes }: PreparedTopic,
    payload: WritablePayload,
    retain: boolean,
    expirySeconds: number | undefined,
    largest: number,
  ): boolean {
    this.#reserve(HEAD_BYTES + topicBytes + USUAL_PAYLOAD);
    const out = this.#out;
    const start = out.length;
    try {
      // Type, and two bytes of remaining length, which is known at the end.
      out.length = start + 3;
      this.#writeHead(name, topicBytes, expirySeconds);
      const head = out.length;
      payload.writeTo(out);
      if (topicBytes + out.length - head > largest) {
        out.length = start;
        return false;
      }
      out.bytes[start] = retain ? PUBLISH | RETAIN : PUBLISH;
      closeLength(out, start + 1);
      return true;
    } catch (error) {
      // Half a message would make rubbish of all that follow.
      out.length = start;
      throw error;
    }
  }

  flush(): void {
    const out = this.#out;
    if (out.length === 0) return;
    // A copy: the socket may hold on to it, and a small one costs less than a new large buffer.
    const bytes = Buffer.from(out.bytes.subarray(0, out.length));
    out.length = 0;
    if (out.bytes.length > LARGEST_BYTES) this.#out = new OutputBytes(FIRST_BYTES);
    this.#write(bytes);
  }

  /** Topic and properties. */
  #writeHead(topic: string, topicBytes: number, expirySeconds: number | undefined): void {
    const out = this.#out;
    out.bytes[out.length++] = topicBytes >> 8;
    out.bytes[out.length++] = topicBytes & 0xff;
    writeText(out, topic, topicBytes);
    const properties = this.#propertiesLength(expirySeconds);
    if (properties > 0) out.bytes[out.length++] = properties - 1;
    if (properties > 1) {
      out.bytes[out.length++] = MESSAGE_EXPIRY_INTERVAL;
      out.length = out.bytes.writeUInt32BE(expirySeconds as number, out.length);
    }
  }

  #propertiesLength(expirySeconds: number | undefined): number {
    if (this.#version === 4) return 0;
    return expirySeconds === undefined ? 1 : 6;
  }

  #reserve(needed: number): void {
    if (this.#out.length + needed > LARGEST_BYTES) this.flush();
    this.#out.reserve(needed);
  }
}

/** Room for it is there. As many bytes as characters: it is ASCII, which is copied as it lies. */
function writeText(out: OutputBytes, text: string, textBytes: number): void {
  if (textBytes !== text.length) {
    out.length += out.bytes.write(text, out.length, 'utf8');
    return;
  }
  const { bytes, length } = out;
  for (let i = 0; i < textBytes; i++) bytes[length + i] = text.charCodeAt(i);
  out.length = length + textBytes;
}

/** Remaining length (MQTT 2.2.3): seven bits a byte, the lowest first. */
function writeLength(out: OutputBytes, length: number): void {
  let rest = length;
  while (rest > 0x7f) {
    out.bytes[out.length++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out.bytes[out.length++] = rest;
}

/** Fills in the remaining length, for which two bytes were left at `start`; where it takes another number of them, what follows moves. */
function closeLength(out: OutputBytes, start: number): void {
  const { length: end } = out;
  const length = end - start - 2;
  const shift = bytesOfLength(length) - 2;
  if (shift !== 0) {
    if (shift > 0) out.reserve(shift);
    out.bytes.copyWithin(start + 2 + shift, start + 2, end);
  }
  out.length = start;
  writeLength(out, length);
  out.length = end + shift;
}

function bytesOfLength(length: number): number {
  if (length < LEAST_OF_TWO) return 1;
  if (length < LEAST_OF_THREE) return 2;
  return length < LEAST_OF_FOUR ? 3 : 4;
}
