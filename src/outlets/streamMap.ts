import type { StreamId } from '../domain/streamId.ts';

/** Figures that an outlet keeps of one stream. An entry is in one map at most. */
export class StreamEntry {
  readonly stream: StreamId;
  /** Kept by the map: the entry whose reading followed the last time; and that this one is in no map any more. */
  follower: StreamEntry | undefined = undefined;
  isGone = false;

  constructor(stream: StreamId) {
    this.stream = stream;
  }
}

/**
 * Entries by stream, for what is asked for with each reading. Sensors report in much the same order again and again, so the entry that followed the last time is
 * looked at before the map is asked: with thousands of streams a look-up by text is the dearer part of writing some numbers down.
 */
export class StreamMap<Entry extends StreamEntry> {
  readonly #entries = new Map<StreamId, Entry>();
  #newest: Entry | undefined;

  get size(): number {
    return this.#entries.size;
  }

  get all(): Iterable<Entry> {
    return this.#entries.values();
  }

  get(stream: StreamId): Entry | undefined {
    return this.#entries.get(stream);
  }

  set(entry: Entry): void {
    this.delete(entry.stream);
    this.#entries.set(entry.stream, entry);
  }

  /** The same as `get`, for the stream of a reading that has just come. */
  follow(stream: StreamId): Entry | undefined {
    const before = this.#newest;
    const guess = before?.follower as Entry | undefined;
    if (guess !== undefined && guess.stream === stream && !guess.isGone) {
      this.#newest = guess;
      return guess;
    }
    const entry = this.#entries.get(stream);
    if (entry === undefined) return undefined;
    if (before !== undefined) before.follower = entry;
    this.#newest = entry;
    return entry;
  }

  delete(stream: StreamId): void {
    const entry = this.#entries.get(stream);
    if (entry === undefined) return;
    this.#entries.delete(stream);
    entry.isGone = true;
    // Else those that have gone would hold one another.
    entry.follower = undefined;
    if (this.#newest === entry) this.#newest = undefined;
  }
}
