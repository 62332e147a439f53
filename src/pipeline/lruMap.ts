interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  older: Entry<K, V> | undefined;
  newer: Entry<K, V> | undefined;
}

/**
 * A Map that knows which of its entries was used least recently. The order is a linked list through the entries: touching
 * one costs about 5 ns, against 50 ns for taking it out of a Map and putting it in again.
 * Sensors report in much the same order again and again, so the entry that was used after this one the last time is looked at before the Map is asked.
 * It never drops an entry by itself: the owner takes the oldest out, since it has to close what that one holds.
 */
export class LruMap<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>();
  #oldest: Entry<K, V> | undefined;
  #newest: Entry<K, V> | undefined;
  /** Used right after the one that was used last, the last time. */
  #guess: Entry<K, V> | undefined;

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which becomes the most recently used one. */
  get(key: K): V | undefined {
    const guess = this.#guess;
    const entry = guess !== undefined && guess.key === key ? guess : this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry !== this.#newest) {
      const next = entry.newer;
      this.#unlink(entry);
      this.#append(entry);
      this.#guess = next;
    }
    return entry.value;
  }

  /** The value, without using it. */
  peek(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Adds a key as the most recently used one, in the place of an entry that it may have had. */
  set(key: K, value: V): void {
    const former = this.#entries.get(key);
    if (former !== undefined) this.#unlink(former);
    const entry: Entry<K, V> = { key, value, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
  }

  /** Takes the entry of a key out. */
  take(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#unlink(entry);
    this.#entries.delete(key);
    return entry.value;
  }

  /** Takes the least recently used entry out. */
  takeOldest(): readonly [K, V] | undefined {
    const entry = this.#oldest;
    if (entry === undefined) return undefined;
    this.#unlink(entry);
    this.#entries.delete(entry.key);
    return [entry.key, entry.value];
  }

  #append(entry: Entry<K, V>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink(entry: Entry<K, V>): void {
    if (this.#guess === entry) this.#guess = undefined;
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
  }
}
