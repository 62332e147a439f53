import type { Report } from '../../domain/events.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { StreamSpec } from '../../domain/streamSpec.ts';
import type { ZoneOffset } from '../../domain/time.ts';
import { BatchPace } from './batchPace.ts';
import type { DeviceBook } from './dialects/deviceBook.ts';
import type { TopicReader } from './fieldReader.ts';
import { type CompiledSpec, compileSpec } from './fieldSpec.ts';
import { createRecentMap, type RecentMap } from './recentMap.ts';
import { changedSpecs, heirOf, isAbout } from './respec.ts';
import { createSourceGuess, type SourceGuess } from './sourceGuess.ts';
import { createStreamBook, type StreamBook } from './streamBook.ts';
import { createTopicPlan, type MatchesFilter } from './topicPlan.ts';

/** The way in which the messages of a topic are read. */
export interface TopicPlan {
  readonly readers: readonly TopicReader[] | 'no-stream';
  readonly pace: BatchPace;
}

export interface SpecTableOptions {
  /** In the order of the configuration: where two give one stream of a topic, the first has it. */
  readonly specs: readonly StreamSpec[];
  readonly zoneOffsetOf: (zone: string) => ZoneOffset;
  readonly report: Report;
  readonly matchesFilter: MatchesFilter;
  /** Topics whose plan is remembered; those of others are made anew when they come. */
  readonly maxTopics: number;
}

/** Streams whose source is remembered after their last message: a topic makes several. */
const STREAMS_PER_TOPIC = 4;
const FEWEST_STREAMS = 1024;

/** The entries of the configuration, and which of them reads what. */
export class SpecTable {
  readonly book: StreamBook;
  readonly #options: SpecTableOptions;
  readonly #devices: DeviceBook;
  readonly #plans: RecentMap<string, TopicPlan>;
  /** Streams that no entry gives any more, with the one that did. */
  readonly #retired: RecentMap<StreamId, StreamSpec>;
  #specs: readonly CompiledSpec[];
  #guess: SourceGuess;

  constructor(options: SpecTableOptions, devices: DeviceBook) {
    const mostStreams = Math.max(FEWEST_STREAMS, options.maxTopics * STREAMS_PER_TOPIC);
    this.#options = options;
    this.#devices = devices;
    this.book = createStreamBook(mostStreams);
    this.#retired = createRecentMap(mostStreams);
    // Twice as many, because a map of recent ones is sure to hold half of what it may: topics come in turn, and each of them
    // would be forgotten just before it comes again.
    this.#plans = createRecentMap(2 * options.maxTopics);
    this.#specs = options.specs.map((spec) => this.#compile(spec));
    this.#guess = createSourceGuess(this.#specs, options.matchesFilter);
  }

  planOf(topic: string): TopicPlan {
    const known = this.#plans.get(topic);
    if (known !== undefined) return known;
    const readers = createTopicPlan(topic, this.#specs, this.#options.matchesFilter) ?? 'no-stream';
    const plan: TopicPlan = { readers, pace: new BatchPace() };
    this.#plans.set(topic, plan);
    return plan;
  }

  /** The entry that reads the stream, or may; with the settings of the field. */
  specOf(stream: StreamId): StreamSpec {
    return this.book.find(stream)?.spec ?? this.#retired.get(stream) ?? this.#guess.specOf(stream);
  }

  isCertain(stream: StreamId): boolean {
    if (this.isRetired(stream)) return false;
    return this.book.find(stream) !== undefined || this.#guess.isCertain(stream);
  }

  prospectsOf(stream: StreamId): readonly StreamSettings[] {
    return this.isRetired(stream) ? [] : this.#guess.prospectsOf(stream);
  }

  /** True for a stream that no entry gives any more, and that no message has brought since. */
  isRetired(stream: StreamId): boolean {
    return this.#retired.get(stream) !== undefined && this.book.find(stream) === undefined;
  }

  /**
   * Other entries are in force from the next message on. An entry object that is in both keeps all that was learned of its devices.
   * @param alive streams that have a learner
   * @returns those of them that no entry gives any more. Should a message of theirs still be under way, they have the settings that they had
   */
  respec(specs: readonly StreamSpec[], alive: Iterable<StreamId>): readonly StreamId[] {
    // Of a stream whose name stands in its messages alone, only its owner can be known.
    const before = [...alive].map(
      (stream) => [stream, this.specOf(stream), this.prospectsOf(stream).length > 0] as const,
    );
    const orphans = this.#bequeath(specs);
    const isExpected = (stream: StreamId): boolean => this.#guess.prospectsOf(stream).length > 0;
    this.#retired.forgetWhere(isExpected);
    const retired = before.filter(
      ([stream, , wasExpected]) =>
        orphans.has(stream) || (wasExpected && this.book.find(stream) === undefined && !isExpected(stream)),
    );
    for (const [stream, spec] of retired) this.#retired.set(stream, spec);
    return retired.map(([stream]) => stream);
  }

  /** Puts the entries in force. @returns streams that have lost their entry without another one */
  #bequeath(specs: readonly StreamSpec[]): ReadonlySet<StreamId> {
    const { matchesFilter } = this.#options;
    const known = new Map(this.#specs.map((compiled) => [compiled.spec, compiled]));
    const next = specs.map((spec) => known.get(spec) ?? this.#compile(spec));
    const changed = changedSpecs(this.#specs, next);
    const concerns = (topic: string): boolean => changed.some((compiled) => isAbout(topic, compiled, matchesFilter));
    this.#specs = next;
    this.#guess = createSourceGuess(next, matchesFilter);
    this.#plans.forgetWhere(concerns);
    const orphans = new Set<StreamId>();
    this.book.bequeath((stream, source) => {
      const heir = concerns(source.topic) ? heirOf(stream, source, next, matchesFilter) : source.spec;
      if (heir === undefined) orphans.add(stream);
      return heir;
    });
    return orphans;
  }

  #compile(spec: StreamSpec): CompiledSpec {
    const { zoneOffsetOf, report } = this.#options;
    return compileSpec(spec, zoneOffsetOf, report, this.#devices);
  }
}
