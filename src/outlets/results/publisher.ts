import type { SettingsOf } from '../../domain/decode.ts';
import type { Forecast } from '../../domain/forecast.ts';
import type { Outgoing } from '../../domain/outgoing.ts';
import type { StreamId } from '../../domain/streamId.ts';
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

/** Options of the messages that carry state and forecast. */
type ResultOptions = Pick<Outgoing, 'qos' | 'expire'> & { readonly retain: boolean };

/** A stream with topics at the broker. */
interface PublishedStream {
  readonly stream: StreamId;
  readonly topics: StreamTopics;
  /** True while the broker holds a retained state, or a retained forecast. */
  holdsState: boolean;
  holdsForecast: boolean;
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
      this.#publishResults(this.#describe(stream), forecast, { qos: 0, retain: false });
      return;
    }
    const published = this.#streams.get(stream) ?? this.#open(stream);
    const { retain, expire } = this.#options.settingsOf(stream).publish;
    this.#publishResults(published, forecast, { qos: 0, retain, ...(retain && expire > 0 && { expire }) });
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
    const { topics } = published;
    this.#streams.set(stream, published);
    for (const topic of [topics.availability, topics.state, topics.forecast]) this.#sweeper.spare(topic);
    this.#announce(published, 'online');
    // An earlier process may have left it there.
    const hasForecast = this.#options.settingsOf(stream).publish.forecast;
    if (this.#restored.delete(stream) && !hasForecast) this.#sweeper.add(topics.forecast);
    return published;
  }

  #describe(stream: StreamId): PublishedStream {
    const topics = streamTopics(this.#options.baseTopic, stream);
    return { stream, topics, holdsState: false, holdsForecast: false, anomalyId: undefined };
  }

  #announce({ topics }: PublishedStream, state: 'online' | 'offline'): void {
    this.#options.publish({ topic: topics.availability, payload: JSON.stringify({ state }), qos: 0, retain: true });
  }

  #publishResults(published: PublishedStream, forecast: Forecast, options: ResultOptions): void {
    const { publish, settingsOf } = this.#options;
    const { topics } = published;
    const settings = settingsOf(forecast.stream);
    const hasForecast = settings.publish.forecast && forecast.horizons.length > 0;
    this.#giveUp(published, { state: options.retain, forecast: options.retain && settings.publish.forecast });
    publish({ topic: topics.state, payload: this.#payloads.state(forecast, settings), ...options });
    if (hasForecast)
      publish({ topic: topics.forecast, payload: this.#payloads.columns(forecast, settings), ...options });
  }

  /** Clears a retained topic that the settings of now fill no more. */
  #giveUp(published: PublishedStream, keeps: { readonly state: boolean; readonly forecast: boolean }): void {
    const { topics, holdsState, holdsForecast } = published;
    if (holdsState !== keeps.state) this.#hold(topics.state, keeps.state);
    if (holdsForecast !== keeps.forecast) this.#hold(topics.forecast, keeps.forecast);
    published.holdsState = keeps.state;
    published.holdsForecast = keeps.forecast;
  }

  #hold(topic: string, isHeld: boolean): void {
    if (isHeld) this.#sweeper.spare(topic);
    else this.#sweeper.add(topic);
  }

  #publishAnomaly(published: PublishedStream, forecast: Forecast): void {
    const isRunning = published.anomalyId !== undefined;
    if (forecast.anomaly === isRunning) return;
    // The moment names it: one stream starts at most one anomaly at a time.
    const id = published.anomalyId ?? `${forecast.stream}@${forecast.at}`;
    const payload = this.#payloads.anomaly(forecast, id, this.#options.settingsOf(forecast.stream));
    this.#options.publish({ topic: published.topics.anomaly, payload, qos: 0, retain: false });
    published.anomalyId = forecast.anomaly ? id : undefined;
  }
}

function retainedTopics({ topics, holdsState, holdsForecast }: PublishedStream): readonly string[] {
  return [...(holdsState ? [topics.state] : []), ...(holdsForecast ? [topics.forecast] : []), topics.availability];
}
