import { compileFilter } from './topicFilter.ts';

/**
 * Where filters overlap, a MQTT 5 broker may send a message once per matching subscription, each copy with its identifier,
 * or once with all of them (MQTT 5: 3.3.4). The copy that counts is the one of the first matching filter.
 */
export interface CopyFilter {
  /** @returns whether the copy is for one of these filters at all */
  owns(identifiers: number | readonly number[]): boolean;
  /**
   * @param identifiers of the subscriptions that this copy is for (`base` + place of the filter + 1); undefined: the broker gave none
   * @returns whether this is the copy that counts
   */
  isFirst(topic: string, identifiers: number | readonly number[] | undefined): boolean;
  /** Filters with a code ≥ 128 are not subscribed, so no copy comes for them. undefined: not answered yet. */
  grant(codes: readonly number[] | undefined): void;
  /** The filters in the order in which one of them is the first. */
  readonly order: readonly string[];
  /** Other filters are the first; all of them are in `order`. */
  reorder(order: readonly string[]): void;
}

/** Topics whose first filter is remembered; beyond that the memory starts anew. */
const MAX_REMEMBERED = 10_000;
/** Longer topics are looked at anew each time: a few sensors have them, and all of them together would fill the memory. */
const LONGEST_REMEMBERED = 512;

/** Identifiers go up to 2^28 − 1 (MQTT 5: 3.8.2.1.2); the room kept free here is larger than any number of filters. */
const LAST_BASE = 2 ** 28 - 2 ** 20;

/**
 * Where the identifiers of these filters begin. A session that outlives us has collected copies for the filters of an earlier
 * configuration: by their identifiers they are told from those of today.
 */
export function identifierBase(filters: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(JSON.stringify(filters))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % LAST_BASE;
}

/** @param base see `identifierBase`; 0 where no session outlives us */
export function createCopyFilter(filters: readonly string[], base = 0): CopyFilter {
  const matchers = filters.map(compileFilter);
  const firstOf = new Map<string, number>();
  let codes: readonly number[] | undefined;
  let order = filters;
  let places = filters.map((_, place) => place);

  /** Identifier of the first filter in force that matches; 0 if there is none. */
  function findFirst(topic: string): number {
    return (places.find((place) => (codes?.[place] ?? 0) < 128 && matchers[place](topic)) ?? -1) + 1;
  }

  function recallFirst(topic: string): number {
    const known = firstOf.get(topic);
    if (known !== undefined) return known;
    const first = findFirst(topic);
    if (firstOf.size >= MAX_REMEMBERED) firstOf.clear();
    if (topic.length <= LONGEST_REMEMBERED) firstOf.set(topic, first);
    return first;
  }

  return {
    owns(identifiers) {
      const isOurs = (one: number): boolean => one > base && one <= base + matchers.length;
      return typeof identifiers === 'number' ? isOurs(identifiers) : identifiers.some(isOurs);
    },
    isFirst(topic, identifiers) {
      if (identifiers === undefined || matchers.length < 2) return true;
      const place = recallFirst(topic);
      const first = base + place;
      // First 0: the broker sends what we have no filter for; the pipeline names such topics.
      return place === 0 || (typeof identifiers === 'number' ? identifiers === first : identifiers.includes(first));
    },
    grant(answered) {
      codes = answered;
      firstOf.clear();
    },
    get order() {
      return order;
    },
    reorder(next) {
      order = next;
      places = next.map((filter) => filters.indexOf(filter));
      firstOf.clear();
    },
  };
}
