import { FollowedEntry, FollowingEntries } from '../../domain/followingMap.ts';
import type { BorrowedForecast } from '../../domain/forecast.ts';
import type { ForecastRow } from '../../domain/forecastRow.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamChange } from '../outlet.ts';
import type { HistoryPlace } from './history/historyBook.ts';
import type { StreamHistory } from './history/streamHistory.ts';
import { LastRows } from './lastRows.ts';

/** A stream as the page knows it. */
export class PageStream extends FollowedEntry<StreamId> implements HistoryPlace {
  /** Number in the frames of events; no other stream of the process ever has it. */
  readonly index: number;
  /** Count of all readings when the last one of this stream came; 0: none did. */
  cursor = 0;
  /** Place of its last reading. */
  readonly place: number;
  readonly #rows: LastRows;
  history: StreamHistory | undefined = undefined;
  historyRevision = -1;
  newestRow = -1;

  constructor(stream: StreamId, index: number, rows: LastRows) {
    super(stream);
    this.index = index;
    this.#rows = rows;
    this.place = rows.take();
  }

  /** The last reading and what was said of it, as a copy; undefined: none came since the start. */
  get last(): ForecastRow | undefined {
    return this.isGone ? undefined : this.#rows.read(this.place, this.key);
  }

  /** The last reading is part of an anomaly. */
  get isAnomalous(): boolean {
    return !this.isGone && this.#rows.isAnomalous(this.place);
  }

  get stream(): StreamId {
    return this.key;
  }

  get id(): StreamId {
    return this.key;
  }
}

/** The streams that are here, each with its last reading. */
export class PageStreams {
  readonly #byId = new FollowingEntries<StreamId, PageStream>();
  readonly #rows = new LastRows();
  readonly #byIndex = new Map<number, PageStream>();
  /** Streams of which an alarm has begun or ended. */
  readonly #flipped = new Set<StreamId>();
  #nextIndex = 0;
  /** Streams that came and went so far. */
  revision = 0;
  /** Readings so far. */
  cursor = 0;

  get all(): Iterable<PageStream> {
    return this.#byId.all;
  }

  get size(): number {
    return this.#byId.size;
  }

  find(id: string): PageStream | undefined {
    return this.#byId.get(id as StreamId);
  }

  at(index: number): PageStream | undefined {
    return this.#byIndex.get(index);
  }

  change({ kind, stream }: StreamChange): void {
    if (kind === 'evicted') this.#remove(stream);
    else if (this.#byId.get(stream) === undefined) this.#add(stream);
  }

  /** @returns the stream that it is of */
  take(forecast: BorrowedForecast): PageStream {
    const stream = this.#byId.follow(forecast.stream) ?? this.#add(forecast.stream);
    if (this.#rows.write(stream.place, forecast)) this.#flipped.add(stream.id);
    stream.cursor = ++this.cursor;
    return stream;
  }

  /** @returns streams of which an alarm has begun or ended since the last call */
  takeFlipped(): readonly StreamId[] {
    const flipped = [...this.#flipped];
    this.#flipped.clear();
    return flipped;
  }

  #add(id: StreamId): PageStream {
    const stream = new PageStream(id, this.#nextIndex++, this.#rows);
    this.#byId.set(stream);
    this.#byIndex.set(stream.index, stream);
    this.revision++;
    return stream;
  }

  #remove(id: StreamId): void {
    const stream = this.#byId.get(id);
    if (stream === undefined) return;
    this.#byId.delete(id);
    this.#byIndex.delete(stream.index);
    this.#rows.giveBack(stream.place);
    this.#flipped.delete(id);
    this.revision++;
  }
}
