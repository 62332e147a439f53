/** An entry of `FollowingEntries`. It is in one map at most. */
export class FollowedEntry<K> {
  readonly key: K;
  /** Kept by the map: the entry that was asked for next, the last time; and that this one is in no map any more. */
  follower: FollowedEntry<K> | undefined = undefined;
  isGone = false;

  constructor(key: K) {
    this.key = key;
  }
}

/**
 * Entries by key, for what is asked for with each reading. Sensors report in much the same order again and again, so the entry that was found last is looked at
 * first, then the one that followed it the last time, and the map after these: with thousands of streams a look-up by text waits for memory three times, this once.
 * It has no bound of its own: its owner takes out what it has put in.
 */
export class FollowingEntries<K, Entry extends FollowedEntry<K>> {
  readonly #entries = new Map<K, Entry>();
  #newest: Entry | undefined;

  get size(): number {
    return this.#entries.size;
  }

  get all(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  get(key: K): Entry | undefined {
    return this.#entries.get(key);
  }

  set(entry: Entry): void {
    this.delete(entry.key);
    this.#entries.set(entry.key, entry);
  }

  /** The same as `get`, for the key of a reading that has just come. */
  follow(key: K): Entry | undefined {
    const before = this.#newest;
    if (before !== undefined) {
      if (before.key === key) return before;
      const guess = before.follower as Entry | undefined;
      if (guess !== undefined && guess.key === key && !guess.isGone) {
        this.#newest = guess;
        return guess;
      }
    }
    return this.#find(key, before);
  }

  #find(key: K, before: Entry | undefined): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (before !== undefined) before.follower = entry;
    this.#newest = entry;
    return entry;
  }

  /** @returns whether it was there */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    entry.isGone = true;
    // Else those that have gone would hold one another.
    entry.follower = undefined;
    if (this.#newest === entry) this.#newest = undefined;
    return true;
  }

  clear(): void {
    for (const entry of this.#entries.values()) {
      entry.isGone = true;
      entry.follower = undefined;
    }
    this.#entries.clear();
    this.#newest = undefined;
  }
}

class ValueEntry<K, V> extends FollowedEntry<K> {
  value: V;

  constructor(key: K, value: V) {
    super(key);
    this.value = value;
  }
}

/** The same for values that are no entries themselves. */
export class FollowingMap<K, V> implements ReadonlyMap<K, V> {
  readonly #entries = new FollowingEntries<K, ValueEntry<K, V>>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.follow(key)?.value;
  }

  has(key: K): boolean {
    return this.#entries.get(key) !== undefined;
  }

  set(key: K, value: V): void {
    const entry = this.#entries.follow(key);
    if (entry === undefined) this.#entries.set(new ValueEntry(key, value));
    else entry.value = value;
  }

  /** @returns whether it was there */
  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  *keys(): MapIterator<K> {
    for (const { key } of this.#entries.all) yield key;
  }

  *values(): MapIterator<V> {
    for (const { value } of this.#entries.all) yield value;
  }

  *entries(): MapIterator<[K, V]> {
    for (const { key, value } of this.#entries.all) yield [key, value];
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(run: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const { key, value } of this.#entries.all) run(value, key, this);
  }
}
