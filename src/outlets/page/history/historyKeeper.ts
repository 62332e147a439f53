import type { Note } from '../../../domain/note.ts';
import { isStreamId, type StreamId } from '../../../domain/streamId.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { HistoryBook } from './historyBook.ts';
import { StreamHistory } from './streamHistory.ts';

const FORMAT = 1;
const [HOUR, DAY] = [3_600_000, 86_400_000];
/** Share of `state.writes_per_day` that saving may take. */
const WRITE_SHARE = 1 / 25;
/** A stream without a reading for longer does not come back. */
const LONGEST_ABSENCE = 60 * DAY;
/** Far more than `page.memory` allows. */
const MOST_BYTES = 2 ** 27;

export interface HistoryKeeperOptions {
  readonly book: HistoryBook;
  readonly note: Note;
  /** Bytes that the medium may take in a day, for everything. */
  readonly writesPerDay: number;
  readonly now: () => EpochMs;
}

/** All histories in a note of the state folder: the bytes of each, compressed together. */
interface Saved {
  readonly format: number;
  readonly ids: readonly string[];
  readonly sizes: readonly number[];
  readonly data: string;
}

/** Keeps the histories over restarts, within a share of what the medium may take in a day: at each stop, and between once an hour to once a day. */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  #dueAt: number;
  /** One after the other. */
  #saving: Promise<void> = Promise.resolve();

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
    this.#dueAt = options.now() + HOUR;
  }

  /** Brings back what was saved. What cannot be read begins anew. */
  load(): void {
    const saved = this.#options.note.read();
    if (!isSaved(saved)) return;
    try {
      const { inflateRawSync } = process.getBuiltinModule('node:zlib');
      const bytes = inflateRawSync(Buffer.from(saved.data, 'base64'), { maxOutputLength: MOST_BYTES });
      let from = 0;
      for (const [i, id] of saved.ids.entries()) {
        const size = saved.sizes[i] ?? 0;
        if (isStreamId(id)) this.#restore(id, bytes.subarray(from, from + size));
        from += size;
      }
    } catch {
      // A damaged note holds nothing that is worth more than the time without it.
    }
  }

  #restore(id: StreamId, bytes: Uint8Array): void {
    const history = StreamHistory.from(bytes);
    if (history === undefined || this.#options.now() - history.lastTime > LONGEST_ABSENCE) return;
    this.#options.book.restore(id, history);
  }

  /** Saves where it is time and something has changed. */
  async saveIfDue(): Promise<void> {
    if (this.#options.now() >= this.#dueAt) await this.save();
  }

  /** Saves where something has changed. Rejects where that cannot be done. */
  save(): Promise<void> {
    const saved = this.#saving.then(() => this.#save());
    // The next one tries again.
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #save(): Promise<void> {
    const { book, note, now } = this.#options;
    if (!book.takeChange()) return;
    const all = [...book.all];
    const parts = all.map(([, history]) => history.bytes);
    const data = await deflate(Buffer.concat(parts));
    const saved: Saved = {
      format: FORMAT,
      ids: all.map(([id]) => id),
      sizes: parts.map(({ length }) => length),
      data: data.toString('base64'),
    };
    note.write(saved);
    this.#dueAt = now() + this.#periodOf(saved.data.length);
  }

  #periodOf(bytes: number): number {
    const days = bytes / (WRITE_SHARE * this.#options.writesPerDay);
    return Math.min(DAY, Math.max(HOUR, days * DAY));
  }
}

function deflate(bytes: Uint8Array): Promise<Buffer> {
  const { deflateRaw } = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, (error, deflated) => (error === null ? resolve(deflated) : reject(error)));
  });
}

function isSaved(value: unknown): value is Saved {
  if (typeof value !== 'object' || value === null) return false;
  const { format, ids, sizes, data } = value as Partial<Record<keyof Saved, unknown>>;
  return (
    format === FORMAT &&
    typeof data === 'string' &&
    Array.isArray(ids) &&
    ids.every((id) => typeof id === 'string') &&
    Array.isArray(sizes) &&
    sizes.every((size) => Number.isInteger(size) && size >= 0)
  );
}
