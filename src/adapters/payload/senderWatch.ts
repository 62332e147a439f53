import type { Report } from '../../domain/events.ts';
import type { Inbound, Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { InputLimits, StreamSource } from '../../domain/streamSpec.ts';
import { IDENTITIES, isIdentity } from './dialects/guessSender.ts';
import { readPayload } from './jsonPayload.ts';
import { createRecentMap } from './recentMap.ts';

/** Messages at the beginning that are all looked at; later one in `STRIDE` is, so that a look costs nothing that counts. */
const FIRST_LOOKS = 256;
const STRIDE = 32;
/** Identities of one stream that are remembered by each key. What counts up never comes back among them. */
const MOST_VALUES = 8;
const LONGEST_VALUE = 64;
const CURLY = 0x7b;

interface Seen {
  /** Newest last. */
  readonly values: Map<string, (string | number)[]>;
  isTold: boolean;
}

/**
 * Notices a stream that two senders feed: what a message says of its sender changes, and changes back. It tells of each stream once.
 * A counter never changes back, and one sender alone has one identity. Bounded.
 */
export class SenderWatch {
  readonly #streams;
  readonly #limits: InputLimits;
  readonly #report: Report;
  #left = 1;
  #looks = 0;

  /** @param capacity streams that are remembered */
  constructor(capacity: number, limits: InputLimits, report: Report) {
    this.#streams = createRecentMap<StreamId, Seen>(capacity);
    this.#limits = limits;
    this.#report = report;
  }

  /** A message has given these samples. */
  took(message: Inbound, samples: readonly Sample[]): void {
    if (--this.#left > 0 || samples.length === 0) return;
    this.#left = this.#looks < FIRST_LOOKS ? 1 : strideAfter(this.#looks);
    this.#looks++;
    const [{ stream, source }] = samples;
    if (source === undefined || message.payload[0] !== CURLY) return;
    const payload = readPayload(message.payload, this.#limits);
    if (payload.kind === 'json') this.#look(stream, source, payload.root);
  }

  #look(stream: StreamId, source: StreamSource, record: object): void {
    for (const key of IDENTITIES) {
      const value = Object.hasOwn(record, key) ? (record as Readonly<Record<string, unknown>>)[key] : undefined;
      if (!isIdentity(value) || String(value).length > LONGEST_VALUE || isReading(key, source)) continue;
      const seen = this.#seenOf(stream);
      const values = seen.values.get(key) ?? [];
      seen.values.set(key, values);
      const at = values.indexOf(value);
      if (at === values.length - 1 && at >= 0) continue;
      if (at < 0) {
        if (values.push(value) > MOST_VALUES) values.shift();
      } else if (!seen.isTold) {
        seen.isTold = true;
        const other = values[values.length - 1] as string | number;
        this.#report({ type: 'SendersMixed', stream, topic: source.topic, by: key, values: [value, other] });
      }
    }
  }

  #seenOf(stream: StreamId): Seen {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const seen: Seen = { values: new Map(), isTold: false };
    this.#streams.set(stream, seen);
    return seen;
  }
}

/** Messages until the next look: not always as many, so that senders who take turns are both seen. */
function strideAfter(looks: number): number {
  return STRIDE + ((looks * 7) % 13);
}

/** Tells whether the key is one that is read. */
function isReading(key: string, { path, spec: { fields } }: StreamSource): boolean {
  return path === key || (fields !== 'auto' && fields.some((field) => field.path === key));
}
