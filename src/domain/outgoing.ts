import { OutputBytes } from './outputBytes.ts';
import type { DurationMs } from './time.ts';

/** A message to publish. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** The broker forgets a retained message after this time (MQTT 5); without it, never. */
  readonly expire?: DurationMs;
  /** Bytes by which the sender of a request knows the answer (MQTT 5: 3.3.2.3.6); over 3.1.1 they are left out. */
  readonly correlation?: Uint8Array | undefined;
  /** Called where the link goes before the broker has confirmed the message (QoS 1 and 2): it may have come or not. */
  readonly unconfirmed?: () => void;
}

/**
 * Port: hands a message to the broker. A message that cannot go out is dropped, counted and reported there.
 * @returns false for a message that was dropped
 */
export type Publish = (message: Outgoing) => boolean;

/** A payload that writes itself behind the bytes that are there. It is asked within the call that publishes it, once. */
export interface WritablePayload {
  writeTo(out: OutputBytes): void;
}

/** A topic that many messages go to: what its encoding needs is found out once. */
export class PreparedTopic {
  readonly name: string;
  /** Length of its UTF-8. */
  readonly bytes: number;
  /** Kept by the owner of retained topics: when it was held last. */
  heldSince: object | undefined = undefined;

  constructor(name: string) {
    this.name = name;
    this.bytes = Buffer.byteLength(name);
  }
}

/**
 * Port: as `Publish`, with QoS 0, for what is published all the time: no object and no text is made for the message.
 * @param expire as in `Outgoing`; 0: never
 * @returns false for a message that was dropped
 */
export type PublishTo = (
  topic: PreparedTopic,
  payload: WritablePayload,
  retain: boolean,
  expire: DurationMs,
) => boolean;

const FIRST_BYTES = 512;

/** The same as a message that may be kept. */
export function toOutgoing(
  { name }: PreparedTopic,
  payload: WritablePayload,
  retain: boolean,
  expire: DurationMs,
): Outgoing {
  const out = new OutputBytes(FIRST_BYTES);
  payload.writeTo(out);
  const message = { topic: name, payload: out.bytes.subarray(0, out.length), qos: 0, retain } as const;
  return expire > 0 ? { ...message, expire } : message;
}
