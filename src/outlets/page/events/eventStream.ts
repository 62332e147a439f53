import { interval, Subject, takeUntil } from 'rxjs';
import type { EventSink } from '../../../adapters/http/eventSink.ts';
import type { Alarms } from '../../../domain/alarm.ts';
import type { SettingsOf } from '../../../domain/decode.ts';
import type { Report } from '../../../domain/events.ts';
import { type EpochMs, toIsoTime } from '../../../domain/time.ts';
import { toAlarmView } from '../../alarms/alarmView.ts';
import type { OutletContext } from '../../outlet.ts';
import type { PageStream, PageStreams } from '../pageStreams.ts';
import { EventClient, type Wanted } from './eventClient.ts';
import type { LogTail } from './logTail.ts';
import { ReadingRows, SOURCES } from './readingRows.ts';

/** Clients at once. */
const MOST_CLIENTS = 8;
/** Time between two frames, looks at the health, and beats. */
const FRAME_MS = 250;
const HEALTH_FRAMES = 20;
const BEAT_FRAMES = 60;

export interface EventStreamOptions {
  readonly streams: PageStreams;
  readonly settingsOf: SettingsOf;
  readonly version: string;
  readonly now: () => EpochMs;
  /** Conditions on which a client is let in now. With others the clients of before have to show it too. */
  readonly rules: () => unknown;
  /** JSON of the health. */
  readonly health: () => string;
  readonly alarms: Pick<Alarms, 'find'>;
  /** The newest lines of the log. */
  readonly log: LogTail;
  readonly report: Report;
  readonly follow: OutletContext['follow'];
}

/**
 * Everything that happens, for the pages that look: at most four frames a second, each with the newest reading of every stream since the one before. No
 * other client waits for a slow one: readings are left out for it in favour of newer ones, and a client that takes nothing for ten seconds is cut off.
 */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #clients = new Set<EventClient>();
  readonly #rows: ReadingRows;
  /** Emits when the last client has gone. */
  readonly #rest$ = new Subject<void>();
  #frame = 0;
  #revision = 0;
  #rules: unknown;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#rows = new ReadingRows(options.settingsOf);
  }

  get isFull(): boolean {
    return this.#clients.size >= MOST_CLIENTS;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** A client begins to follow. @returns the function that ends it */
  add(sink: EventSink, wanted: Wanted): () => void {
    const { streams, version, now } = this.#options;
    const { revision, cursor } = streams;
    const client = new EventClient(sink, wanted, cursor);
    if (this.#clients.size === 0) this.#begin();
    this.#clients.add(client);
    client.begin();
    client.mark(this.#idOf());
    client.send('hello', JSON.stringify({ now: toIsoTime(now()), version, revision, cursor, sources: SOURCES }));
    client.send('health', this.#options.health());
    for (const index of wanted.streams ?? []) this.#sendForecast(client, streams.at(index));
    if (wanted.log) for (const line of this.#options.log.lines) client.send('log', line);
    return () => this.#remove(client);
  }

  #tellAlarms(): void {
    const { streams, alarms } = this.#options;
    for (const id of streams.takeFlipped()) {
      const alarm = alarms.find(id, 'last');
      if (alarm === undefined) continue;
      const data = JSON.stringify(toAlarmView(alarm));
      for (const client of this.#clients) client.send('alarm', data);
    }
  }

  #tellLog(): void {
    const lines = this.#options.log.takeFresh();
    for (const client of this.#clients) if (client.wanted.log) for (const line of lines) client.send('log', line);
  }

  stop(): void {
    for (const client of this.#clients) client.cut();
    this.#clients.clear();
    this.#rest$.next();
  }

  #begin(): void {
    const { streams, follow, rules } = this.#options;
    this.#revision = streams.revision;
    this.#rules = rules();
    streams.takeFlipped();
    this.#options.log.takeFresh();
    follow(interval(FRAME_MS).pipe(takeUntil(this.#rest$)), () => this.#tick());
  }

  #remove(client: EventClient): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#rest$.next();
  }

  #tick(): void {
    this.#frame++;
    this.#endSessions();
    this.#dropFrozen();
    const { streams, health } = this.#options;
    if (this.#revision !== streams.revision) this.#tellAgain(streams.revision);
    this.#tellAlarms();
    this.#tellLog();
    const fresh = new FreshRows(this.#rows);
    for (const client of this.#clients) this.#sendReadings(client, fresh);
    if (this.#frame % HEALTH_FRAMES === 0 && this.#clients.size > 0) {
      const text = health();
      for (const client of this.#clients) if (client.isReady) client.send('health', text);
    }
    if (this.#frame % BEAT_FRAMES === 0) for (const client of this.#clients) client.beat();
  }

  /** Ends the clients that were let in by other rules. */
  #endSessions(): void {
    const rules = this.#options.rules();
    if (rules === this.#rules) return;
    this.#rules = rules;
    for (const client of this.#clients) {
      client.cut();
      this.#remove(client);
    }
  }

  #dropFrozen(): void {
    const now = performance.now();
    for (const client of this.#clients) {
      const cause = client.fault(now);
      if (cause === undefined) continue;
      this.#options.report({ type: 'PageClientDropped', cause });
      client.cut();
      this.#remove(client);
    }
  }

  #tellAgain(revision: number): void {
    this.#revision = revision;
    for (const client of this.#clients) client.send('again', JSON.stringify({ revision }));
  }

  #sendReadings(client: EventClient, fresh: FreshRows): void {
    const { streams } = this.#options;
    if (client.cursor === streams.cursor || !client.isReady) return;
    const { wanted } = client;
    const changed = [...streams.all].filter(({ cursor }) => cursor > client.cursor);
    client.cursor = streams.cursor;
    client.mark(this.#idOf());
    const shown = changed.filter(({ index, isAnomalous }) => wanted.streams?.has(index) !== false || isAnomalous);
    if (shown.length > 0)
      client.send('readings', `{"rows":[${shown.flatMap((stream) => fresh.of(stream)).join(',')}]}`);
    if (wanted.streams === undefined) return;
    for (const stream of changed) if (wanted.streams.has(stream.index)) this.#sendForecast(client, stream);
  }

  #sendForecast(client: EventClient, stream: PageStream | undefined): void {
    if (stream?.last === undefined) return;
    client.send('forecast', JSON.stringify([stream.index, this.#rows.forecasts(stream)]));
  }

  #idOf(): string {
    const { now, streams } = this.#options;
    return `${Math.round(now())}-${streams.cursor}`;
  }
}

/** Rows of one frame as JSON, each written once for all clients. */
class FreshRows {
  readonly #rows: ReadingRows;
  readonly #texts = new Map<PageStream, string>();

  constructor(rows: ReadingRows) {
    this.#rows = rows;
  }

  of(stream: PageStream): readonly string[] {
    let text = this.#texts.get(stream);
    if (text === undefined) {
      const row = this.#rows.reading(stream);
      if (row === undefined) return [];
      text = JSON.stringify(row);
      this.#texts.set(stream, text);
    }
    return [text];
  }
}
