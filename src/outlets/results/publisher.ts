import type { SettingsOf } from '../../domain/decode.ts';
import type { Forecast } from '../../domain/forecast.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { DurationMs } from '../../domain/time.ts';
import { anomalyPayload, columnsPayload, statePayload } from './forecastPayload.ts';
import { streamTopics } from './ownTopics.ts';
import { Sweeper } from './sweeper.ts';

/** Port: hands a message to the broker; what cannot go out is dropped and counted there. @returns false where it was dropped */
type Publish = (message: {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly expire?: DurationMs;
}) => boolean;

export interface PublisherOptions {
  readonly baseTopic: string;
  readonly publish: Publish;
  readonly settingsOf: SettingsOf;
  /** `limits.streams`. */
  readonly maxStreams: number;
  /** Whether the stream was not forgotten meanwhile. Default: always. */
  readonly isAlive?: (stream: StreamId) => boolean;
}

/** Turns forecasts into messages. Knows per stream only its settings and whether an anomaly runs. */
export interface Publisher {
  forecast(forecast: Forecast): void;
  /** It was known before this process began, or before it was forgotten: topics of it may have been left behind. */
  recalled(stream: StreamId): void;
  /** The broker may have forgotten us: the streams say again that they are there. */
  reconnected(): void;
  /** Its topics go from the broker, so that there are never more than those of the streams that are here. */
  forget(stream: StreamId): void;
  /** Takes some of the topics that nobody publishes any more from the broker. To be called now and then while connected. */
  sweep(): void;
  /** Every stream goes offline, and what waits to be cleared is cleared. */
  farewell(): void;
}

/** Topics of one stream: state, forecast, availability. A stream that goes leaves each of them. */
const TOPICS_OF_A_STREAM = 3;
const CLEARED_AT_ONCE = 50;

interface Outlet {
  readonly topics: ReturnType<typeof streamTopics>;
  readonly settings: StreamSettings;
  /** Of what is published as state and forecast. */
  readonly options: { readonly qos: 0; readonly retain: boolean; readonly expire?: DurationMs };
  /** Id of the running anomaly. */
  anomalyId: string | undefined;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { baseTopic, publish, settingsOf, maxStreams, isAlive = () => true } = options;
  /** As many as there are learners: `forget` follows each eviction. */
  const outlets = new Map<StreamId, Outlet>();
  /** Streams that have come back from the state folder and are not published yet. */
  const recalled = new Set<StreamId>();
  const clear = (topic: string): boolean => publish({ topic, payload: '', qos: 0, retain: true });
  const sweeper = new Sweeper({ clear, mostWaiting: 2 * TOPICS_OF_A_STREAM * maxStreams });

  function announce({ topics }: Outlet, state: 'online' | 'offline'): void {
    publish({ topic: topics.availability, payload: JSON.stringify({ state }), qos: 0, retain: true });
  }

  function open(stream: StreamId): Outlet {
    const outlet = createOutlet(baseTopic, stream, settingsOf(stream));
    const { topics, settings } = outlet;
    outlets.set(stream, outlet);
    for (const topic of [topics.availability, topics.state, topics.forecast]) sweeper.spare(topic);
    announce(outlet, 'online');
    // An earlier process may have left it there.
    if (recalled.delete(stream) && !settings.publish.forecast) sweeper.add(topics.forecast);
    return outlet;
  }

  return {
    forecast(forecast) {
      const { stream } = forecast;
      if (!isAlive(stream)) {
        // It was forgotten while its last steps were on their way: they are told, and nobody keeps them.
        const outlet = createOutlet(baseTopic, stream, settingsOf(stream));
        publishResults(publish, { ...outlet, options: { qos: 0, retain: false } }, forecast);
        return;
      }
      const outlet = outlets.get(stream) ?? open(stream);
      publishResults(publish, outlet, forecast);
      publishAnomaly(publish, outlet, forecast);
    },
    recalled: (stream) => void recalled.add(stream),
    reconnected() {
      for (const outlet of outlets.values()) announce(outlet, 'online');
    },
    forget(stream) {
      recalled.delete(stream);
      const outlet = outlets.get(stream);
      if (outlet === undefined) return;
      outlets.delete(stream);
      announce(outlet, 'offline');
      for (const topic of retainedTopics(outlet)) sweeper.add(topic);
    },
    sweep: () => sweeper.sweep(CLEARED_AT_ONCE),
    farewell() {
      for (const outlet of outlets.values()) announce(outlet, 'offline');
      sweeper.sweep(Number.POSITIVE_INFINITY);
    },
  };
}

function createOutlet(baseTopic: string, stream: StreamId, settings: StreamSettings): Outlet {
  const { retain, expire } = settings.publish;
  const options = retain && expire > 0 ? { qos: 0 as const, retain, expire } : { qos: 0 as const, retain };
  return { topics: streamTopics(baseTopic, stream), settings, options, anomalyId: undefined };
}

function retainedTopics({ topics, settings }: Outlet): readonly string[] {
  const { retain, forecast } = settings.publish;
  if (!retain) return [topics.availability];
  return forecast ? [topics.state, topics.forecast, topics.availability] : [topics.state, topics.availability];
}

function publishResults(publish: Publish, { topics, settings, options }: Outlet, forecast: Forecast): void {
  publish({ topic: topics.state, payload: statePayload(forecast, settings), ...options });
  if (!settings.publish.forecast || forecast.horizons.length === 0) return;
  publish({ topic: topics.forecast, payload: columnsPayload(forecast, settings), ...options });
}

function publishAnomaly(publish: Publish, outlet: Outlet, forecast: Forecast): void {
  const isRunning = outlet.anomalyId !== undefined;
  if (forecast.anomaly === isRunning) return;
  // The moment names it: one stream starts at most one anomaly at a time.
  const id = outlet.anomalyId ?? `${forecast.stream}@${forecast.at}`;
  const payload = anomalyPayload(forecast, id, outlet.settings);
  publish({ topic: outlet.topics.anomaly, payload, qos: 0, retain: false });
  outlet.anomalyId = forecast.anomaly ? id : undefined;
}
