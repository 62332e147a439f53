import {
  EMPTY,
  filter,
  ignoreElements,
  interval,
  merge,
  Observable,
  type OperatorFunction,
  switchMap,
  tap,
} from 'rxjs';
import { createZoneOffset } from '../adapters/clock/zoneOffset.ts';
import { createMqttConnection, type MqttConnection } from '../adapters/mqtt/connection.ts';
import { matchesFilter } from '../adapters/mqtt/topicFilter.ts';
import { createDecoder, type Decoder } from '../adapters/payload/decoder.ts';
import type { Config, Limits } from '../config/config.ts';
import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import type { Inbound } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Clock, ZoneOffset } from '../domain/time.ts';
import { forecastPipeline } from '../pipeline/forecastPipeline.ts';
import { bridgeInfo } from './bridgeInfo.ts';
import type { Counters } from './counters.ts';
import { createHost, type HostedLearners } from './createHost.ts';
import { createHealthMonitor, type HealthMonitor } from './health.ts';
import { checkMemory } from './kernelMemory.ts';
import type { Log } from './log.ts';
import { type BridgeTopics, bridgeTopics } from './ownTopics.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { settlesWithin } from './settlesWithin.ts';
import { createTelemetry } from './telemetry.ts';

/** Everything that was received is answered before we leave, unless it takes longer than this. */
const DRAIN_MS = 3000;

export interface DaemonOptions {
  readonly config: Config;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Sees each forecast as it is published (the demonstration's table). */
  readonly onForecast?: (forecast: Forecast) => void;
  /** Hears of each time that the broker has answered our subscriptions. */
  readonly onConnected?: () => void;
  /** The module that a learner thread runs, where it is not the built one. */
  readonly threadEntry?: URL;
}

export interface Daemon {
  readonly counters: Counters;
  /**
   * Runs until the signal aborts, then stops the intake, finishes what came in, says goodbye and resolves: under 5 s.
   * @throws TidegateError TG_CONFIG_UNREADABLE for a certificate that cannot be read, TG_THREAD_DIED where learners are gone,
   * TG_INTERNAL for a bug of ours
   */
  run(stop: AbortSignal): Promise<void>;
}

/**
 * The composition root: the one place that knows every room.
 * @throws TidegateError TG_KERNEL_SHAPE for a network that cannot be held
 */
export function createDaemon(options: DaemonOptions): Daemon {
  const { config, clock, log, threadEntry } = options;
  checkMemory(config);
  const telemetry = createTelemetry({ log, clock });
  const alive = new Set<StreamId>();
  const report: Report = (event) => {
    telemetry.report(event);
    if (event.type === 'StreamStarted') alive.add(event.stream);
    if (event.type !== 'StreamEvicted') return;
    alive.delete(event.stream);
    publisher.forget(event.stream);
  };
  const zoneOffsetOf = rememberZones();
  const decoder = createDecoder({
    specs: config.streams,
    limits: config.limits,
    zoneOffsetOf,
    report,
    matchesFilter,
    maxTopics: config.limits.streams,
  });
  const { settingsOf } = decoder;
  const topics = bridgeTopics(config.mqtt.baseTopic);
  const connection = connect(options, topics, report);
  const publisher = createPublisher({
    baseTopic: config.mqtt.baseTopic,
    publish: (message) => connection.publish(message),
    settingsOf,
    isAlive: (stream) => alive.has(stream),
  });
  const learners = createHost({ config, settingsOf, report, log, threadEntry });
  const forecasts$ = connection.inbound$.pipe(
    toForecasts({ decoder, zoneOffsetOf, learners, report, limits: config.limits }),
  );
  const health = createHealthMonitor(telemetry.counters, learners.loads);
  const parts = { options, connection, publisher, host: learners.host, forecasts$, topics, health };
  return { counters: telemetry.counters, run: (stop) => run(parts, stop) };
}

interface ForecastParts {
  readonly decoder: Decoder;
  readonly zoneOffsetOf: (zone: string) => ZoneOffset;
  readonly learners: HostedLearners;
  readonly report: Report;
  readonly limits: Limits;
}

function toForecasts({
  decoder,
  zoneOffsetOf,
  learners,
  report,
  limits,
}: ForecastParts): OperatorFunction<Inbound, Forecast> {
  const { decode, settingsOf } = decoder;
  const { host, maxBatch } = learners;
  const zoneOfStream = (stream: StreamId): ZoneOffset => zoneOffsetOf(settingsOf(stream).time.zone);
  return forecastPipeline(
    { decode, settingsOf, zoneOffsetOf: zoneOfStream, host, report, onNextTurn },
    { maxStreams: limits.streams, maxBatch, maxQueue: limits.queue, throttle: true },
  );
}

interface Parts {
  readonly options: DaemonOptions;
  readonly connection: MqttConnection;
  readonly publisher: Publisher;
  readonly host: LearnerHost;
  readonly forecasts$: Observable<Forecast>;
  readonly topics: BridgeTopics;
  readonly health: HealthMonitor;
}

async function run(parts: Parts, stop: AbortSignal): Promise<void> {
  const { connection, host, health, topics } = parts;
  const ended = new Promise<void>((resolve, reject) => {
    // The one subscribe: everything that happens, happens below it.
    const subscription = activity(parts).subscribe({
      error: (error: unknown) => reject(toTidegateError(error)),
      complete: resolve,
    });
    stop.addEventListener('abort', () => connection.closeIntake(), { once: true });
    try {
      connection.start();
      if (stop.aborted) connection.closeIntake();
    } catch (error) {
      subscription.unsubscribe();
      reject(error);
    }
  });
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => void settlesWithin(ended, DRAIN_MS).then(() => resolve()), { once: true });
  });
  try {
    await Promise.race([ended, stopped]);
  } finally {
    parts.publisher.farewell();
    connection.publish({ topic: topics.health, payload: health.payload(), qos: 0, retain: true });
    await connection.stop({ farewell: { topic: topics.state, payload: '{"state":"offline"}' } });
    await host.stop();
    health.stop();
  }
}

function toTidegateError(cause: unknown): TidegateError {
  if (cause instanceof TidegateError) return cause;
  return new TidegateError('TG_INTERNAL', 'the pipeline ended by an error', { cause });
}

/** Completes when the intake has closed and everything that came in has been published. */
function activity({ options, connection, publisher, forecasts$, topics, health }: Parts): Observable<never> {
  const { config, version, onForecast, onConnected } = options;
  const published$ = forecasts$.pipe(
    tap((forecast) => {
      publisher.forecast(forecast);
      onForecast?.(forecast);
    }),
  );
  const sayHealth = (): void => {
    connection.publish({ topic: topics.health, payload: health.payload(), qos: 0, retain: true });
  };
  const sayInfo = (): void => {
    connection.publish({ topic: topics.info, payload: bridgeInfo(config, version), qos: 0, retain: true });
  };
  const bridge$ = connection.connected$.pipe(
    filter(Boolean),
    tap(sayInfo),
    tap(() => publisher.reconnected()),
    tap(() => onConnected?.()),
  );
  const health$ = connection.connected$.pipe(
    switchMap((isConnected) => (isConnected ? interval(config.health.interval) : EMPTY)),
    tap(sayHealth),
  );
  return until(published$, merge(bridge$, health$)).pipe(ignoreElements());
}

/** `main` with `beside` running for as long as `main` does. */
function until<Main, Beside>(main$: Observable<Main>, beside$: Observable<Beside>): Observable<Main> {
  return new Observable((output) => {
    output.add(beside$.subscribe({ error: (error: unknown) => output.error(error) }));
    output.add(main$.subscribe(output));
  });
}

function connect({ config, clock }: DaemonOptions, topics: BridgeTopics, report: Report): MqttConnection {
  return createMqttConnection({
    settings: config.mqtt,
    filters: config.streams.map(({ topic }) => topic),
    clock,
    report,
    will: { topic: topics.state, payload: '{"state":"offline"}' },
    greeting: { topic: topics.state, payload: '{"state":"online"}' },
    random: Math.random,
  });
}

/** One offset function per zone: they keep what Intl answered. There are as many zones as the configuration names. */
function rememberZones(): (zone: string) => ZoneOffset {
  const offsets = new Map<string, ZoneOffset>();
  return (zone) => {
    let offset = offsets.get(zone);
    if (offset === undefined) {
      offset = createZoneOffset(zone);
      offsets.set(zone, offset);
    }
    return offset;
  };
}

function onNextTurn(work: () => void): () => void {
  const turn = setImmediate(work);
  return () => clearImmediate(turn);
}
