import { Writable } from 'node:stream';
import { BehaviorSubject, NEVER, type Observable } from 'rxjs';
import { createSystemClock } from '../../../src/adapters/clock/systemClock.ts';
import { createTimerDelay } from '../../../src/adapters/clock/timerDelay.ts';
import { tuneEngine } from '../../../src/adapters/host/tuneEngine.ts';
import { createIntake, type Intake } from '../../../src/adapters/mqtt/inbound/inbound.ts';
import { MqttRepeats } from '../../../src/adapters/mqtt/inbound/mqttRepeats.ts';
import { PublishGate } from '../../../src/adapters/mqtt/inbound/publishGate.ts';
import { matchesFilter } from '../../../src/adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder, type Decoder } from '../../../src/adapters/payload/decoder.ts';
import { Broadcast } from '../../../src/app/broadcast.ts';
import { EventHub } from '../../../src/app/eventHub.ts';
import { createMachines, forecasting } from '../../../src/app/forecasting.ts';
import { openState } from '../../../src/app/openState.ts';
import { rememberZones } from '../../../src/app/zones.ts';
import type { Config } from '../../../src/config/config.ts';
import { createSettings } from '../../../src/config/settings.ts';
import type { BorrowedForecast } from '../../../src/domain/forecast.ts';
import { NO_NOTE } from '../../../src/domain/note.ts';
import type { Inbound } from '../../../src/domain/sample.ts';
import type { StateStore } from '../../../src/domain/stateStore.ts';
import { type Clock, type Delay, toDurationMs } from '../../../src/domain/time.ts';
import { createHost } from '../../../src/hosts/createHost.ts';
import { AlarmRecord } from '../../../src/outlets/alarms/alarmRecord.ts';
import { OutletRun } from '../../../src/outlets/outletRun.ts';
import { Results } from '../../../src/outlets/results/results.ts';
import { RetainedTopics } from '../../../src/outlets/retained/retainedTopics.ts';
import { QueueMemory } from '../../../src/pipeline/queueMemory.ts';
import type { Counters } from '../../../src/telemetry/counters.ts';
import type { AdjustableLog } from '../../../src/telemetry/log.ts';
import { createTelemetry } from '../../../src/telemetry/telemetry.ts';
import { idleControl } from '../../support/idleControl.ts';
import { readBenchConfig } from '../benchConfig.ts';
import { cutDecode, cutHost, cutMachines, cutPublish, type End } from './cuts.ts';
import { hasStage, type Stage } from './stage.ts';

export interface PathOptions {
  /** The last stage; what is behind it is cut off. */
  readonly last: Stage;
  readonly streams: number;
  /** Below `model:`. */
  readonly model: string;
  /** Holds the state, in place of a new folder. */
  readonly store?: StateStore;
}

/** The daemon's path in this process, from the bytes of a socket to the bytes for it, put together as `compose` does. */
export interface Path {
  /** Takes a chunk of the socket: PUBLISH packets of MQTT 5 with QoS 0. */
  write(chunk: Buffer): void;
  /** Messages that have come to the end of the path so far. */
  readonly reached: number;
  /** Bytes written so far. */
  readonly bytesOut: number;
  /** Readings that were dropped so far, for whatever reason. */
  readonly dropped: number;
  close(): Promise<void>;
}

/** Longest wait for the journal at the end. */
const PATIENCE = toDurationMs(1000);

const tell = (message: string): void => void process.stderr.write(`path: ${message}\n`);
const LOG: AdjustableLog = {
  threshold: 'info',
  error: tell,
  warning: tell,
  info: () => undefined,
  debug: () => undefined,
};

function configOf({ last, streams, model }: PathOptions): Config {
  return readBenchConfig(`mqtt: {server: "mqtt://localhost", outbound_buffer: 16MB}
defaults: {time: {from: arrival}, publish: {min_interval: 0s}, model: {${model}}}
streams: [{topic: load/+, target: v}]
state: {durability: ${hasStage(last, 'journal') ? 'auto' : 'none'}}
limits: {streams: ${streams}, thin_after: 0, memory: 4GB}
threads: 0
`);
}

/** Everything that the path goes through and that is made once. */
interface Parts {
  readonly options: PathOptions;
  readonly config: Config;
  readonly clock: Clock;
  readonly delay: Delay;
  readonly counters: Counters;
  readonly hub: EventHub;
  readonly decoder: Decoder;
  readonly end: End;
}

export async function openPath(options: PathOptions): Promise<Path> {
  tuneEngine();
  const config = configOf(options);
  const clock = createSystemClock();
  const ended = new AbortController();
  const delay = createTimerDelay(ended.signal);
  const { counters, report } = createTelemetry({ log: LOG, clock });
  const hub = new EventHub(report);
  const zoneOffsetOf = rememberZones();
  const { limits } = config;
  const { entries: specs } = createSettings(config);
  const decoder = createDecoder({
    specs,
    limits,
    zoneOffsetOf,
    report: hub.report,
    matchesFilter,
    maxTopics: limits.streams,
  });
  const end: End = { reached: 0, bytesOut: 0 };
  const parts: Parts = { options, config, clock, delay, counters, hub, decoder, end };
  const { inbound$, write } = openIntake(parts);
  const learners = await openLearners(parts, inbound$, ended.signal);
  const outlet = openOutlet(parts, learners.forecasts$);
  return {
    write,
    get reached() {
      return end.reached;
    },
    get bytesOut() {
      return end.bytesOut;
    },
    get dropped() {
      return counters.droppedInAll;
    },
    async close() {
      await outlet.close();
      await learners.close();
      ended.abort();
    },
  };
}

interface Inlet {
  readonly inbound$: Observable<Inbound>;
  readonly write: (chunk: Buffer) => void;
}

/** From the socket's chunks to messages. */
function openIntake({ options, config, clock, hub, end }: Parts): Inlet {
  const { last } = options;
  const intake: Intake = createIntake({
    filters: config.streams.map(({ topic }) => topic),
    formerFilters: [],
    identifierBase: 0,
    baseTopic: config.mqtt.baseTopic,
    clock,
    report: hub.report,
    acks: 'at-once',
  });
  const count = (): void => {
    end.reached++;
  };
  const gate = new PublishGate({
    // Nothing in the load is for mqtt.js.
    destination: new Writable({ write: (_chunk, _encoding, done) => done(new Error('a packet that the gate left')) }),
    version: 5,
    isOpen: () => true,
    take: last === 'gate' ? count : (topic, payload, flags) => intake.take(topic, payload, flags, undefined),
  });
  if (last === 'intake') intake.inbound$.subscribe(count);
  return { inbound$: hasStage(last, 'decode') ? intake.inbound$ : NEVER, write: (chunk) => void gate.write(chunk) };
}

interface Closable {
  close(): Promise<void>;
}

interface Learners extends Closable {
  readonly forecasts$: Observable<BorrowedForecast>;
}

/** From messages to forecasts. */
async function openLearners(parts: Parts, inbound$: Observable<Inbound>, stop: AbortSignal): Promise<Learners> {
  const { options, config, clock, delay, hub, decoder, end } = parts;
  const { last, store } = options;
  const { report } = hub;
  const { settingsOf } = decoder;
  const learners = createHost({ config, settingsOf, report });
  const machines = createMachines(config, {
    settingsOf,
    zoneOffsetOf: rememberZones(),
    learners: learners.host,
    report,
  });
  const repeats = new MqttRepeats({ clock, mostUnacknowledged: 1 });
  const state = await openState(
    { config, version: '0', clock, log: LOG, ...(store !== undefined && { store }) },
    { host: machines, repeats, report, delay, stop },
  );
  const durable = state?.durable;
  durable?.start();
  const way = forecasting({
    config,
    clock,
    delay,
    decoder: { settingsOf, decode: cutDecode(last, decoder.decode, end) },
    machines: { machineFor: cutMachines(last, machines.machineFor, end) },
    learners: { ...learners, host: cutHost(last, learners.host, end) },
    report,
    durable,
    queues: new QueueMemory(config.limits.queueMemory),
  });
  return {
    forecasts$: inbound$.pipe(way),
    async close() {
      await durable?.stop(PATIENCE);
      await learners.host.stop();
      await state?.store?.close();
    },
  };
}

/** From forecasts to the socket's bytes. */
function openOutlet(
  { options, config, counters, hub, decoder, end }: Parts,
  forecasts$: Observable<BorrowedForecast>,
): Closable {
  const { last } = options;
  const forecasts = new Broadcast<BorrowedForecast>();
  const run = new OutletRun(new Results(), hub.report);
  if (hasStage(last, 'payloads'))
    run.start({
      config,
      configNow: () => config,
      log$: NEVER,
      settingsOf: decoder.settingsOf,
      prospectsOf: decoder.prospectsOf,
      sensorOf: decoder.sensorOf,
      retained: new RetainedTopics({ notes: undefined, suspected: () => [], clear: () => true, most: 1 }),
      forecasts$: forecasts,
      streams$: hub.streams$,
      eventsOf: hub.eventsOf,
      connected$: new BehaviorSubject(true),
      health: { counters },
      alarms: new AlarmRecord(),
      control: idleControl(),
      inspect: () => Promise.resolve(undefined),
      probe: () => Promise.resolve(undefined),
      examine: () => Promise.resolve([]),
      noteOf: () => NO_NOTE,
      ...cutPublish(last, hub.report, end),
      listen: () => () => undefined,
      serve: () => () => undefined,
    });
  const running = forecasts$.subscribe((forecast) => {
    forecasts.next(forecast);
    end.reached++;
  });
  return {
    async close() {
      running.unsubscribe();
      await run.stop();
    },
  };
}
