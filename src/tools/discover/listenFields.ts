import type { Decode } from '../../domain/decode.ts';
import type { DropReason, Refused } from '../../domain/dropReason.ts';
import type { Inbound, Sample } from '../../domain/sample.ts';
import { decodeStreamId } from '../../domain/streamId.ts';
import type { InputLimits } from '../../domain/streamSpec.ts';
import type { Cadence } from './cadence.ts';
import { faultCodesIn } from './faultCodes.ts';
import { FieldHistory } from './fieldHistory.ts';
import { chooseLeftOut, type LeftOut } from './leftOut.ts';
import { MessageExtras } from './messageExtras.ts';

export interface HeardField {
  /** Dotted path; undefined: the payload itself is the number. */
  readonly path: string | undefined;
  readonly lastValue: number;
  /** Live arrivals; 0: only an old, retained reading was seen. */
  readonly count: number;
  readonly cadence: Cadence;
  /** Why it is better no stream of its own. Default: it may well be one. */
  readonly leftOut?: LeftOut;
  /** Values among its last ones by which sensors say that they have no reading. Default: none. */
  readonly faults?: readonly number[];
}

export interface HeardTopic {
  readonly topic: string;
  readonly fields: readonly HeardField[];
  /** Fields with two states, with the numbers for their words. Default: none. */
  readonly switches?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Values that gave nothing, by topic and reason, with the first of them. */
interface Unread extends Partial<Refused> {
  readonly topic: string;
  readonly reason: DropReason;
  readonly count: number;
}

/** Topics and fields in order of their names, and what was passed over. */
export interface FieldReport {
  readonly topics: readonly HeardTopic[];
  readonly messages: number;
  /** Messages and fields that gave nothing, by the reason that the daemon would count; `beyond-limits`: too many to list. */
  readonly passedOver: Readonly<Partial<Record<DropReason | 'beyond-limits', number>>>;
  /** Topics of which a field would make a stream that another topic makes. */
  readonly takenTopics: readonly string[];
  /** The first of what a person may want to have read all the same. */
  readonly unread: readonly Unread[];
  /** Keys that devices send about themselves, which are no fields. */
  readonly housekeeping: readonly string[];
}

export interface ListenLimits {
  readonly topics: number;
  readonly fieldsPerTopic: number;
  readonly fields: number;
}

export interface FieldListener {
  hear(message: Inbound): void;
  report(): FieldReport;
}

const DEFAULT_LIMITS: ListenLimits = { topics: 10_000, fieldsPerTopic: 64, fields: 50_000 };
/** Bounds on the messages that are read for `MessageExtras`. */
const PAYLOAD: InputLimits = { payload: 65_536, topic: 65_535, depth: 32 };
/** Messages of a topic that are looked at for what stands beside its numbers. */
const MOST_LOOKED_AT = 8;
const MOST_UNREAD = 256;
const MOST_HOUSEKEEPING = 32;
/** Reasons that say nothing of what could be read. */
const WANTED: ReadonlySet<DropReason> = new Set<DropReason>([
  ...(['not-a-number', 'not-finite', 'not-json', 'not-utf8', 'too-deep', 'too-large', 'bad-time'] as const),
  ...(['too-many-streams', 'bad-name', 'not-decodable'] as const),
]);

interface HeardParts {
  readonly fields: Map<string | undefined, FieldHistory>;
  readonly extras: MessageExtras;
  looks: number;
}

/**
 * Collects which numbers arrive where and how often, in bounded memory.
 * @param decode the decoder of the daemon for one entry of `fields: auto` without an id, so that its streams are those of a run
 */
export function createFieldListener(decode: Decode, limits: ListenLimits = DEFAULT_LIMITS): FieldListener {
  return new Listener(decode, limits);
}

class Listener implements FieldListener {
  readonly #decode: Decode;
  readonly #limits: ListenLimits;
  readonly #topics = new Map<string, HeardParts>();
  readonly #takenTopics = new Set<string>();
  readonly #passedOver: Partial<Record<DropReason | 'beyond-limits', number>> = {};
  readonly #unread = new Map<string, Unread>();
  #messages = 0;
  #fieldCount = 0;

  constructor(decode: Decode, limits: ListenLimits) {
    this.#decode = decode;
    this.#limits = limits;
  }

  hear(message: Inbound): void {
    const { topic } = message;
    this.#messages += 1;
    const { samples, drops } = this.#decode(message);
    for (const { reason, refused } of drops) {
      this.#passOver(reason);
      if (WANTED.has(reason)) this.#noteUnread({ topic, reason, count: 1, ...refused });
      if (reason === 'name-taken' && this.#takenTopics.size < this.#limits.topics) this.#takenTopics.add(topic);
    }
    for (const [path, value] of lastValues(samples, topic)) {
      const history = this.#historyOf(topic, path);
      if (history === undefined) this.#passOver('beyond-limits');
      else history.note(value, this.#messages, message);
    }
    const parts = this.#topics.get(topic);
    if (parts !== undefined && parts.looks++ < MOST_LOOKED_AT) parts.extras.note(message.payload, PAYLOAD);
  }

  report(): FieldReport {
    const topics = [...this.#topics].map(toTopic).sort((a, b) => compare(a.topic, b.topic));
    const housekeeping = new Set([...this.#topics.values()].flatMap(({ extras }) => [...extras.housekeeping]));
    return {
      topics,
      messages: this.#messages,
      passedOver: { ...this.#passedOver },
      takenTopics: [...this.#takenTopics].sort(compare),
      unread: [...this.#unread.values()].sort((a, b) => compare(a.topic, b.topic)),
      housekeeping: [...housekeeping].sort(compare).slice(0, MOST_HOUSEKEEPING),
    };
  }

  #passOver(reason: DropReason | 'beyond-limits'): void {
    this.#passedOver[reason] = (this.#passedOver[reason] ?? 0) + 1;
  }

  #noteUnread(unread: Unread): void {
    const key = `${unread.reason} ${unread.topic}`;
    const known = this.#unread.get(key);
    if (known !== undefined) this.#unread.set(key, { ...known, count: known.count + 1 });
    else if (this.#unread.size < MOST_UNREAD) this.#unread.set(key, unread);
  }

  #historyOf(topic: string, path: string | undefined): FieldHistory | undefined {
    const parts = this.#topics.get(topic);
    const known = parts?.fields.get(path);
    if (known !== undefined) return known;
    const { topics, fieldsPerTopic, fields } = this.#limits;
    const isFull = parts === undefined ? this.#topics.size >= topics : parts.fields.size >= fieldsPerTopic;
    if (isFull || this.#fieldCount >= fields) return undefined;
    this.#fieldCount += 1;
    const history = new FieldHistory();
    if (parts !== undefined) parts.fields.set(path, history);
    else this.#topics.set(topic, { fields: new Map([[path, history]]), extras: new MessageExtras(), looks: 0 });
    return history;
  }
}

/** By path; undefined: the payload itself. A batch holds several readings of a field. */
function lastValues(samples: readonly Sample[], topic: string): ReadonlyMap<string | undefined, number> {
  return new Map(samples.map(({ stream, value }) => [pathOf(decodeStreamId(stream), topic), value]));
}

/** The stream of a plain number is named as its topic, that of a field `topic/path`. */
function pathOf(name: string, topic: string): string | undefined {
  return name === topic ? undefined : name.slice(topic.length + 1);
}

function toTopic([topic, { fields, extras }]: [string, HeardParts]): HeardTopic {
  const leftOut = chooseLeftOut(topic, fields);
  const heard = [...fields].map(([path, history]): HeardField => {
    const reason = leftOut.get(path);
    const faults = faultCodesIn(history);
    return {
      path,
      lastValue: history.lastValue,
      count: history.count,
      cadence: history.cadence,
      ...(reason !== undefined && { leftOut: reason }),
      ...(faults.length > 0 && { faults }),
    };
  });
  const { switches } = extras;
  const sorted = heard.sort((a, b) => compare(a.path ?? '', b.path ?? ''));
  return { topic, fields: sorted, ...(switches.size > 0 && { switches: Object.fromEntries(switches) }) };
}

/** By code unit: the same order in every locale. */
const compare = (a: string, b: string) => Number(a > b) - Number(a < b);
