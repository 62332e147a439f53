import type { DialectName } from '../../../domain/dialectName.ts';
import type { DropReason } from '../../../domain/dropReason.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import type { About } from '../../../domain/streamSpec.ts';
import type { EpochMs, ZoneOffset } from '../../../domain/time.ts';
import type { Payload } from '../jsonPayload.ts';

/** A message as a dialect sees it, lent for the time of a call. */
export interface DialectMessage {
  readonly topic: string;
  /** The topic, split at `/`. */
  readonly levels: readonly string[];
  readonly bytes: Uint8Array;
  readonly receivedAt: EpochMs;
  readonly retained: boolean;
  readonly contentType: string | undefined;
  /** Text or JSON of the bytes, read when it is first asked for. */
  readonly content: Payload;
}

/** The moment of a reading: certain; or told by the nearest of the objects around it (outermost first) that tells one; else its arrival. */
export type When = EpochMs | readonly object[] | undefined;

/** Unit of a reading by its path, asked for once a stream; undefined: the device declares none. */
export type UnitOf = (path: string | undefined) => string | undefined;

/** News that a dialect finds in live messages. */
export type SenderNews = Extract<DomainEvent, { readonly type: 'MessagesMissed' | 'BirthWanted' | 'KeepaliveWanted' }>;

/** Takes what a dialect reads in a message. */
export interface ReadingSink {
  /**
   * Takes a JSON value or a text as a reading if it holds a number.
   * @param base name of the sender; default: the topic
   */
  offer(value: unknown, path: string | undefined, when: When, unitOf?: UnitOf, base?: string): void;
  /** A stream may have several readings in the message: those without a time are spread over the time since the message before. */
  beginBatch(): void;
  /**
   * Takes the readings of a message that is one flat object with the keys of the one that was shown to `learnLayout`.
   * @returns false: nothing was done
   */
  takeKnownLayout(): boolean;
  /**
   * Shows a whole message that has just been walked, without a sender or units of its own.
   * @param isOver whether the walk passes over the number of a key
   */
  learnLayout(root: object, isOver: (key: string) => boolean): void;
  /** Counts a part of the message that is none, whatever else it holds. */
  refuse(reason: DropReason): void;
  /** Counts a number that the dialect passes over, because devices send it about themselves. */
  passOver(): void;
  /** Counts numbers that stand too deep to be looked at, once a message. */
  passOverDeep(): void;
  /** Counts a text that is a number to people, once a message, where the dialect reads no texts. */
  passOverText(text: string, path: string): void;
  /** Notes what a device declares of the readings of this name, which may not have come yet. */
  declare(base: string, path: string | undefined, about: About): void;
  /** Texts are looked at, also where the dialect has no numbers in texts. */
  readonly takesTexts: boolean;
  /**
   * Notes that a device is there, or gone, by its own word or by its will.
   * @param topics the topic of its readings, or a topic with `/#` behind it: all below that, and itself
   */
  tellPresence(topics: string, isThere: boolean): void;
  /** Tells news of the sender, and what it is to be asked for. */
  report(news: SenderNews): void;
  /** ON and OFF are readings. */
  readonly takesWords: boolean;
  /** Zone of times without an offset. */
  readonly zone: ZoneOffset;
}

/**
 * Reads a message into the sink. Throws on no message; what it remembers is bounded.
 * @returns why the message holds no reading; it counts if the sink got none
 */
export type ReadDialect = (message: DialectMessage, out: ReadingSink) => DropReason | undefined;

/** One convention of topics and payloads. */
export interface Dialect {
  readonly name: DialectName;
  /** A sender has several topics: its streams belong to its name. Default: one topic. */
  readonly hasManyTopics?: true;
  /** Tells by topic and shape whether the message is one of this dialect. A topic that fits none is `generic`. */
  readonly fits: (message: DialectMessage) => boolean;
  /** First levels of topics that are this dialect's own by its convention. */
  readonly begins?: readonly string[];
  /** It is known by shapes that others have too: where the topic begins as that of another dialect, it is none of this one. */
  readonly yields?: true;
  /** Each message says the units of its readings, which may change. Default: the first message of a stream says them for ever. */
  readonly saysUnits?: true;
  /** Tells by its topic whether a message is one in which devices describe themselves: it may be longer than readings are. */
  readonly describes?: (levels: readonly string[]) => boolean;
  /**
   * Names the topics in which devices describe themselves and say whether they are there, as filters.
   * @param levels of the filter under which their readings come, which may have wildcards
   * @param isNamed the configuration names the dialect. Else the filter alone shows whether it may be this one
   */
  readonly about?: (levels: readonly string[], isNamed: boolean) => readonly string[];
  /** An empty payload says something. Default: it is a reading without a value. */
  readonly readEmpty?: ReadDialect;
  /** Makes a reader with the memory of one configuration entry. */
  readonly create: (options: DialectOptions) => ReadDialect;
}

export interface DialectOptions {
  /** Name of the sender of a JSON object, by the configuration. Default: the dialect knows. */
  readonly senderAt?: ((record: object) => string) | undefined;
  /** Nodes of Sparkplug B may be asked for their births. Default: no. */
  readonly rebirth?: boolean | undefined;
  /** Victron portals are asked to go on sending. Default: no. */
  readonly keepalive?: boolean | undefined;
}
