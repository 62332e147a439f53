import type { Delivery, Sample } from '../domain/sample.ts';
import type { EpochMs } from '../domain/time.ts';

/** What is kept of a message once it is decoded. Its payload is not: it may be as large as `limits.payload`. */
export interface MessageHead {
  readonly topic: string;
  readonly receivedAt: EpochMs;
  /** Undefined: no acknowledgement is owed. */
  readonly delivery?: Delivery | undefined;
  /** Of topic and payload, where an acknowledgement is owed; else 0. */
  readonly checksum: number;
}

/** A message that was decoded: its samples, none where all of it was refused but an acknowledgement is owed. */
export interface Arrival {
  readonly message: MessageHead;
  readonly samples: readonly Sample[];
}

/** Measured with Node.js 20: what a waiting message takes beside its topic and samples, and a sample beside its inputs. */
const MESSAGE_BYTES = 400;
const SAMPLE_BYTES = 120;
const INPUT_BYTES = 8;

/** Bytes that an arrival takes while it waits, about. */
export function bytesOf({ message, samples }: Arrival): number {
  let bytes = MESSAGE_BYTES + message.topic.length;
  for (const { inputs } of samples) bytes += SAMPLE_BYTES + INPUT_BYTES * (inputs?.length ?? 0);
  return bytes;
}
