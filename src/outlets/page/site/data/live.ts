import { EXPERT_NAMES } from '../../../../domain/expertName.ts';
import { type Delay, toDurationMs } from '../../../../domain/time.ts';
import type { ApiEvents, ApiStreams } from '../../api.ts';
import type { AlarmAnswer, AlarmsAnswer, HealthAnswer, LogLine } from './answers.ts';
import { type Client, orRefused } from './client.ts';
import { type Frames, openEvents } from './eventStream.ts';
import { Link } from './link.ts';
import { newestFirst, withAlarm } from './openAlarms.ts';
import { epochOf, Stream } from './stream.ts';

/** Lines of the log that the page keeps. */
const LOG_LINES = 200;
/** Streams in view may change with each pixel of a scroll: the events are opened anew once they rest. */
const SETTLE_MS = toDurationMs(400);
const HIDDEN_MS = toDurationMs(30_000);
const FIRST_FRAME_MS = toDurationMs(100);

/** `list`: the streams are others now. `alarms`: one began or ended. */
export type Change = 'list' | 'readings' | 'alarms' | 'health' | 'log' | 'link';

/** Everything that the page knows of the daemon now, kept up to date while somebody looks. */
export class Live {
  readonly link: Link;
  readonly log: LogLine[] = [];
  streams: readonly Stream[] = [];
  byId: ReadonlyMap<string, Stream> = new Map();
  /** undefined until the first answer. */
  health: HealthAnswer | undefined;
  /** Alarms that are open, newest first; undefined until they were asked for. */
  alarms: readonly AlarmAnswer[] | undefined;
  isLoaded = false;
  readonly #client: Client;
  readonly #delay: Delay;
  readonly #onChange: (change: Change) => void;
  #sources: readonly string[] = EXPERT_NAMES;
  #byIndex: ReadonlyMap<number, Stream> = new Map();
  #revision = -1;
  #cursor = 0;
  #clockAhead = 0;
  #wanted: readonly Stream[] = [];
  #wantsLog = false;
  #opened = '';
  #cancelSettling = (): void => undefined;
  #cancelHiding = (): void => undefined;
  #cancelStart = (): void => undefined;

  constructor(client: Client, delay: Delay, onChange: (change: Change) => void) {
    this.#client = client;
    this.#delay = delay;
    this.#onChange = onChange;
    this.link = new Link({
      open: (onHello, onError) => this.#open(onHello, onError),
      poll: () => this.#poll(),
      onState: () => {
        // What is wanted may have changed while the events were being opened.
        if (this.link.state.kind === 'live') this.#settle();
        onChange('link');
      },
      delay,
      now: () => Date.now(),
    });
    document.addEventListener('visibilitychange', () => this.#visibility());
  }

  /** The daemon's time, epoch ms. */
  now(): number {
    return Date.now() + this.#clockAhead;
  }

  /** Loads the list and what is open, then holds on to the events. */
  async start(): Promise<void> {
    try {
      await this.load();
    } catch {
      // The link says so, and tries again.
    }
    // The view has said by then which streams it shows.
    this.#cancelStart();
    this.#cancelStart = this.#delay(() => this.link.start(), FIRST_FRAME_MS);
  }

  /** Ends what is under way; `start` begins anew. */
  stop(): void {
    this.#cancelStart();
    this.link.stop();
  }

  /** Asks for streams, open alarms and health. @throws Refusal */
  async load(): Promise<void> {
    const [list] = await Promise.all([this.#client.get<ApiStreams>('api/streams'), this.#loadRest()]);
    this.#take(list);
    this.link.heard();
    this.#onChange('list');
  }

  /** Asks for open alarms and health. A daemon that refuses one of them has its streams all the same. */
  async #loadRest(): Promise<void> {
    const [alarms, health] = await Promise.all([
      orRefused(this.#client.get<AlarmsAnswer>('api/alarms', { query: { open: 1 } })),
      orRefused(this.#client.get<HealthAnswer>('api/health')),
    ]);
    if (alarms !== undefined) this.alarms = newestFirst(alarms.alarms);
    if (health !== undefined) this.health = health;
  }

  /** Asks for what has changed; for everything where streams came or went. */
  async #poll(): Promise<void> {
    if (!this.isLoaded) return await this.load();
    const list = await this.#client.get<ApiStreams>('api/streams', { query: { since: this.#cursor } });
    if (list.revision !== this.#revision) return await this.load();
    this.#cursor = list.cursor;
    for (const answer of list.streams) this.byId.get(answer.id)?.take(answer, this.now());
    await this.#loadRest();
    this.link.heard();
    for (const change of ['readings', 'alarms', 'health'] as const) this.#onChange(change);
  }

  /** Streams whose readings are wanted: those that somebody sees. */
  want(streams: readonly Stream[]): void {
    this.#wanted = streams;
    this.#settle();
  }

  wantLog(isWanted: boolean): void {
    this.#wantsLog = isWanted;
    this.#settle();
  }

  #take({ now, streams, revision, cursor }: ApiStreams): void {
    this.#revision = revision;
    this.#cursor = cursor;
    this.#clockAhead = (epochOf(now) ?? Date.now()) - Date.now();
    const known = this.byId;
    this.streams = streams.map((answer) => {
      const stream = known.get(answer.id);
      if (stream === undefined) return new Stream(answer, this.now());
      stream.take(answer, this.now());
      return stream;
    });
    this.byId = new Map(this.streams.map((stream) => [stream.id, stream]));
    this.#byIndex = new Map(this.streams.map((stream) => [stream.info.index, stream]));
    this.isLoaded = true;
  }

  #settle(): void {
    this.#cancelSettling();
    this.#cancelSettling = this.#delay(() => {
      if (this.link.state.kind === 'live' && this.#asked() !== this.#opened) this.link.start();
    }, SETTLE_MS);
  }

  /** Indices of the streams that are wanted, and whether the log is. */
  #asked(): string {
    const wanted = new Set(this.#wanted);
    const indices = this.streams.filter((stream) => wanted.has(stream)).map(({ info }) => info.index);
    return `${indices.join(',')};${this.#wantsLog ? 1 : 0}`;
  }

  #open(onHello: () => void, onError: () => void): ReturnType<typeof openEvents> {
    this.#opened = this.#asked();
    const streams = (this.#opened.split(';')[0] ?? '')
      .split(',')
      .filter((text) => text !== '')
      .map(Number);
    const hello = (frame: ApiEvents['hello']): void => {
      this.#sources = frame.sources;
      onHello();
    };
    return openEvents({ streams, log: this.#wantsLog }, { ...this.#frames(), hello }, onError);
  }

  #frames(): Omit<Frames, 'hello'> {
    const changed = (change: Change): void => {
      this.link.heard();
      this.#onChange(change);
    };
    return {
      readings: ({ rows }) => {
        for (const row of rows) this.#byIndex.get(row[0])?.takeRow(row, this.#sources, this.now());
        changed('readings');
      },
      forecast: (frame) => {
        this.#byIndex.get(frame[0])?.takeForecast(frame);
        changed('readings');
      },
      alarm: (alarm) => {
        this.alarms = withAlarm(this.alarms ?? [], alarm);
        changed('alarms');
      },
      health: (health) => {
        this.health = health;
        changed('health');
      },
      log: (line) => {
        this.log.push(line);
        this.log.splice(0, this.log.length - LOG_LINES);
        changed('log');
      },
      again: () =>
        void this.load().then(
          () => this.link.start(),
          () => this.link.start(),
        ),
    };
  }

  /** A hidden tab costs the daemon nothing. */
  #visibility(): void {
    this.#cancelHiding();
    if (document.hidden) this.#cancelHiding = this.#delay(() => this.stop(), HIDDEN_MS);
    else void this.#back();
  }

  /** Asks for what came meanwhile, then the events go on. */
  async #back(): Promise<void> {
    await this.start();
    this.#onChange('list');
  }
}
