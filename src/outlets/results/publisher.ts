import type { SettingsOf } from '../../domain/decode.ts';
import type { BorrowedForecast } from '../../domain/forecast.ts';
import { type Outgoing, PreparedTopic, type PublishTo } from '../../domain/outgoing.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import { toDurationMs } from '../../domain/time.ts';
import { ClassPayload } from './classPayload.ts';
import { ForecastPayloads } from './forecastPayload.ts';
import { type StreamTopics, streamTopics } from './streamTopics.ts';
import { Sweeper } from './sweeper.ts';

interface TextMessage extends Outgoing {
  readonly payload: string;
}

export interface PublisherOptions {
  readonly baseTopic: string;
  /** @returns false for a message that was dropped */
  readonly publish: (message: TextMessage) => boolean;
  readonly publishTo: PublishTo;
  readonly settingsOf: SettingsOf;
  /** `limits.streams`. */
  readonly maxStreams: number;
  /** True while the stream is not forgotten. Default: always. */
  readonly isAlive?: (stream: StreamId) => boolean;
}

/** Topics of one stream: state, forecast, class, availability. A stream that goes leaves each of them. */
const TOPICS_OF_A_STREAM = 4;
const CLEARED_AT_ONCE = 50;
const NEVER = toDurationMs(0);

/** A stream with topics at the broker. */
interface PublishedStream {
  readonly stream: StreamId;
  readonly topics: StreamTopics;
  readonly state: PreparedTopic;
  /** undefined until there is something for it: most streams have one horizon and no columns. */
  forecast: PreparedTopic | undefined;
  class: PreparedTopic | undefined;
  /** True while the broker holds a retained state, forecast or class. */
  holdsState: boolean;
  holdsForecast: boolean;
  holdsClass: boolean;
  /** Id of the running anomaly. */
  anomalyId: string | undefined;
}

/** Turns forecasts into messages, by the settings of now. Knows per stream only what the broker holds and whether an anomaly runs. */
export class Publisher {
  readonly #options: PublisherOptions;
  /** One for each learner at most: `forget` follows each eviction. */
  readonly #streams = new Map<StreamId, PublishedStream>();
  /** Streams that have come back from the state folder and are not published yet. */
  readonly #restored = new Set<StreamId>();
  readonly #payloads = new ForecastPayloads();
  readonly #classPayload = new ClassPayload();
  readonly #sweeper: Sweeper;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#sweeper = new Sweeper({
      clear: (topic) => options.publish({ topic, payload: '', qos: 0, retain: true }),
      mostWaiting: 2 * TOPICS_OF_A_STREAM * options.maxStreams,
    });
  }

  forecast(forecast: BorrowedForecast): void {
    const { stream } = forecast;
    const settings = this.#options.settingsOf(stream);
    const published = this.#streams.get(stream) ?? this.#open(stream);
    this.#payloads.set(forecast, settings);
    if (published === undefined) {
      // The stream was forgotten while its last steps were on their way: they go out, and the broker keeps none of them.
      this.#publishResults(this.#describe(stream), forecast, settings, false);
      return;
    }
    this.#publishResults(published, forecast, settings, settings.publish.retain);
    if (forecast.anomaly !== (published.anomalyId !== undefined)) this.#publishAnomaly(published, forecast);
  }

  /** The stream was known before this process began, or before it was forgotten: topics of it may have been left behind. */
  restored(stream: StreamId): void {
    this.#restored.add(stream);
  }

  /** The broker may have forgotten us: the streams say again that they are there. */
  reconnected(): void {
    for (const published of this.#streams.values()) this.#announce(published, 'online');
  }

  /** The topics of the stream go from the broker, which then never has more than those of the streams that are here. */
  forget(stream: StreamId): void {
    this.#restored.delete(stream);
    const published = this.#streams.get(stream);
    if (published === undefined) return;
    this.#streams.delete(stream);
    this.#announce(published, 'offline');
    for (const topic of retainedTopics(published)) this.#sweeper.add(topic);
  }

  /** Takes some of the topics without a publisher from the broker. To be called now and then while connected. */
  sweep(): void {
    this.#sweeper.sweep(CLEARED_AT_ONCE);
  }

  /** Every stream goes offline, and topics that wait to be cleared are cleared. */
  farewell(): void {
    for (const published of this.#streams.values()) this.#announce(published, 'offline');
    this.#sweeper.sweep(Number.POSITIVE_INFINITY);
  }

  /** undefined for a stream that was forgotten. */
  #open(stream: StreamId): PublishedStream | undefined {
    if (this.#options.isAlive?.(stream) === false) return undefined;
    const published = this.#describe(stream);
    const { topics } = published;
    this.#streams.set(stream, published);
    for (const topic of [topics.availability, topics.state, topics.forecast, topics.class]) this.#sweeper.spare(topic);
    this.#announce(published, 'online');
    // An earlier process may have left it there.
    if (this.#restored.delete(stream)) {
      const { publish, classify } = this.#options.settingsOf(stream);
      if (!publish.forecast) this.#sweeper.add(topics.forecast);
      if (classify === undefined) this.#sweeper.add(topics.class);
    }
    return published;
  }

  #describe(stream: StreamId): PublishedStream {
    const topics = streamTopics(this.#options.baseTopic, stream);
    const state = new PreparedTopic(topics.state);
    return {
      stream,
      topics,
      state,
      forecast: undefined,
      class: undefined,
      holdsState: false,
      holdsForecast: false,
      holdsClass: false,
      anomalyId: undefined,
    };
  }

  #announce({ topics }: PublishedStream, state: 'online' | 'offline'): void {
    this.#options.publish({ topic: topics.availability, payload: JSON.stringify({ state }), qos: 0, retain: true });
  }

  #publishResults(
    published: PublishedStream,
    { horizons, at, classAnswer }: BorrowedForecast,
    { publish: { forecast, expire }, classify }: StreamSettings,
    retain: boolean,
  ): void {
    const { publishTo } = this.#options;
    this.#giveUp(published, retain, retain && forecast, retain && classify !== undefined);
    const kept = retain ? expire : NEVER;
    publishTo(published.state, this.#payloads.state, retain, kept);
    if (forecast && horizons.length > 0) {
      published.forecast ??= new PreparedTopic(published.topics.forecast);
      publishTo(published.forecast, this.#payloads.columns, retain, kept);
    }
    if (classAnswer === undefined) return;
    this.#classPayload.set(at, classAnswer);
    published.class ??= new PreparedTopic(published.topics.class);
    publishTo(published.class, this.#classPayload, retain, kept);
  }

  /** Clears a retained topic that the settings of now fill no more. */
  #giveUp(published: PublishedStream, keepsState: boolean, keepsForecast: boolean, keepsClass: boolean): void {
    const { topics } = published;
    if (published.holdsState !== keepsState) this.#hold(topics.state, keepsState);
    if (published.holdsForecast !== keepsForecast) this.#hold(topics.forecast, keepsForecast);
    if (published.holdsClass !== keepsClass) this.#hold(topics.class, keepsClass);
    published.holdsState = keepsState;
    published.holdsForecast = keepsForecast;
    published.holdsClass = keepsClass;
  }

  #hold(topic: string, isHeld: boolean): void {
    if (isHeld) this.#sweeper.spare(topic);
    else this.#sweeper.add(topic);
  }

  /** Its start or its end. */
  #publishAnomaly(published: PublishedStream, { stream, at, anomaly }: BorrowedForecast): void {
    // The moment names it: one stream starts at most one anomaly at a time.
    const id = published.anomalyId ?? `${stream}@${at}`;
    const payload = this.#payloads.anomaly(id);
    this.#options.publish({ topic: published.topics.anomaly, payload, qos: 0, retain: false });
    published.anomalyId = anomaly ? id : undefined;
  }
}

function retainedTopics(published: PublishedStream): readonly string[] {
  const { topics, holdsState, holdsForecast, holdsClass } = published;
  return [
    ...(holdsState ? [topics.state] : []),
    ...(holdsForecast ? [topics.forecast] : []),
    ...(holdsClass ? [topics.class] : []),
    topics.availability,
  ];
}
