import type { SettingsOf } from '../domain/decode.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { DurationMs } from '../domain/time.ts';
import { anomalyPayload, columnsPayload, statePayload } from './forecastPayload.ts';
import { streamTopics } from './ownTopics.ts';

/** Port: hands a message to the broker; what cannot go out is dropped and counted there. */
type Publish = (message: {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly expire?: DurationMs;
}) => void;

export interface PublisherOptions {
  readonly baseTopic: string;
  readonly publish: Publish;
  readonly settingsOf: SettingsOf;
  /** Whether the stream was not forgotten meanwhile. Default: always. */
  readonly isAlive?: (stream: StreamId) => boolean;
}

/** Turns forecasts into messages. Knows per stream only whether an anomaly runs and the network answers. */
export interface Publisher {
  forecast(forecast: Forecast): void;
  /** The broker may have forgotten us: the streams say again that they are there. */
  reconnected(): void;
  forget(stream: StreamId): void;
  /** Every stream goes offline. */
  farewell(): void;
}

interface Outlet {
  readonly topics: ReturnType<typeof streamTopics>;
  readonly retain: boolean;
  readonly expire: DurationMs;
  /** Id of the running anomaly. */
  anomalyId: string | undefined;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { baseTopic, publish, settingsOf, isAlive = () => true } = options;
  /** As many as there are learners: `forget` follows each eviction. */
  const outlets = new Map<StreamId, Outlet>();

  function announce({ topics }: Outlet, state: 'online' | 'offline'): void {
    publish({ topic: topics.availability, payload: JSON.stringify({ state }), qos: 0, retain: true });
  }

  function makeOutlet(stream: StreamId): Outlet {
    const { retain, expire } = settingsOf(stream).publish;
    return { topics: streamTopics(baseTopic, stream), retain, expire, anomalyId: undefined };
  }

  function open(stream: StreamId): Outlet {
    const outlet = makeOutlet(stream);
    outlets.set(stream, outlet);
    announce(outlet, 'online');
    return outlet;
  }

  function publishAnomaly(outlet: Outlet, forecast: Forecast): void {
    const isRunning = outlet.anomalyId !== undefined;
    if (forecast.anomaly === isRunning) return;
    // The moment names it: one stream starts at most one anomaly at a time.
    const id = outlet.anomalyId ?? `${forecast.stream}@${forecast.at}`;
    publish({ topic: outlet.topics.anomaly, payload: anomalyPayload(forecast, id), qos: 0, retain: false });
    outlet.anomalyId = forecast.anomaly ? id : undefined;
  }

  return {
    forecast(forecast) {
      const { stream } = forecast;
      if (!isAlive(stream)) {
        // It was forgotten while its last steps were on their way: they are told, and nothing more is remembered of it.
        publishResults(publish, makeOutlet(stream), forecast);
        return;
      }
      const outlet = outlets.get(stream) ?? open(stream);
      publishResults(publish, outlet, forecast);
      publishAnomaly(outlet, forecast);
    },
    reconnected() {
      for (const outlet of outlets.values()) announce(outlet, 'online');
    },
    forget(stream) {
      const outlet = outlets.get(stream);
      if (outlet !== undefined) announce(outlet, 'offline');
      outlets.delete(stream);
    },
    farewell() {
      for (const outlet of outlets.values()) announce(outlet, 'offline');
    },
  };
}

function publishResults(publish: Publish, outlet: Outlet, forecast: Forecast): void {
  const { topics } = outlet;
  publishResult(publish, outlet, topics.state, statePayload(forecast));
  if (forecast.horizons.length > 0) publishResult(publish, outlet, topics.forecast, columnsPayload(forecast));
}

function publishResult(publish: Publish, { retain, expire }: Outlet, topic: string, payload: string): void {
  if (retain && expire > 0) publish({ topic, payload, qos: 0, retain, expire });
  else publish({ topic, payload, qos: 0, retain });
}
