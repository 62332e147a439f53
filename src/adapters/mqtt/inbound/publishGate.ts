import { Writable } from 'node:stream';
import { ByteRange } from '../../../domain/byteRange.ts';
import { type Frame, readFrame } from '../outbound/frame.ts';
import { LongPublish } from './longPublish.ts';
import type { QosFields } from './owedAcknowledgement.ts';
import { TopicTable } from './topicTable.ts';

/** Content of a PUBLISH beside its topic and payload. */
export interface PublishFlags {
  readonly retain: boolean;
  /** Present with QoS 1 and 2. */
  readonly qosFields?: QosFields;
  /** MQTT 5; there are none where the broker gave none. */
  readonly properties?: PublishProperties;
}

/** Properties that are read; a packet with others than the identifier is left to mqtt.js. */
export interface PublishProperties {
  readonly subscriptionIdentifier?: number | number[];
  /** Media type that the sender declares. */
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
}

/** The payload is lent for the time of the call. */
export type TakePublish = (topic: string, payload: ByteRange, flags: PublishFlags) => void;

export interface PublishGateOptions {
  /** mqtt.js' own reader. */
  readonly destination: Writable;
  readonly version: 4 | 5;
  /** False before the broker has taken us in and after the session's end: then mqtt.js gets everything. */
  readonly isOpen: () => boolean;
  readonly take: TakePublish;
  /** Bytes of a payload that are read; what is longer is given to `take` with its beginning, more than that. Default: all are. */
  readonly longestPayload?: number | undefined;
  /** A part of a long packet has come. */
  readonly onPart?: () => void;
  /** The broker has sent what is no MQTT. */
  readonly cut?: (error: Error) => void;
}

/** Longer packets are left to mqtt.js, as far as their payload is one that is read, so that no more than this is ever kept back until its end has come. */
const LONGEST = 65_536;
/**
 * Packets of one turn of the event loop. mqtt.js takes all that a chunk of the socket holds (32,768 PINGRESP) in one go, and Node.js
 * reads up to 32 chunks before it looks at timers and signals: a flood would hold up everything for a minute.
 */
const MOST_PER_TURN = 512;
const PUBLISH = 0x30;
const RETAIN = 0x01;
const DUP = 0x08;
const SUBSCRIPTION_IDENTIFIER = 0x0b;
const PLAIN: PublishFlags = { retain: false };
const RETAINED: PublishFlags = { retain: true };

/**
 * Stands between the socket and mqtt.js and takes out what nearly all packets are: PUBLISH, whose answers are given
 * elsewhere (`acknowledgements.ts`). That costs half a microsecond in place of four. Every other byte goes on to mqtt.js, and
 * nothing behind it is looked at before mqtt.js has done with it: the order stays that of the wire.
 */
export class PublishGate extends Writable {
  readonly #options: PublishGateOptions;
  readonly #longest: number;
  readonly #topics = new TopicTable();
  readonly #payload = new ByteRange();
  readonly #frame: Frame = { body: 0, end: 0 };
  /** The beginning of a packet whose end has not come. */
  #rest: Buffer | undefined;
  /** Bytes still to come of a packet for mqtt.js. */
  #foreign = 0;
  #long: LongPublish | undefined;
  /** Packets that may be taken or passed on before the next turn. */
  #left = MOST_PER_TURN;

  constructor(options: PublishGateOptions) {
    // A chunk of the socket has 64 KiB: by less the socket would be paused after each.
    super({ highWaterMark: 4 * LONGEST });
    this.#options = options;
    this.#longest = options.longestPayload ?? Number.POSITIVE_INFINITY;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = undefined;
    if (this.#long === undefined) this.#goOn(bytes, 0, done);
    else this.#goOnLong(this.#long, bytes, 0, done);
  }

  override _final(done: () => void): void {
    const { destination } = this.#options;
    if (this.#rest !== undefined) destination.write(this.#rest);
    destination.end(done);
  }

  #goOn(bytes: Buffer, from: number, done: () => void): void {
    const at = this.#takeRun(bytes, from);
    const end = this.#passRun(bytes, at);
    if (end > at) this.#options.destination.write(bytes.subarray(at, end), () => this.#afterTurn(bytes, end, done));
    else if (this.#left === 0) this.#afterTurn(bytes, end, done);
    else if (this.#begins(bytes, end)) this.#goOnLong(this.#long as LongPublish, bytes, end, done);
    else {
      if (end < bytes.length) this.#rest = bytes.subarray(end);
      done();
    }
  }

  /** @returns whether a packet begins there that is too long to be kept; it is `#long` then */
  #begins(bytes: Buffer, at: number): boolean {
    const frame = at < bytes.length ? readFrame(bytes, at) : 'incomplete';
    if (typeof frame === 'string' || frame.body + 2 > bytes.length || !this.#isLong(bytes, at, frame)) return false;
    this.#long = new LongPublish(frame, at, this.#longest);
    return true;
  }

  #goOnLong(long: LongPublish, bytes: Buffer, from: number, done: () => void): void {
    const { onPart, cut, take, version } = this.#options;
    const at = long.feed(bytes, from);
    onPart?.();
    if (!long.isWhole) {
      done();
      return;
    }
    this.#long = undefined;
    const head = long.head(version);
    if (head === undefined) cut?.(new Error('malformed packet: publish without topic or packet identifier'));
    else {
      const { first, topic, packetId, payload } = head;
      take(topic, ByteRange.of(payload), flagsOf(first, packetId, undefined));
    }
    this.#goOn(bytes, at, done);
  }

  #isLong(bytes: Buffer, at: number, frame: Frame): boolean {
    const isLong = isPublish(bytes[at]) && frame.end - at > LONGEST && LongPublish.is(frame, this.#longest);
    // Without a topic it is no packet of MQTT, and mqtt.js ends the connection over it.
    const mayHaveTopic = frame.body + 2 > bytes.length || bytes.readUInt16BE(frame.body) > 0;
    return isLong && mayHaveTopic && this.#options.isOpen();
  }

  /** Goes on, in the next turn where this one has had its packets. */
  #afterTurn(bytes: Buffer, from: number, done: () => void): void {
    if (this.#left > 0) {
      this.#goOn(bytes, from, done);
      return;
    }
    setImmediate(() => {
      this.#left = MOST_PER_TURN;
      this.#goOn(bytes, from, done);
    });
  }

  /** Takes the packets that are ours. @returns where the first one stands that is not, or is not whole */
  #takeRun(bytes: Buffer, from: number): number {
    let at = from;
    if (this.#foreign > 0) return at;
    while (at < bytes.length && this.#left > 0) {
      const frame = readFrame(bytes, at, this.#frame);
      if (frame === 'incomplete' || frame === 'malformed' || frame.end > bytes.length) break;
      const { end } = frame;
      if (!this.#isOurs(bytes, at, frame) || !this.#take(bytes, at, frame)) break;
      this.#left--;
      at = end;
    }
    return at;
  }

  /** @returns up to where the bytes are for mqtt.js; `from` itself: there is to wait for the end of a packet of ours, or for the next turn */
  #passRun(bytes: Buffer, from: number): number {
    let at = from;
    for (;;) {
      const passed = Math.min(this.#foreign, bytes.length - at);
      this.#foreign -= passed;
      at += passed;
      if (at === bytes.length || this.#left === 0) return at;
      const frame = readFrame(bytes, at);
      if (frame === 'incomplete') return at;
      this.#left--;
      // mqtt.js will end the connection over it.
      if (frame === 'malformed') this.#foreign = Number.POSITIVE_INFINITY;
      else if (this.#isLong(bytes, at, frame)) return at;
      else if (this.#isOurs(bytes, at, frame) && (at > from || frame.end > bytes.length)) return at;
      else this.#foreign = frame.end - at;
    }
  }

  #isOurs(bytes: Buffer, at: number, frame: Frame): boolean {
    return isPublish(bytes[at]) && frame.end - at <= LONGEST && this.#options.isOpen();
  }

  /** @returns false where the packet is odd in any way: what is to be done with it, mqtt.js knows */
  #take(bytes: Buffer, at: number, { body, end }: Frame): boolean {
    const { version, take } = this.#options;
    if (end - body < 3) return false;
    const first = bytes[at];
    const qos = qosOf(first);
    const topicEnd = body + 2 + bytes.readUInt16BE(body);
    let payload = topicEnd + (qos > 0 ? 2 : 0);
    if (topicEnd === body + 2 || payload > end - (version === 5 ? 1 : 0)) return false;
    const packetId = qos > 0 ? bytes.readUInt16BE(topicEnd) : 1;
    if (packetId === 0) return false;
    let properties: PublishFlags['properties'];
    if (version === 5) {
      const length = bytes[payload++];
      if (length > 0) {
        const subscriptionIdentifier = readIdentifier(bytes, payload, payload + length, end);
        if (subscriptionIdentifier === undefined) return false;
        properties = { subscriptionIdentifier };
        payload += length;
      }
    }
    const topic = this.#topics.find(bytes, body + 2, topicEnd);
    take(topic, this.#payload.set(bytes, payload, end), flagsOf(first, packetId, properties));
    return true;
  }
}

function qosOf(first: number): number {
  return (first >> 1) & 3;
}

/** QoS 3 and DUP with QoS 0 there are not (MQTT-3.3.1-2, MQTT-3.3.1-4): mqtt.js ends the connection over them. */
function isPublish(first: number): boolean {
  const qos = qosOf(first);
  return (first & 0xf0) === PUBLISH && qos < 3 && (qos > 0 || (first & DUP) === 0);
}

function flagsOf(first: number, packetId: number, properties: PublishFlags['properties']): PublishFlags {
  const qos = qosOf(first);
  const retain = (first & RETAIN) !== 0;
  if (qos > 0) {
    const qosFields: QosFields = { packetId, qos: qos === 1 ? 1 : 2, isRedelivery: (first & DUP) !== 0 };
    return properties === undefined ? { retain, qosFields } : { retain, qosFields, properties };
  }
  if (properties === undefined) return retain ? RETAINED : PLAIN;
  return { retain, properties };
}

/** The properties where they are one subscription identifier and nothing else (MQTT 5: 3.3.2.3.8). */
function readIdentifier(bytes: Buffer, from: number, to: number, end: number): number | undefined {
  if (to > end || bytes[from] !== SUBSCRIPTION_IDENTIFIER || to - from > 5) return undefined;
  let value = 0;
  for (let at = from + 1; at < to; at++) {
    const byte = bytes[at];
    value += (byte & 0x7f) * 128 ** (at - from - 1);
    if (byte < 0x80 !== (at === to - 1)) return undefined;
  }
  return value > 0 ? value : undefined;
}
