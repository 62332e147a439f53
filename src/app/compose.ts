import { Observable } from 'rxjs';
import { timerDelayUntilEnd } from '../adapters/clock/timerDelay.ts';
import { matchesFilter } from '../adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder, type Decoder, type DecoderOptions } from '../adapters/payload/decoder.ts';
import { UnitMemory } from '../adapters/payload/unitMemory.ts';
import type { Config } from '../config/config.ts';
import { createSettings, type Settings } from '../config/settings.ts';
import type { Sensor, SensorOf } from '../domain/decode.ts';
import type { Finding } from '../domain/finding.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Delay } from '../domain/time.ts';
import { createHost } from '../hosts/createHost.ts';
import { checkMemory } from '../hosts/kernelMemory.ts';
import { AlarmKeeper } from '../outlets/alarms/alarmKeeper.ts';
import { AlarmRecord } from '../outlets/alarms/alarmRecord.ts';
import { Bridge } from '../outlets/bridge/bridge.ts';
import { BridgeLogging } from '../outlets/bridge/bridgeLogging.ts';
import { BridgeEvents } from '../outlets/bridge/events/bridgeEvents.ts';
import type { HealthSources } from '../outlets/bridge/health.ts';
import { LearningState } from '../outlets/bridge/learningState.ts';
import { LocalRequests } from '../outlets/bridge/requests/localRequests.ts';
import { Requests } from '../outlets/bridge/requests/requests.ts';
import { StreamList } from '../outlets/bridge/streamList.ts';
import { HomeAssistant } from '../outlets/homeAssistant/homeAssistant.ts';
import { Metrics } from '../outlets/metrics/metrics.ts';
import type { Outlet } from '../outlets/outlet.ts';
import type { SharedContext } from '../outlets/outletRun.ts';
import { Page } from '../outlets/page/page.ts';
import { Prompts } from '../outlets/prompts/prompts.ts';
import { Results } from '../outlets/results/results.ts';
import { Orders } from '../pipeline/orders.ts';
import { QueueMemory } from '../pipeline/queueMemory.ts';
import { type LogEntry, type TappedLog, tapLog } from '../telemetry/logTap.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import type { App, AppOptions } from './appOptions.ts';
import { createControl } from './controlling.ts';
import { EventHub } from './eventHub.ts';
import { createMachines, forecasting } from './forecasting.ts';
import { runLifecycle } from './lifecycle.ts';
import { LiveConfiguration } from './liveConfiguration.ts';
import { createMqttSource } from './mqttSource.ts';
import { openState } from './openState.ts';
import { outletNotes } from './outletNotes.ts';
import { openRetained } from './retaining.ts';
import { serveOver } from './serving.ts';
import type { Source } from './source.ts';
import { rememberZones } from './zones.ts';

type PortName =
  | 'configNow'
  | 'settingsOf'
  | 'prospectsOf'
  | 'sensorOf'
  | 'streams$'
  | 'eventsOf'
  | 'log$'
  | 'inspect'
  | 'probe'
  | 'examine';

/** The composition root: the one place that knows every room. @throws TidegateError TG_KERNEL_SHAPE for a network without room */
export function compose(given: AppOptions): App {
  const options = withTap(given);
  const { config, clock, log, threadEntry } = options;
  checkMemory(config);
  const { counters, latency, report: toTelemetry } = createTelemetry({ log, clock });
  const hub = new EventHub(toTelemetry);
  const { report } = hub;
  const zoneOffsetOf = rememberZones();
  const settings = createSettings(config);
  const { decoder, units } = decoderOf(settings, config.limits, { zoneOffsetOf, report });
  const { settingsOf, isCertain } = decoder;
  const queues = new QueueMemory(config.limits.queueMemory);
  const hasFolder = options.store === undefined;
  const source = createMqttSource({ config, clock, log, report, hasRoom: () => queues.hasRoom, hasFolder });
  const learners = createHost({ config, settingsOf, report, threadEntry });
  const { host, loads, batches } = learners;
  const machines = createMachines(config, { settingsOf, zoneOffsetOf, learners: host, report });
  const { outlets, alarms } = outletsOf(options);
  const orders = new Orders({ clock, report });
  const configuration = new LiveConfiguration({ ...options, settings, decoder, hub, source, report });

  async function run(stop: AbortSignal, delay: Delay): Promise<void> {
    const { repeats } = source;
    const state = await openState(options, { host: machines, repeats, report, delay, stop, beside: alarms });
    if (state === undefined) return host.stop();
    const { durable } = state;
    [queues.journal, queues.states] = [durable?.journal, durable?.residency];
    const health = { counters, loads, batches, latency, state: durable?.health, ...loadOf(source, queues) };
    const keepsFolder = hasFolder && durable !== undefined;
    const known = { settings, settingsOf, isCertain, zoneOffsetOf, keepsFolder, units, alarms, host, report };
    const { control, rules } = createControl({ ...options, configuration, orders, hub, ...state, ...known });
    const inputs = { orders, rules, configuration, queues, latency };
    const parts = { ...options, delay, decoder, machines, learners, report, durable, ...inputs };
    const forecasts$ = source.inbound$.pipe(forecasting(parts));
    const mayComeBack = (id: StreamId): boolean => hub.streamCount < config.limits.streams - 1 && isCertain(id);
    const retained = openRetained({ config, source, hasFolder: keepsFolder, durable });
    const serve = serveOver(settings, report);
    const ports = { ...portsOf({ ...options, settings, decoder, hub, host }), serve };
    const shared = { config, health, control, alarms, noteOf: outletNotes({ config, log, keepsFolder }), ...ports };
    const lifecycle = { source, forecasts$, host, ...state, outlets, shared, retained, mayComeBack, report, delay };
    await runLifecycle(lifecycle, stop).finally(() => closeAll(units, alarms));
  }
  return { counters, reload: configuration.tryReload, run: (stop) => timerDelayUntilEnd((delay) => run(stop, delay)) };
}

function closeAll(...notes: readonly { close(): void }[]): void {
  for (const note of notes) note.close();
}

/** The same with a log that can be listened to. */
function withTap(options: AppOptions): AppOptions & { readonly log: TappedLog } {
  const { config, clock, log } = options;
  return { ...options, log: tapLog(log, { clock, published: config.bridge.logging }) };
}

interface PortParts extends Pick<AppOptions, 'examine' | 'unitOf'> {
  readonly settings: Settings;
  readonly decoder: Decoder;
  readonly hub: EventHub;
  readonly log: TappedLog;
  readonly host: LearnerHost;
}

function withUnit(sensor: Sensor | undefined, unit: string | undefined): Sensor | undefined {
  return sensor === undefined || sensor.unit !== undefined || unit === undefined ? sensor : { ...sensor, unit };
}

/** Questions of outlets to the parts of the daemon. */
function portsOf({
  settings,
  decoder,
  hub,
  log,
  host,
  examine: doctor,
  unitOf,
}: PortParts): Pick<SharedContext, PortName> {
  const { settingsOf, prospectsOf } = decoder;
  const sensorOf: SensorOf = (stream) => withUnit(decoder.sensorOf(stream), unitOf?.(stream));
  const { streams$, eventsOf } = hub;
  const configNow = (): Config => settings.config;
  const { inspect, probe } = host;
  const log$ = new Observable<LogEntry>((follower) => log.listen((entry) => follower.next(entry)));
  const examine = async (): Promise<readonly Finding[]> => (await doctor?.(settings.config)) ?? [];
  return { configNow, settingsOf, prospectsOf, sensorOf, streams$, eventsOf, log$, inspect, probe, examine };
}

function decoderOf(
  { entries: specs }: Settings,
  limits: Config['limits'],
  ports: Pick<DecoderOptions, 'zoneOffsetOf' | 'report'>,
): { readonly decoder: Decoder; readonly units: UnitMemory } {
  const units = new UnitMemory(limits.streams);
  const decoder = createDecoder({ specs, limits, ...ports, matchesFilter, maxTopics: limits.streams, units });
  return { decoder, units };
}

/** Everything that waits, and the filters for which nothing came. */
function loadOf(source: Source, queues: QueueMemory): Pick<HealthSources, 'queues' | 'silent'> {
  return { queues: () => queues.load(source.outboundBytes), silent: () => source.silentFilters ?? [] };
}

function outletsOf({ version, outlets = [] }: AppOptions): {
  readonly outlets: readonly Outlet[];
  readonly alarms: AlarmRecord;
} {
  const alarms = new AlarmRecord();
  const own = [
    // Before all others: they name an alarm as its record does.
    new AlarmKeeper(alarms),
    new Bridge({ version }),
    new Results(),
    new StreamList(),
    new LearningState(),
    new BridgeEvents(),
    new BridgeLogging(),
    new Requests({ version }),
    new LocalRequests({ version }),
    new Prompts(),
    new HomeAssistant({ version }),
    new Page({ version }),
    new Metrics({ version }),
  ];
  return { outlets: [...own, ...outlets], alarms };
}
