import { type CopyFilter, createCopyFilter, identifierBase } from './copyFilter.ts';

/** Lists of filters of before that are remembered: their copies may wait in the queue of the broker. */
const MOST_FORMER = 8;

/**
 * The filters of now and those of before, of an earlier process too. Each copy of a message is judged by the list that its subscription belongs
 * to, and those of an unknown time are taken: twice is better than not at all.
 */
export class CopyGenerations {
  #current: CopyFilter;
  /** The newest first. */
  #former: readonly CopyFilter[];

  /** @param base see `identifierBase`. @param former filters of an earlier process */
  constructor(filters: readonly string[], base: number, former: readonly string[]) {
    this.#current = createCopyFilter(filters, base);
    this.#former = [createCopyFilter(former, identifierBase(former))];
  }

  /**
   * Other filters are about to be subscribed to, with identifiers of their own. Those that stay come first in both lists: while some of the new
   * subscriptions are in force and others are not yet, the copy that counts is that of one which is always there, by its old or its new identifier.
   */
  change(filters: readonly string[], base: number): void {
    const { order } = this.#current;
    const stays = order.filter((filter) => filters.includes(filter));
    const firstOnes = (list: readonly string[]): readonly string[] => [...new Set([...stays, ...list])];
    this.#current.reorder(firstOnes(order));
    this.#former = [this.#current, ...this.#former].slice(0, MOST_FORMER);
    this.#current = createCopyFilter(filters, base);
    this.#current.reorder(firstOnes(filters));
  }

  /** The broker's code for each filter of now; undefined: not answered yet. */
  grant(codes: readonly number[] | undefined): void {
    this.#current.grant(codes);
  }

  /** @returns whether this is the copy that counts */
  isFirst(topic: string, identifiers: number | readonly number[] | undefined): boolean {
    if (identifiers === undefined) return true;
    if (this.#current.owns(identifiers)) return this.#current.isFirst(topic, identifiers);
    const former = this.#former.find((filter) => filter.owns(identifiers));
    return former === undefined || former.isFirst(topic, identifiers);
  }
}
