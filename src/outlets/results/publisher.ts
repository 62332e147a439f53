import type { SettingsOf } from '../../domain/decode.ts';
import type { Forecast } from '../../domain/forecast.ts';
import type { Outgoing } from '../../domain/outgoing.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
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
  readonly settingsOf: SettingsOf;
  /** `limits.streams`. */
  readonly maxStreams: number;
  /** True while the stream is not forgotten. Default: always. */
  readonly isAlive?: (stream: StreamId) => boolean;
}

/** Topics of one stream: state, forecast, availability. A stream that goes leaves each of them. */
const TOPICS_OF_A_STREAM = 3;
const CLEARED_AT_ONCE = 50;

/** A stream with topics at the broker. */
interface PublishedStream {
  readonly topics: StreamTopics;
  readonly settings: StreamSettings;
  /** Options of the messages that are published as state and forecast. */
  readonly options: Pick<Outgoing, 'qos' | 'retain' | 'expire'>;
  /** Id of the running anomaly. */
  anomalyId: string | undefined;
}

/** Turns forecasts into messages. Knows per stream only its settings and whether an anomaly runs. */
export class Publisher {
  readonly #options: PublisherOptions;
  /** One for each learner at most: `forget` follows each eviction. */
  readonly #streams = new Map<StreamId, PublishedStream>();
  /** Streams that have come back from the state folder and are not published yet. */
  readonly #restored = new Set<StreamId>();
  readonly #payloads = new ForecastPayloads();
  readonly #sweeper: Sweeper;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#sweeper = new Sweeper({
      clear: (topic) => options.publish({ topic, payload: '', qos: 0, retain: true }),
      mostWaiting: 2 * TOPICS_OF_A_STREAM * options.maxStreams,
    });
  }

  forecast(forecast: Forecast): void {
    const { stream } = forecast;
    if (this.#options.isAlive?.(stream) === false) {
      // The stream was forgotten while its last steps were on their way: they go out, and the broker keeps none of them.
      const published = this.#describe(stream);
      this.#publishResults({ ...published, options: { qos: 0, retain: false } }, forecast);
      return;
    }
    const published = this.#streams.get(stream) ?? this.#open(stream);
    this.#publishResults(published, forecast);
    this.#publishAnomaly(published, forecast);
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

  #open(stream: StreamId): PublishedStream {
    const published = this.#describe(stream);
    const { topics, settings } = published;
    this.#streams.set(stream, published);
    for (const topic of [topics.availability, topics.state, topics.forecast]) this.#sweeper.spare(topic);
    this.#announce(published, 'online');
    // An earlier process may have left it there.
    if (this.#restored.delete(stream) && !settings.publish.forecast) this.#sweeper.add(topics.forecast);
    return published;
  }

  #describe(stream: StreamId): PublishedStream {
    const settings = this.#options.settingsOf(stream);
    const { retain, expire } = settings.publish;
    const options = retain && expire > 0 ? { qos: 0 as const, retain, expire } : { qos: 0 as const, retain };
    return { topics: streamTopics(this.#options.baseTopic, stream), settings, options, anomalyId: undefined };
  }

  #announce({ topics }: PublishedStream, state: 'online' | 'offline'): void {
    this.#options.publish({ topic: topics.availability, payload: JSON.stringify({ state }), qos: 0, retain: true });
  }

  #publishResults({ topics, settings, options }: PublishedStream, forecast: Forecast): void {
    const { publish } = this.#options;
    publish({ topic: topics.state, payload: this.#payloads.state(forecast, settings), ...options });
    if (!settings.publish.forecast || forecast.horizons.length === 0) return;
    publish({ topic: topics.forecast, payload: this.#payloads.columns(forecast, settings), ...options });
  }

  #publishAnomaly(published: PublishedStream, forecast: Forecast): void {
    const isRunning = published.anomalyId !== undefined;
    if (forecast.anomaly === isRunning) return;
    // The moment names it: one stream starts at most one anomaly at a time.
    const id = published.anomalyId ?? `${forecast.stream}@${forecast.at}`;
    const payload = this.#payloads.anomaly(forecast, id, published.settings);
    this.#options.publish({ topic: published.topics.anomaly, payload, qos: 0, retain: false });
    published.anomalyId = forecast.anomaly ? id : undefined;
  }
}

function retainedTopics({ topics, settings }: PublishedStream): readonly string[] {
  const { retain, forecast } = settings.publish;
  if (!retain) return [topics.availability];
  return forecast ? [topics.state, topics.forecast, topics.availability] : [topics.state, topics.availability];
}
