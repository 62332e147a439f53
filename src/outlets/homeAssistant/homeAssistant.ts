import { matchesFilter } from '../../adapters/mqtt/inbound/topicFilter.ts';
import type { BorrowedForecast } from '../../domain/forecast.ts';
import type { Heard } from '../../domain/listen.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { type DurationMs, toDurationMs } from '../../domain/time.ts';
import { bridgeTopics, ONLINE } from '../bridge/bridgeTopics.ts';
import type { Outlet, OutletContext, StreamChange } from '../outlet.ts';
import { streamTopics } from '../results/streamTopics.ts';
import { whileConnected } from '../whileConnected.ts';
import { agentAnnouncement } from './agentAnnouncement.ts';
import { type Announced, AnnouncedNote } from './announcedNote.ts';
import { Announcer } from './announcer.ts';
import type { DeviceAnnouncement } from './device.ts';
import { hashOf, nodeOf, slugOf } from './names.ts';
import { SourceDevices } from './sourceDevices.ts';
import { streamDevice } from './streamDevice.ts';
import { StreamEntries } from './streamEntries.ts';
import { StreamEntry } from './streamEntry.ts';

const TICK: DurationMs = toDurationMs(1000);
/** Ticks of a connection before the first announcement: until then the broker tells which devices others have announced. */
const LISTENED = 3;
/** Ticks after an announcement at which it is said whether the stream is there: Home Assistant has to listen first. */
const SAID_AFTER = [2, 10, 40] as const;
/** Ticks after which it is said again: Home Assistant may have been too busy each time. */
const SAID_AGAIN = 600;
/** Ticks after which a stream that went is taken back: one that forgets what it learned comes again with its next reading. */
const LEAVES_AFTER = 300;

/**
 * Devices and entities in Home Assistant, by its device-based discovery: for each stream, in the device that its readings come from, and
 * for the daemon. Off unless the configuration says otherwise.
 */
export class HomeAssistant implements Outlet {
  readonly name = 'home assistant';
  readonly #version: string;
  readonly #alive = new Set<StreamId>();
  readonly #entries = new StreamEntries();
  readonly #devices = new SourceDevices();
  /** Streams whose availability is to be said, by tick. */
  readonly #due = new Map<number, StreamId[]>();
  /** Streams that went, and the tick at which they are taken back, soonest first. */
  readonly #leaving = new Map<StreamId, number>();
  #context: OutletContext | undefined;
  #announcer: Announcer | undefined;
  #note: AnnouncedNote | undefined;
  #node = '';
  #tick = 0;
  #readyAt = LISTENED;

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start(context: OutletContext): void {
    const { config, configNow, noteOf, publish, retained, follow, listen } = context;
    const { discovery, prefix, statusTopic } = config.homeAssistant;
    if (!discovery) return;
    this.#context = context;
    this.#node = nodeOf(config.mqtt.baseTopic);
    const note = new AnnouncedNote(noteOf('home-assistant'));
    this.#note = note;
    const announcer = new Announcer({
      note,
      publish,
      retained,
      onAnnounced: ({ stream }) => stream === undefined || this.#sayLater(stream),
    });
    this.#announcer = announcer;
    for (const topic of note.topics) if (!this.mayRetain(topic)) announcer.takeBack(topic);
    announcer.announce({
      topic: this.#agentTopic(),
      stream: undefined,
      source: '',
      describe: () => agentAnnouncement(configNow(), this.#node, this.#version),
    });
    follow(context.streams$, (change) => this.#take(change));
    follow(context.connected$, (isConnected) => isConnected && this.#connected(announcer));
    follow(whileConnected(context.connected$, TICK), () => this.#ticked(announcer));
    follow(context.eventsOf('SensorDeclared'), ({ topic }) => this.#announceFrom(topic));
    follow(context.forecasts$, (forecast) => this.#hear(forecast));
    listen(statusTopic, (message) => this.#hearStatus(message, announcer));
    for (const filterOf of [`${prefix}/+/+/config`, `${prefix}/+/+/+/config`])
      listen(filterOf, ({ topic, payload }) => {
        for (const changed of this.#devices.learn(topic, payload)) this.#announceFrom(changed);
      });
  }

  mayRetain(topic: string): boolean {
    if (this.#context === undefined) return false;
    if (topic === this.#agentTopic() || this.#announcer?.has(topic) === true) return true;
    const announced = this.#note?.get(topic);
    return announced !== undefined && this.#isConfigured(announced);
  }

  stop(): void {
    // The announcements stay: `bridge/state` says that the daemon is gone.
    this.#note?.save();
  }

  /** The configuration may still give the stream, perhaps under another name. */
  #isConfigured({ stream, source }: Announced): boolean {
    const { configNow, prospectsOf } = this.#context as OutletContext;
    if (stream === undefined) return false;
    if (prospectsOf(stream).length > 0) return true;
    return configNow().streams.some(({ topic }) => matchesFilter(topic, source));
  }

  #take({ kind, stream }: StreamChange): void {
    if (kind === 'started') {
      this.#alive.add(stream);
      this.#leaving.delete(stream);
    } else if (kind === 'evicted') {
      this.#alive.delete(stream);
      this.#leaving.delete(stream);
      this.#leaving.set(stream, this.#tick + LEAVES_AFTER);
    }
  }

  #takeBackLeavers(): void {
    for (const [stream, tick] of this.#leaving) {
      if (tick > this.#tick) break;
      this.#leaving.delete(stream);
      const entry = this.#entries.get(stream);
      if (entry === undefined) continue;
      const isOwner = this.#entries.ownerOf(entry.topic) === stream;
      this.#entries.delete(entry);
      if (isOwner) this.#announcer?.takeBack(entry.topic);
    }
  }

  #connected(announcer: Announcer): void {
    this.#due.clear();
    this.#readyAt = this.#tick + LISTENED;
    announcer.announceAll();
  }

  #ticked(announcer: Announcer): void {
    this.#tick++;
    if (this.#tick < this.#readyAt) return;
    this.#takeBackLeavers();
    announcer.tick();
    const due = this.#due.get(this.#tick) ?? [];
    this.#due.delete(this.#tick);
    for (const stream of due) this.#say(stream);
  }

  #hear(forecast: BorrowedForecast): void {
    const { stream } = forecast;
    const context = this.#context as OutletContext;
    const entry = this.#entries.get(stream) ?? this.#open(stream, context);
    if (entry === undefined) return;
    if (entry.takeNote(forecast, context.settingsOf(stream))) this.#announce(entry, context);
    if (this.#tick - entry.saidAt >= SAID_AGAIN) this.#say(stream);
  }

  /** undefined where the stream was forgotten. */
  #open(stream: StreamId, { sensorOf }: OutletContext): StreamEntry | undefined {
    const sensor = this.#alive.has(stream) ? sensorOf(stream) : undefined;
    if (sensor === undefined) return undefined;
    const source = sensor.sender ?? sensor.topic;
    const path = sensor.path ?? '';
    const own = hashOf(source, path);
    // Two entries of the configuration may read one field, each with its settings.
    const key = this.#isFree(this.#topicOf(source, path, own), stream) ? own : hashOf(source, path, stream);
    const topic = this.#topicOf(source, path, key);
    const entry = new StreamEntry({ stream, topic, source, sourceTopic: sensor.topic, key }, this.#note?.get(topic));
    this.#entries.add(entry);
    return entry;
  }

  /** No other stream has the topic, or had it in the process before and may come back. */
  #isFree(topic: string, stream: StreamId): boolean {
    const owner = this.#entries.ownerOf(topic) ?? this.#note?.get(topic)?.stream;
    return owner === undefined || owner === stream || this.#context?.prospectsOf(owner).length === 0;
  }

  #announce(entry: StreamEntry, context: OutletContext): void {
    const { stream, topic, source } = entry;
    this.#announcer?.announce({ topic, stream, source, describe: () => this.#describe(entry, context) });
  }

  #describe(
    entry: StreamEntry,
    { configNow, sensorOf, settingsOf }: OutletContext,
  ): Omit<DeviceAnnouncement, 'removed'> {
    const { stream, source } = entry;
    const own = sensorOf(stream) ?? { topic: source, isSilent: false };
    const declared = own.unit === undefined ? this.#devices.aboutOf(own.topic, own.path) : undefined;
    const sensor = { ...own, ...declared };
    // A broker may keep nothing for a filter with wildcards: what the process before had heard of the device holds until it is told otherwise.
    const known = this.#devices.of(sensor.topic) ?? this.#note?.get(entry.topic)?.known;
    const settings = settingsOf(stream);
    return streamDevice({
      config: configNow(),
      node: this.#node,
      version: this.#version,
      entry,
      sensor,
      settings,
      known,
    });
  }

  /** Something is known of the readings of a topic. */
  #announceFrom(topic: string): void {
    const context = this.#context as OutletContext;
    for (const entry of this.#entries.from(topic)) this.#announce(entry, context);
  }

  /** The birth message. One that the broker had kept is older than our connection, and with that everything was announced. */
  #hearStatus({ payload, retained }: Heard, announcer: Announcer): void {
    if (retained || Buffer.from(payload).toString() !== 'online') return;
    const { config, publish } = this.#context as OutletContext;
    // Not every broker gives retained messages to those who come later.
    publish({ topic: bridgeTopics(config.mqtt.baseTopic).state, payload: ONLINE, qos: 1, retain: true });
    announcer.announceAll();
  }

  #sayLater(stream: StreamId): void {
    for (const ticks of SAID_AFTER) {
      const tick = this.#tick + ticks;
      const due = this.#due.get(tick);
      if (due === undefined) this.#due.set(tick, [stream]);
      else due.push(stream);
    }
  }

  /** Says whether the stream is there. That topic is not retained, as a process that was killed could not take it back. */
  #say(stream: StreamId): void {
    const entry = this.#entries.get(stream);
    if (entry === undefined || !this.#alive.has(stream)) return;
    const { config, publish, sensorOf } = this.#context as OutletContext;
    const state = sensorOf(stream)?.isSilent === true ? 'offline' : 'online';
    const { availability: topic } = streamTopics(config.mqtt.baseTopic, stream);
    const isOut = publish({ topic, payload: JSON.stringify({ state }), qos: 0, retain: false });
    // What could not go out is said with the next forecast.
    entry.saidAt = isOut ? this.#tick : Number.NEGATIVE_INFINITY;
  }

  #topicOf(source: string, path: string, key: string): string {
    const { prefix } = (this.#context as OutletContext).config.homeAssistant;
    const name = [this.#node, slugOf(`${source} ${path}`), key].filter((part) => part !== '').join('_');
    return `${prefix}/device/${name}/config`;
  }

  #agentTopic(): string {
    const { prefix } = (this.#context as OutletContext).config.homeAssistant;
    return `${prefix}/device/${this.#node}/config`;
  }
}
