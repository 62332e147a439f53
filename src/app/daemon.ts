import type { OperatorFunction } from 'rxjs';
import { createTimerDelay } from '../adapters/clock/timerDelay.ts';
import { createZoneOffset } from '../adapters/clock/zoneOffset.ts';
import { createMqttConnection, type MqttConnection } from '../adapters/mqtt/connection.ts';
import { matchesFilter } from '../adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder, type Decoder } from '../adapters/payload/decoder.ts';
import type { Config } from '../config/config.ts';
import type { DomainEvent, Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { Overflow } from '../domain/overflow.ts';
import type { Inbound } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Delay, ZoneOffset } from '../domain/time.ts';
import { createHost, type HostedLearners } from '../hosts/createHost.ts';
import { checkMemory } from '../hosts/kernelMemory.ts';
import { StreamMachines, type StreamMachinesOptions } from '../hosts/stream/streamMachines.ts';
import { createHealthMonitor } from '../outlets/bridge/health.ts';
import { type BridgeTopics, bridgeTopics } from '../outlets/results/ownTopics.ts';
import { createPublisher, type Publisher } from '../outlets/results/publisher.ts';
import { forecastPipeline } from '../pipeline/forecastPipeline.ts';
import { QueueMemory } from '../pipeline/queueMemory.ts';
import type { DurableState } from '../state/durableState.ts';
import type { Counters } from '../telemetry/counters.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { runActivity } from './activity.ts';
import type { DaemonOptions } from './daemonOptions.ts';
import { openState } from './openState.ts';
import { openSubscriptions, type Subscriptions } from './subscriptions.ts';

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
    followStreams(event, alive, publisher);
  };
  const zoneOffsetOf = rememberZones();
  const decoder = decoderOf(config, zoneOffsetOf, report);
  const { settingsOf } = decoder;
  const topics = bridgeTopics(config.mqtt.baseTopic);
  const subscriptions = subscriptionsOf(options);
  const queues = new QueueMemory(config.limits.queueMemory);
  const connection = connect(options, { topics, report, formerFilters: subscriptions?.former, queues });
  const publisher = createPublisher({
    baseTopic: config.mqtt.baseTopic,
    publish: (message) => connection.publish(message),
    settingsOf,
    maxStreams: config.limits.streams,
    isAlive: (stream) => alive.has(stream),
  });
  const learners = createHost({ config, settingsOf, report, log, threadEntry });
  const { counters } = telemetry;

  async function run(stop: AbortSignal, delay: Delay): Promise<void> {
    const { host } = learners;
    const machines = machinesFor(config, { settingsOf, zoneOffsetOf, learners: host, report });
    const kept = await openState(options, { host: machines, repeats: connection.repeats, report, delay, stop });
    if (kept === undefined) return host.stop();
    const { keeping } = kept;
    queues.journal = keeping?.journal;
    const health = createHealthMonitor(counters, {
      loads: learners.loads,
      queues: () => queues.load(connection.outboundBytes),
      state: keeping && (() => keeping.health()),
    });
    const way = toForecasts({ options, decoder, machines, learners, report, keeping, delay, queues });
    const forecasts$ = connection.inbound$.pipe(way);
    const parts = { options, connection, publisher, host, forecasts$, topics, health, subscriptions, report, delay };
    const mayComeBack = (id: StreamId): boolean => alive.size < config.limits.streams - 1 && decoder.isCertain(id);
    await runActivity({ ...parts, ...kept, mayComeBack }, stop);
  }

  return { counters, run: (stop) => withDelay((delay) => run(stop, delay)) };
}

interface MachineParts extends Pick<StreamMachinesOptions, 'settingsOf' | 'learners' | 'report'> {
  readonly zoneOffsetOf: (zone: string) => ZoneOffset;
}

function machinesFor({ state }: Config, { zoneOffsetOf, ...parts }: MachineParts): StreamMachines {
  return new StreamMachines({
    ...parts,
    zoneOffsetOf: (stream) => zoneOffsetOf(parts.settingsOf(stream).time.zone),
    isKept: state.durability !== 'none',
  });
}

/** Nothing that anybody has put off outlasts the work. */
async function withDelay(work: (delay: Delay) => Promise<void>): Promise<void> {
  const end = new AbortController();
  try {
    await work(createTimerDelay(end.signal));
  } finally {
    end.abort();
  }
}

function followStreams(event: DomainEvent, alive: Set<StreamId>, publisher: Publisher): void {
  if (event.type === 'StreamStarted') alive.add(event.stream);
  if (event.type === 'StreamRecalled') publisher.recalled(event.stream);
  if (event.type !== 'StreamEvicted') return;
  alive.delete(event.stream);
  publisher.forget(event.stream);
}

function decoderOf(
  { streams: specs, limits }: Config,
  zoneOffsetOf: (zone: string) => ZoneOffset,
  report: Report,
): Decoder {
  return createDecoder({ specs, limits, zoneOffsetOf, report, matchesFilter, maxTopics: limits.streams });
}

interface ForecastParts {
  readonly options: DaemonOptions;
  readonly decoder: Decoder;
  readonly machines: StreamMachines;
  readonly learners: HostedLearners;
  readonly report: Report;
  readonly keeping: DurableState | undefined;
  readonly delay: Delay;
  readonly queues: QueueMemory;
}

function toForecasts(parts: ForecastParts): OperatorFunction<Inbound, Forecast> {
  const { decoder, machines, learners, report, keeping, delay, queues } = parts;
  const { config, clock } = parts.options;
  const { decode, settingsOf } = decoder;
  const { host, maxBatch, credit } = learners;
  const { streams: maxStreams, queue: maxQueue, queueMemory: maxBytes, overflow, thinAfter } = config.limits;
  return forecastPipeline(
    {
      decode,
      settingsOf,
      machineFor: machines.machineFor,
      host,
      report,
      onNextTurn,
      clock,
      delay,
      keeping,
      waiting: queues.waiting,
    },
    {
      maxStreams,
      maxBatch,
      maxQueue,
      maxBytes,
      credit,
      overflow: overflow === 'auto' ? defaultOverflow(config) : overflow,
      thinAfter,
      throttle: true,
    },
  );
}

/** What the broker holds back for us need not be left out. */
function defaultOverflow({ mqtt, state }: Config): Overflow {
  return mqtt.qos > 0 && state.durability === 'journal' ? 'block' : 'coalesce';
}

/** Only of a session that outlives us. */
function subscriptionsOf({ config, store, log }: DaemonOptions): Subscriptions | undefined {
  const { mqtt: settings, state, streams } = config;
  if (!settings.session.persistent || store !== undefined) return undefined;
  return openSubscriptions({ folder: state.dir, settings, filters: streams.map(({ topic }) => topic), log });
}

interface ConnectParts {
  readonly topics: BridgeTopics;
  readonly report: Report;
  readonly formerFilters: readonly string[] | undefined;
  readonly queues: QueueMemory;
}

function connect({ config, clock }: DaemonOptions, parts: ConnectParts): MqttConnection {
  const { topics, report, formerFilters, queues } = parts;
  return createMqttConnection({
    settings: config.mqtt,
    filters: config.streams.map(({ topic }) => topic),
    clock,
    report,
    will: { topic: topics.state, payload: '{"state":"offline"}' },
    greeting: { topic: topics.state, payload: '{"state":"online"}' },
    random: Math.random,
    hasRoom: () => queues.hasRoom,
    ...(formerFilters !== undefined && { formerFilters }),
    acks: config.state.durability === 'journal' ? 'deferred' : 'at-once',
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
