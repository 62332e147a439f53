import type { ByteRange } from '../../../domain/byteRange.ts';
import { TidegateError } from '../../../domain/errors.ts';
import type { Heard, ReplyAddress } from '../../../domain/listen.ts';
import type { Outgoing } from '../../../domain/outgoing.ts';
import { Echoes } from './echoes.ts';
import type { PublishFlags, PublishProperties } from './publishGate.ts';
import { compileFilter, isTopicFilter, type TopicMatcher } from './topicFilter.ts';

/** Filters that are listened to at once. */
const MOST_LISTENERS = 256;
/** Identifiers of before that a listener remembers. */
const MOST_FORMER = 8;
/** The largest subscription identifier (MQTT 5: 3.8.2.1.2). Identifiers of listeners lie just below, far above those of streams (`identifierBase`). */
const LARGEST_IDENTIFIER = 2 ** 28 - 1;
const LEAST_IDENTIFIER = LARGEST_IDENTIFIER - MOST_LISTENERS + 1;

/** A filter that is listened to. */
export interface Listener {
  readonly filter: string;
  readonly identifier: number;
  /** Streams have the same filter: their subscription serves both, for a broker knows each filter once. */
  readonly isShared: boolean;
}

interface Entry extends Listener {
  identifier: number;
  isShared: boolean;
  /** Identifiers of before: copies for them may still come. */
  formerIdentifiers: readonly number[];
  readonly matches: TopicMatcher;
  readonly handlers: Set<(message: Heard) => void>;
}

/** Changes subscriptions at the broker; only while there is a connection. */
export interface ListenerLink {
  readonly protocol: 4 | 5;
  /** Resolves when the broker has answered, or the connection has ended. */
  subscribe(listener: Listener): Promise<void>;
  /** @param onDone the broker has answered: nothing more comes for it */
  unsubscribe(listener: Listener, onDone: () => void): void;
}

/** Filters of streams: the subscription identifier of each, as far as they have one. */
export interface StreamFilters {
  readonly filters: readonly string[];
  readonly identifierBase: number;
}

/** Handlers beside the streams, each with a subscription of its own. Decides for each message whether it is for streams, for handlers or for both. */
export class Listeners {
  #streams: StreamFilters;
  #matchStreams: readonly TopicMatcher[];
  readonly #entries = new Map<string, Entry>();
  /** Without handlers, and the broker has not answered yet: messages for them may still come. */
  readonly #ending = new Set<Entry>();
  #link: ListenerLink | undefined;
  /** undefined where the broker does not send our own messages back. */
  #echoes: Echoes | undefined;

  constructor(streams: StreamFilters) {
    this.#streams = streams;
    this.#matchStreams = streams.filters.map(compileFilter);
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** @returns ends it. @throws TidegateError TG_CONFIG_INVALID for a wrong filter, or more than 256 */
  add(filter: string, handler: (message: Heard) => void): () => void {
    const entry = this.#entries.get(filter) ?? this.#open(filter);
    // A function of its own: the same handler may listen twice.
    const handle = (message: Heard): void => handler(message);
    entry.handlers.add(handle);
    return () => {
      entry.handlers.delete(handle);
      if (entry.handlers.size > 0 || this.#entries.get(filter) !== entry) return;
      this.#entries.delete(filter);
      this.#end(entry);
    };
  }

  /**
   * The streams have other filters, which the broker is being asked for. A filter that they share with a listener from now on is served by their
   * subscription; one that they share no more gets one of its own.
   */
  change(streams: StreamFilters): void {
    this.#streams = streams;
    this.#matchStreams = streams.filters.map(compileFilter);
    for (const entry of this.#entries.values()) {
      const wasShared = entry.isShared;
      entry.formerIdentifiers = [entry.identifier, ...entry.formerIdentifiers].slice(0, MOST_FORMER);
      Object.assign(entry, this.#placeOf(entry.filter, wasShared ? undefined : entry.identifier));
      if (wasShared && !entry.isShared) void this.#link?.subscribe(entry);
    }
  }

  /** True for a filter that is listened to. */
  has(filter: string): boolean {
    return this.#entries.has(filter);
  }

  /** Resolves when the broker has answered for each filter, or the connection has ended. */
  async connected(link: ListenerLink): Promise<void> {
    this.#link = link;
    // With MQTT 5 the broker leaves out what we have published (no-local).
    this.#echoes = link.protocol === 5 ? undefined : new Echoes();
    await Promise.all([...this.#entries.values()].map((entry) => link.subscribe(entry)));
  }

  disconnected(): void {
    this.#link = undefined;
    this.#echoes = undefined;
    this.#ending.clear();
  }

  /** Ends all of them. */
  clear(): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) this.#end(entry);
  }

  /** Our own messages may come back, to handlers. */
  get hearsOwn(): boolean {
    return this.#echoes !== undefined && !this.isEmpty;
  }

  /** We have published it: where it comes back, no handler hears it. */
  published({ topic, payload }: Outgoing): void {
    if (!this.hearsOwn) return;
    const isHeard = [...this.#entries.values()].some(({ matches }) => matches(topic));
    if (isHeard) this.#echoes?.expect(topic, payload);
  }

  /** Gives the message to the handlers that it is for. @returns whether it is for streams too */
  take(topic: string, payload: ByteRange, flags: PublishFlags): boolean {
    const identifiers = flags.properties?.subscriptionIdentifier;
    if (identifiers === undefined) return this.#isIdle() || this.#takeByTopic(topic, payload, flags);
    if (typeof identifiers === 'number' && this.#isIdle()) return identifiers < LEAST_IDENTIFIER;
    const list = typeof identifiers === 'number' ? [identifiers] : identifiers;
    for (const entry of this.#entries.values()) {
      // A session that outlives us may still have a listener of an earlier process, with the same identifier.
      if (isFor(entry, list) && entry.matches(topic)) this.#handle(entry, heardOf(topic, payload.view(), flags));
    }
    return list.some((identifier) => identifier < LEAST_IDENTIFIER);
  }

  /** The broker does not say which subscription the message is for. */
  #takeByTopic(topic: string, range: ByteRange, flags: PublishFlags): boolean {
    if (!this.#isForHandlers(topic)) return true;
    const { retain: retained } = flags;
    const payload = range.view();
    const entries = [...this.#entries.values()].filter(({ matches }) => matches(topic));
    if (retained || this.#echoes?.isEcho(topic, payload) !== true) {
      for (const entry of entries) this.#handle(entry, heardOf(topic, payload, flags));
    }
    return !retained && this.#matchStreams.some((matches) => matches(topic));
  }

  /** Asked for every message of a stream: nothing is made for it. */
  #isForHandlers(topic: string): boolean {
    for (const { matches } of this.#entries.values()) if (matches(topic)) return true;
    for (const { matches } of this.#ending) if (matches(topic)) return true;
    return false;
  }

  #isIdle(): boolean {
    return this.#entries.size + this.#ending.size === 0;
  }

  #end(entry: Entry): void {
    if (entry.isShared || this.#link === undefined) return;
    this.#ending.add(entry);
    this.#link.unsubscribe(entry, () => this.#ending.delete(entry));
  }

  #handle({ handlers }: Entry, message: Heard): void {
    for (const handler of [...handlers]) handler(message);
  }

  #open(filter: string): Entry {
    if (!isTopicFilter(filter)) throw new TidegateError('TG_CONFIG_INVALID', `not a MQTT topic filter: "${filter}"`);
    if (this.#entries.size >= MOST_LISTENERS)
      throw new TidegateError('TG_CONFIG_INVALID', `more than ${MOST_LISTENERS} topic filters are listened to`);
    const entry: Entry = {
      filter,
      ...this.#placeOf(filter),
      formerIdentifiers: [],
      matches: compileFilter(filter),
      handlers: new Set(),
    };
    this.#entries.set(filter, entry);
    void this.#link?.subscribe(entry);
    return entry;
  }

  /** @param own identifier that the listener has for itself; undefined: none yet */
  #placeOf(filter: string, own?: number): Pick<Listener, 'identifier' | 'isShared'> {
    const { filters, identifierBase } = this.#streams;
    const place = filters.indexOf(filter);
    if (place >= 0) return { identifier: identifierBase + place + 1, isShared: true };
    return { identifier: own ?? this.#freeIdentifier(), isShared: false };
  }

  #freeIdentifier(): number {
    const taken = new Set([...this.#entries.values()].map(({ identifier }) => identifier));
    let identifier = LARGEST_IDENTIFIER;
    while (taken.has(identifier)) identifier--;
    return identifier;
  }
}

function isFor({ identifier, formerIdentifiers }: Entry, identifiers: readonly number[]): boolean {
  return identifiers.includes(identifier) || formerIdentifiers.some((former) => identifiers.includes(former));
}

function heardOf(topic: string, payload: Uint8Array, { retain, properties, qosFields }: PublishFlags): Heard {
  const reply = properties && replyOf(properties);
  const delivery = qosFields && { id: qosFields.packetId, isRedelivery: qosFields.isRedelivery };
  return { topic, payload, retained: retain, ...(reply && { reply }), ...(delivery && { delivery }) };
}

function replyOf({ responseTopic, correlationData }: PublishProperties): ReplyAddress | undefined {
  if (responseTopic === undefined && correlationData === undefined) return undefined;
  return { topic: responseTopic, correlation: correlationData };
}
