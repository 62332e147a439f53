import { isUtf8 } from 'node:buffer';
import type { Inbound } from '../../domain/sample.ts';
import { type EpochMs, isRepresentable, toEpochMs } from '../../domain/time.ts';

/** A message of a recording or of an example. */
export interface MessageLine {
  readonly message: Inbound;
  /** `base64`, or `base64:` and the format of the bytes; undefined: the payload is the text itself. */
  readonly encoding: string | undefined;
}

const MEDIA: ReadonlyMap<string, string> = new Map([
  ['base64:senml+cbor', 'application/senml+cbor'],
  ['base64:senml+json', 'application/senml+json'],
]);

/**
 * Reads a line `{"topic": …, "payload": …, "encoding"?, "retain"?, "contentType"?, "time"?}`. A payload that is no text is taken as the JSON that it is.
 * @param now arrival of a message that says none
 * @returns a text that says what is wrong with the line
 */
export function readMessageLine(line: string, now: EpochMs): MessageLine | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no JSON object';
  const { topic, payload = '', encoding, retain, contentType, time } = value as Readonly<Record<string, unknown>>;
  if (typeof topic !== 'string' || topic === '') return 'no topic';
  if (encoding !== undefined && typeof encoding !== 'string') return 'encoding is no text';
  const bytes = toBytes(payload, encoding);
  if (bytes === undefined) return 'the payload is no base64';
  const receivedAt = time === undefined ? now : toArrival(time);
  if (receivedAt === undefined) return 'time is neither ISO 8601 nor milliseconds since 1970';
  const media = typeof contentType === 'string' ? contentType : MEDIA.get(encoding ?? '');
  const message: Inbound = { topic, payload: bytes, receivedAt, retained: retain === true, contentType: media };
  return { message, encoding };
}

/** The line of a message, which `readMessageLine` reads. */
export function writeMessageLine({ topic, payload, receivedAt, retained, contentType }: Inbound): string {
  const text = isUtf8(payload) ? Buffer.from(payload).toString() : undefined;
  return JSON.stringify({
    time: receivedAt,
    topic,
    payload: text ?? Buffer.from(payload).toString('base64'),
    encoding: text === undefined ? 'base64' : undefined,
    retain: retained ? true : undefined,
    contentType,
  });
}

function toBytes(payload: unknown, encoding: string | undefined): Uint8Array | undefined {
  if (encoding?.startsWith('base64') !== true)
    return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  if (typeof payload !== 'string' || !/^[A-Za-z\d+/]*={0,2}$/.test(payload)) return undefined;
  return Buffer.from(payload, 'base64');
}

function toArrival(time: unknown): EpochMs | undefined {
  const at = typeof time === 'number' ? time : typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return isRepresentable(at) ? toEpochMs(at) : undefined;
}
