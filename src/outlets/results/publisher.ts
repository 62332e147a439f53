import type { SensorOf, SettingsOf } from '../../domain/decode.ts';
import { FollowingMap } from '../../domain/followingMap.ts';
import type { BorrowedForecast } from '../../domain/forecast.ts';
import {
  PreparedTopic,
  type Publish,
  type PublishTo,
  toOutgoing,
  type WritablePayload,
} from '../../domain/outgoing.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { PublishSettings, StreamSettings } from '../../domain/streamSettings.ts';
import { toDurationMs } from '../../domain/time.ts';
import { alarmIdOf } from '../alarms/alarmId.ts';
import { ClassPayload } from './classPayload.ts';
import { ForecastPayloads } from './forecastPayload.ts';
import { isRetained, RETAINED_PARTS, type StreamTopics, streamTopics } from './streamTopics.ts';

export interface PublisherOptions {
  readonly baseTopic: string;
  /** @returns false for a message that was dropped */
  readonly publish: Publish;
  readonly publishTo: PublishTo;
  readonly settingsOf: SettingsOf;
  readonly sensorOf: SensorOf;
  /** Nothing of ours is retained there any more. */
  readonly giveUp: (topic: string) => void;
  /** The id of the alarm that a process before has told of and that goes on. Default: none does. */
  readonly runningAlarm?: (stream: StreamId) => string | undefined;
  /** True while the stream is not forgotten. Default: always. */
  readonly isAlive?: (stream: StreamId) => boolean;
}

const NEVER = toDurationMs(0);

/** A stream with topics at the broker. */
interface PublishedStream {
  readonly stream: StreamId;
  readonly topics: StreamTopics;
  readonly state: PreparedTopic;
  /** undefined until there is something for it: most streams have one horizon and no columns. */
  forecast: PreparedTopic | undefined;
  class: PreparedTopic | undefined;
  /** Settings by which its topics were given up that it does not retain any more. */
  settings: StreamSettings | undefined;
  /** The device has said that it is gone. */
  isSilent: boolean;
  /** Id of the running anomaly. */
  anomalyId: string | undefined;
}

/** Turns forecasts into messages, by the settings of now. Knows per stream only its topics and whether an anomaly runs. */
export class Publisher {
  readonly #options: PublisherOptions;
  /** One for each learner at most: `forget` follows each eviction. */
  readonly #streams = new FollowingMap<StreamId, PublishedStream>();
  readonly #payloads = new ForecastPayloads();
  readonly #classPayload = new ClassPayload();

  constructor(options: PublisherOptions) {
    this.#options = options;
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
    if (forecast.anomaly !== (published.anomalyId !== undefined))
      this.#publishAnomaly(published, forecast, settings.publish);
  }

  /** The broker may have forgotten us: the streams say again that they are there. */
  reconnected(): void {
    for (const published of this.#streams.values()) this.#announce(published, presenceOf(published));
  }

  /** Devices have said that they are gone, or back. */
  sendersChanged(): void {
    for (const published of this.#streams.values()) {
      const isSilent = this.#options.sensorOf(published.stream)?.isSilent === true;
      if (isSilent === published.isSilent) continue;
      published.isSilent = isSilent;
      this.#announce(published, presenceOf(published));
    }
  }

  /** The topics of the stream go from the broker, which then never has more than those of the streams that are here. */
  forget(stream: StreamId): void {
    const published = this.#streams.get(stream);
    if (published === undefined) return;
    this.#streams.delete(stream);
    this.#announce(published, 'offline');
    for (const part of RETAINED_PARTS) this.#options.giveUp(published.topics[part]);
  }

  /** Every stream goes offline. */
  farewell(): void {
    for (const published of this.#streams.values()) this.#announce(published, 'offline');
  }

  /** undefined for a stream that was forgotten. */
  #open(stream: StreamId): PublishedStream | undefined {
    if (this.#options.isAlive?.(stream) === false) return undefined;
    const published = this.#describe(stream);
    this.#streams.set(stream, published);
    this.#announce(published, 'online');
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
      settings: undefined,
      isSilent: false,
      anomalyId: undefined,
    };
  }

  /**
   * Never retained: a process that is killed could not take it back, and the broker would go on saying `online`. Whether we are there
   * only the will can say, on `bridge/state`.
   */
  #announce({ topics }: PublishedStream, state: 'online' | 'offline'): void {
    this.#options.publish({ topic: topics.availability, payload: JSON.stringify({ state }), qos: 0, retain: false });
  }

  #send(topic: PreparedTopic, payload: WritablePayload, retain: boolean, { expire, qos }: PublishSettings): void {
    const kept = retain ? expire : NEVER;
    if (qos === 0) this.#options.publishTo(topic, payload, retain, kept);
    else this.#options.publish({ ...toOutgoing(topic, payload, retain, kept), qos });
  }

  #publishResults(
    published: PublishedStream,
    { horizons, at, classAnswer }: BorrowedForecast,
    settings: StreamSettings,
    retain: boolean,
  ): void {
    const { publish } = settings;
    if (published.settings !== settings) this.#giveUp(published, settings);
    this.#send(published.state, this.#payloads.state, retain, publish);
    if (publish.forecast && horizons.length > 0) {
      published.forecast ??= new PreparedTopic(published.topics.forecast);
      this.#send(published.forecast, this.#payloads.columns, retain, publish);
    }
    if (classAnswer === undefined) return;
    this.#classPayload.set(at, classAnswer);
    published.class ??= new PreparedTopic(published.topics.class);
    this.#send(published.class, this.#classPayload, retain, publish);
  }

  /** An earlier process, or the settings of before, may have retained topics that those of now do not. */
  #giveUp(published: PublishedStream, settings: StreamSettings): void {
    published.settings = settings;
    for (const part of RETAINED_PARTS) {
      if (!isRetained(part, settings)) this.#options.giveUp(published.topics[part]);
    }
  }

  /** Its start or its end. */
  #publishAnomaly(
    published: PublishedStream,
    { stream, at, anomaly }: BorrowedForecast,
    { qos }: PublishSettings,
  ): void {
    const id = published.anomalyId ?? this.#options.runningAlarm?.(stream) ?? alarmIdOf(stream, at);
    const payload = this.#payloads.anomaly(id);
    this.#options.publish({ topic: published.topics.anomaly, payload, qos, retain: false });
    published.anomalyId = anomaly ? id : undefined;
  }
}

function presenceOf({ isSilent }: PublishedStream): 'online' | 'offline' {
  return isSilent ? 'offline' : 'online';
}
