import type { StreamId } from '../../domain/streamId.ts';
import type { StreamEntry } from './streamEntry.ts';

/** The streams that are announced: by name, by the topic of their announcement, and by what they come from. */
export class StreamEntries {
  readonly #entries = new Map<StreamId, StreamEntry>();
  readonly #owners = new Map<string, StreamId>();
  /** Devices declare themselves a thousand times at a start: looking through all streams each time would take seconds. */
  readonly #bySource = new Map<string, Set<StreamEntry>>();

  get(stream: StreamId): StreamEntry | undefined {
    return this.#entries.get(stream);
  }

  /** The stream that is announced at the topic; undefined: none is. */
  ownerOf(topic: string): StreamId | undefined {
    return this.#owners.get(topic);
  }

  /** Those whose readings come from the topic, or from the sender of that name. */
  from(source: string): Iterable<StreamEntry> {
    return this.#bySource.get(source) ?? [];
  }

  add(entry: StreamEntry): void {
    this.#entries.set(entry.stream, entry);
    this.#owners.set(entry.topic, entry.stream);
    for (const source of sourcesOf(entry)) {
      const among = this.#bySource.get(source);
      if (among === undefined) this.#bySource.set(source, new Set([entry]));
      else among.add(entry);
    }
  }

  delete(entry: StreamEntry): void {
    this.#entries.delete(entry.stream);
    if (this.#owners.get(entry.topic) === entry.stream) this.#owners.delete(entry.topic);
    for (const source of sourcesOf(entry)) {
      const among = this.#bySource.get(source);
      among?.delete(entry);
      if (among?.size === 0) this.#bySource.delete(source);
    }
  }
}

function sourcesOf({ source, sourceTopic }: StreamEntry): ReadonlySet<string> {
  return new Set([source, sourceTopic]);
}
