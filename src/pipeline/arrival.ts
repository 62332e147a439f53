import type { Receipt } from '../domain/receipt.ts';
import { ownInput } from '../domain/sampleRow.ts';
import { isReading, type StreamInput } from '../domain/streamInput.ts';
import type { EpochMs } from '../domain/time.ts';

/** A message once it is decoded, without its payload: that may be as large as `limits.payload`. */
export interface MessageHead {
  readonly topic: string;
  readonly receivedAt: EpochMs;
  /** Undefined: no acknowledgement is owed. */
  readonly receipt?: Receipt | undefined;
  /** Checksum of topic and payload, where the source may have given the message before; else 0. */
  readonly checksum: number;
  /** Undefined: a message brought it. */
  readonly order?: Order | undefined;
}

/** The wait of somebody for an input that no message brought. */
interface Order {
  /** The input has its place in the sequence of its stream, on the medium where anything is kept. */
  taken(): void;
}

/** Messages whose inputs count in another order than that of their receipt. Each is owed an acknowledgement. */
export interface Bundle {
  /** In the order of receipt. */
  readonly heads: readonly MessageHead[];
  /** Place of its message among `heads`, for each input. */
  readonly owners: readonly number[];
}

/**
 * A message that was decoded. It has no inputs where all of it was refused but an acknowledgement is owed. It comes lent, with its inputs,
 * for the time of a call: where it has to wait, `ownArrival` makes a copy.
 */
export interface Arrival {
  readonly message: MessageHead;
  readonly inputs: readonly StreamInput[];
  /** Messages that go together, `message` the first of them. Default: it is alone. */
  readonly bundle?: Bundle;
}

/** A copy that may be kept. */
export function ownArrival({ message, inputs, bundle }: Arrival): Arrival {
  const { topic, receivedAt, receipt, checksum, order } = message;
  const own = {
    message: { topic, receivedAt, receipt, checksum, order },
    inputs: inputs.map((input) => ownInput(input)),
  };
  return bundle === undefined ? own : { ...own, bundle };
}

/** Measured with Node.js 20: a waiting message beside its topic and inputs, and an input beside its further inputs and text. */
const MESSAGE_BYTES = 400;
const SAMPLE_BYTES = 120;
const FURTHER_INPUT_BYTES = 8;
/** Bytes of a character. */
const TEXT_BYTES = 2;

/** Bytes that an arrival takes while it waits, nearly. */
export function bytesOf({ message, inputs, bundle }: Arrival): number {
  let bytes = 0;
  for (const { topic } of bundle?.heads ?? [message]) bytes += MESSAGE_BYTES + topic.length;
  for (const input of inputs) bytes += SAMPLE_BYTES + bytesBeside(input);
  return bytes;
}

function bytesBeside(input: StreamInput): number {
  switch (input.kind) {
    case undefined:
    case 'reading':
      return FURTHER_INPUT_BYTES * (input.inputs?.length ?? 0);
    case 'label':
      return TEXT_BYTES * input.label.length;
    case 'settings':
      return TEXT_BYTES * input.changes.length;
    case 'command':
      return 0;
    default:
      return input satisfies never;
  }
}

/**
 * @returns whether the input may be left out where too much waits. A label that is owed an acknowledgement never is: the broker's window bounds
 * them; nor is anything that somebody ordered and waits for. Others are as a flood could be, without a bound. Settings and commands never are left out.
 */
export function isOptional(input: StreamInput, { receipt, order }: MessageHead): boolean {
  if (order !== undefined) return false;
  return isReading(input) || (input.kind === 'label' && receipt === undefined);
}

/** @returns whether a part of it may be left out */
export function hasOptional({ message, inputs }: Arrival): boolean {
  return inputs.some((input) => isOptional(input, message));
}
