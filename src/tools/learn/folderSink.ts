import { NEVER, Subject, takeUntil } from 'rxjs';
import { timerDelayUntilEnd } from '../../adapters/clock/timerDelay.ts';
import { MqttRepeats } from '../../adapters/mqtt/inbound/mqttRepeats.ts';
import type { Decoder } from '../../adapters/payload/decoder.ts';
import { createMachines, forecasting } from '../../app/forecasting.ts';
import { openState } from '../../app/openState.ts';
import type { Config } from '../../config/config.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { DomainEvent, Report } from '../../domain/events.ts';
import { pause } from '../../domain/pause.ts';
import type { StateStore } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { type Clock, type Delay, toDurationMs, type ZoneOffset } from '../../domain/time.ts';
import { createHost, type HostedLearners } from '../../hosts/createHost.ts';
import { LearnRules } from '../../pipeline/learnRules.ts';
import { Orders } from '../../pipeline/orders.ts';
import { QueueMemory } from '../../pipeline/queueMemory.ts';
import type { OpenDurableState } from '../../state/durableState.ts';
import type { AdjustableLog } from '../../telemetry/log.ts';
import { createTelemetry } from '../../telemetry/telemetry.ts';
import type { HistorySink, StreamHistory } from './historySink.ts';

export interface FolderOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: AdjustableLog;
  readonly decoder: Pick<Decoder, 'settingsOf' | 'decode'>;
  readonly zoneOffsetOf: (zone: string) => ZoneOffset;
  readonly stop: AbortSignal;
  /** Keeps the state, in place of the folder of the configuration. */
  readonly store?: StateStore | undefined;
}

/** Between two looks whether a stream has come back. */
const LOOK = toDurationMs(1);
/** Readings that go to the medium together. */
const BATCH = 1024;
/** Longest wait for the medium at the end. */
const PATIENCE = toDurationMs(120_000);
/** Messages that a broker may send again are none of ours: what the journal knows of them stays as it is. */
const MOST_UNACKNOWLEDGED = 2 * 65_535;

/**
 * Learns history into the state folder of a daemon that does not run, by its pipeline, its journal and its learners: what comes after is the daemon's
 * own state. Nothing is thinned.
 * @throws TidegateError TG_STATE_LOCKED where a daemon runs on the folder, and those of the store
 */
export function withFolder<Result>(
  options: FolderOptions,
  work: (sink: HistorySink) => Promise<Result>,
): Promise<Result> {
  return timerDelayUntilEnd(async (delay) => {
    const folder = await openFolder(options, delay);
    try {
      return await work(folder);
    } finally {
      await folder.close();
    }
  });
}

async function openFolder(options: FolderOptions, delay: Delay): Promise<FolderSink> {
  const { config, clock, log, stop, decoder, zoneOffsetOf, store } = options;
  if (config.state.durability === 'none')
    throw new TidegateError('TG_USAGE', 'state.durability is none: what is learned would not be kept');
  const { report: count } = createTelemetry({ log, clock });
  const drops = new DropCount();
  const report: Report = (event) => {
    drops.note(event);
    count(event);
  };
  const { settingsOf } = decoder;
  const learners = createHost({ config, settingsOf, report });
  const machines = createMachines(config, { settingsOf, zoneOffsetOf, learners: learners.host, report });
  const repeats = new MqttRepeats({ clock, mostUnacknowledged: MOST_UNACKNOWLEDGED });
  const how = { host: machines, repeats, report, delay, stop };
  const appOptions = { config, clock, log, version: '', ...(store && { store }) };
  try {
    const state = await openState(appOptions, how);
    const { durable } = state ?? {};
    if (durable === undefined)
      throw new TidegateError('TG_STATE_FAILED', `the state in ${config.state.dir} cannot be opened`);
    return new FolderSink(
      { ...options, report },
      { learners, machines, durable, closeStore: () => state?.store?.close() },
      drops,
      delay,
    );
  } catch (error) {
    await learners.host.stop();
    throw error;
  }
}

interface FolderParts {
  readonly learners: HostedLearners;
  readonly machines: Parameters<typeof forecasting>[0]['machines'];
  readonly durable: OpenDurableState;
  readonly closeStore: () => Promise<void> | undefined;
}

class FolderSink implements HistorySink {
  readonly name: string;
  readonly #parts: FolderParts;
  readonly #drops: DropCount;
  readonly #orders: Orders;
  readonly #clock: Clock;
  readonly #delay: Delay;
  readonly #end$ = new Subject<void>();
  readonly #done: Promise<void>;
  #failure: unknown;

  constructor(
    { config, clock, decoder, report, zoneOffsetOf }: FolderOptions & { readonly report: Report },
    parts: FolderParts,
    drops: DropCount,
    delay: Delay,
  ) {
    this.name = config.state.dir;
    this.#parts = parts;
    this.#drops = drops;
    this.#clock = clock;
    this.#delay = delay;
    this.#orders = new Orders({ clock, report });
    const { settingsOf } = decoder;
    const { learners, machines, durable } = parts;
    const queues = new QueueMemory(config.limits.queueMemory);
    const rules = new LearnRules({ settingsOf, entries: () => config.streams, zoneOffsetOf, report });
    // There is time: nothing is thinned, and nothing left out.
    const limits: Config['limits'] = { ...config.limits, overflow: 'block', thinAfter: toDurationMs(0) };
    const ports = { clock, delay, decoder, machines, learners, report, durable, queues, orders: this.#orders, rules };
    const forecasts$ = NEVER.pipe(takeUntil(this.#end$), forecasting({ config: { ...config, limits }, ...ports }));
    this.#done = new Promise((resolve, reject) => {
      forecasts$.subscribe({ error: reject, complete: resolve });
    });
    this.#done.catch((error: unknown) => {
      this.#failure = error;
    });
  }

  async learn(
    { stream, samples, anew }: StreamHistory,
    onProgress: (readings: number) => void,
  ): Promise<ReadonlyMap<DropReason, number>> {
    this.#drops.begin(stream);
    if (anew && this.#parts.durable.residency.residencies.has(stream))
      await this.#untilTaken(
        this.#orders.submit({ kind: 'command', stream, at: this.#clock.now(), command: 'forget' }),
      );
    for (let first = 0; first < samples.length; first += BATCH) {
      await this.#untilTaken(this.#orders.submitHistory(samples.slice(first, first + BATCH)));
      await this.#untilLearned(stream);
      onProgress(Math.min(first + BATCH, samples.length));
    }
    return this.#drops.of(stream);
  }

  /** A stream may have to come back first. */
  async #untilLearned(stream: StreamId): Promise<void> {
    const { durable, learners } = this.#parts;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      await learners.host.drain();
      if (this.#failure !== undefined) throw this.#failure;
      const phase = durable.residency.residencies.get(stream)?.phase;
      if (phase !== 'restoring' && learners.host.backlog === 0) return;
      await pause(this.#delay, LOOK);
    }
  }

  async #untilTaken(taken: Promise<void>): Promise<void> {
    await Promise.race([taken, this.#done]);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    const { durable, learners, closeStore } = this.#parts;
    await durable.saveAll();
    durable.takeBeforeStop();
    this.#end$.next();
    await this.#done.catch(() => undefined);
    await durable.stop(PATIENCE);
    await learners.host.stop();
    await closeStore();
  }
}

/** Readings of each stream that were dropped. */
class DropCount {
  readonly #counts = new Map<string, Map<DropReason, number>>();

  begin(stream: StreamId): void {
    this.#counts.set(stream, new Map());
  }

  note(event: DomainEvent): void {
    if (event.type !== 'InputDropped') return;
    const counts = this.#counts.get(event.topic);
    counts?.set(event.reason, (counts.get(event.reason) ?? 0) + 1);
  }

  of(stream: StreamId): ReadonlyMap<DropReason, number> {
    return this.#counts.get(stream) ?? new Map();
  }
}
