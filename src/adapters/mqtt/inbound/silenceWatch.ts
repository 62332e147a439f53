import type { Report } from '../../../domain/events.ts';
import type { DurationMs } from '../../../domain/time.ts';
import { compileFilter, type TopicMatcher, withoutShare } from './topicFilter.ts';

export interface SilenceWatchOptions {
  readonly filters: readonly string[];
  readonly baseTopic: string;
  /** Time of connection, all connections together, after which filters without a message are told. */
  readonly after: DurationMs;
  readonly report: Report;
}

/** Topics that are remembered as looked at; beyond that all are looked at anew. */
const MOST_TOPICS = 4096;
/** Filters that a line names. */
const MOST_NAMED = 10;

/**
 * Tells once of filters for which nothing has come: a filter that is spelled wrong is granted like any other, and mosquitto
 * grants filters whose messages its access rules then hide. Retained messages count, our own output does not.
 */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #ownPrefix: string;
  readonly #unheard: Map<string, TopicMatcher>;
  #expected: ReadonlySet<string>;
  /** Matched by no unheard filter. */
  readonly #seen = new Set<string>();
  #isTold = false;
  /** Milliseconds of connection until it is told. */
  #left: number;
  #since = 0;
  #isConnected = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
    this.#ownPrefix = `${options.baseTopic}/`;
    this.#left = options.after;
    this.#expected = new Set(options.filters);
    this.#unheard = new Map(options.filters.map((filter) => [filter, compileFilter(withoutShare(filter))]));
  }

  /** False once each filter has had a message. */
  get isListening(): boolean {
    return this.#unheard.size > 0;
  }

  /** The filters that were told of and have had no message since. */
  get silent(): readonly string[] {
    return this.#isTold ? [...this.#unheard.keys()] : [];
  }

  /** Other filters are expected; those that are new have their time from now on. */
  change(filters: readonly string[]): void {
    for (const filter of this.#unheard.keys()) if (!filters.includes(filter)) this.#unheard.delete(filter);
    const added = filters.filter((filter) => !this.#expected.has(filter));
    this.#expected = new Set(filters);
    if (added.length === 0) return;
    for (const filter of added) this.#unheard.set(filter, compileFilter(withoutShare(filter)));
    this.#seen.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isTold = false;
    this.#left = this.#options.after;
    if (this.#isConnected) this.connected();
  }

  heard(topic: string): void {
    if (this.#seen.has(topic)) return;
    if (this.#seen.size >= MOST_TOPICS) this.#seen.clear();
    this.#seen.add(topic);
    if (topic.startsWith(this.#ownPrefix)) return;
    for (const [filter, matches] of this.#unheard) {
      if (!matches(topic)) continue;
      this.#unheard.delete(filter);
      if (this.#isTold) this.#options.report({ type: 'FilterHeard', filter, topic });
    }
  }

  connected(): void {
    this.#isConnected = true;
    if (this.#isTold || !this.isListening || this.#timer !== undefined) return;
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#tell(), this.#left);
  }

  /** No time passes until the next connection. */
  disconnected(): void {
    this.#isConnected = false;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left = Math.max(0, this.#left - (performance.now() - this.#since));
  }

  #tell(): void {
    this.#timer = undefined;
    this.#isTold = true;
    const { silent } = this;
    if (silent.length === 0) return;
    const filters = silent.slice(0, MOST_NAMED);
    this.#options.report({ type: 'FiltersSilent', filters, count: silent.length, after: this.#options.after });
  }
}
