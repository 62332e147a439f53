import type { BorrowedForecast } from '../../../domain/forecast.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { LAYOUTS, MOST_LEVEL } from './layout.ts';
import { type LogPlace, ReadingLog, type TakeReading } from './readingLog.ts';
import { StreamHistory } from './streamHistory.ts';

/** Where the owner of a stream keeps its history, so that it is not looked up by its name for each reading. */
export interface HistoryPlace extends LogPlace {
  readonly stream: StreamId;
  history: StreamHistory | undefined;
  /** Revision of the book at which it was looked up; −1: never. */
  historyRevision: number;
}

/** The histories of all streams in bounded memory: the more streams, the shorter each. */
export class HistoryBook {
  readonly #bytes: number;
  readonly #settled = new Map<StreamId, StreamHistory>();
  /** Readings that no history has yet. */
  readonly #log = new ReadingLog<HistoryPlace>();
  #level = 0;
  #isChanged = false;
  /** Changes where a place may hold what is no history of its stream any more. */
  #revision = 0;

  /** @param bytes for all of them */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Bytes that they take now. */
  get bytes(): number {
    let sum = 0;
    for (const { layout } of this.#histories().values()) sum += layout.bytes;
    return sum;
  }

  find(stream: StreamId): StreamHistory | undefined {
    return this.#histories().get(stream);
  }

  get all(): Iterable<readonly [StreamId, StreamHistory]> {
    return this.#histories();
  }

  /** @param place of the stream that the forecast is of */
  add(forecast: BorrowedForecast, place: HistoryPlace): void {
    this.#isChanged = true;
    if (this.#log.isFull) this.#log.drain(this.#take);
    this.#log.add(forecast, place);
  }

  /** The histories with all readings in them: all that reads or changes them goes this way. */
  #histories(): Map<StreamId, StreamHistory> {
    if (!this.#log.isEmpty) this.#log.drain(this.#take);
    return this.#settled;
  }

  readonly #take: TakeReading<HistoryPlace> = (place, numbers, score, flags) => {
    if (place.historyRevision !== this.#revision) {
      place.history = this.#settled.get(place.stream) ?? this.#begin(place.stream);
      place.historyRevision = this.#revision;
    }
    place.history?.add(numbers, score, flags);
  };

  /** A history that was kept. One that has begun meanwhile goes first. */
  restore(stream: StreamId, kept: StreamHistory): void {
    const histories = this.#histories();
    if (histories.has(stream)) return;
    this.#makeRoom(histories.size + 1);
    if (this.#level > MOST_LEVEL) return;
    histories.set(stream, kept.layout.level < this.#level ? kept.shrunk(this.#level) : kept);
    this.#revision++;
  }

  forget(stream: StreamId): void {
    if (!this.#histories().delete(stream)) return;
    this.#isChanged = true;
    this.#revision++;
  }

  /** @returns whether anything has changed since the last call */
  takeChange(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  /** @returns undefined where there is no room for another one, however short */
  #begin(stream: StreamId): StreamHistory | undefined {
    this.#makeRoom(this.#settled.size + 1);
    if (this.#level > MOST_LEVEL) return undefined;
    const history = StreamHistory.create(this.#level);
    this.#settled.set(stream, history);
    return history;
  }

  /** Once for each doubling of the streams, all of them at once: some 50 µs each. */
  #makeRoom(streams: number): void {
    const level = levelFor(this.#bytes / streams);
    if (level === this.#level || level > MOST_LEVEL) {
      this.#level = level;
      return;
    }
    this.#level = level;
    this.#revision++;
    for (const [id, history] of this.#settled)
      if (history.layout.level < level) this.#settled.set(id, history.shrunk(level));
  }
}

/** The longest history that fits; above `MOST_LEVEL`: none does. */
function levelFor(bytes: number): number {
  const level = LAYOUTS.findIndex((layout) => layout.bytes <= bytes);
  return level < 0 ? MOST_LEVEL + 1 : level;
}
