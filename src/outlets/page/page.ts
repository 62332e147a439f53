import { availableParallelism, totalmem } from 'node:os';
import { interval } from 'rxjs';
import { readMemoryLimit } from '../../adapters/host/memoryLimit.ts';
import type { HttpRoutes } from '../../adapters/http/parts.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { BatchMeter } from '../../telemetry/histogram.ts';
import { deskOf } from '../bridge/requests/deskOf.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import type { EventStream } from './events/eventStream.ts';
import { LogTail } from './events/logTail.ts';
import { HistoryBook } from './history/historyBook.ts';
import { HistoryKeeper } from './history/historyKeeper.ts';
import { LabelBook } from './labelBook.ts';
import { PageHealth } from './pageHealth.ts';
import { PageStreams } from './pageStreams.ts';

const SAVE_LOOK_MS = 600_000;
const LABEL_SAVE_MS = 3_600_000;
const MIB = 1_048_576;

/** Readings that are remembered before somebody looks. */
interface Kept {
  readonly streams: PageStreams;
  readonly history: HistoryBook;
  readonly labels: LabelBook;
  readonly log: LogTail;
  readonly link: LinkToBroker;
}

/** State of the link to the broker. */
interface LinkToBroker {
  connected: boolean;
  since: EpochMs;
}

/** The page in the browser, and its API. Until somebody looks it only remembers the readings of each stream. */
export class Page implements Outlet {
  readonly name = 'page';
  readonly #version: string;
  #health: PageHealth | undefined;
  #events: EventStream | undefined;
  #keeper: HistoryKeeper | undefined;
  #labels: LabelBook | undefined;

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start(context: OutletContext): void {
    const { config, follow, forecasts$, streams$, log$, serve, eventsOf, noteOf } = context;
    if (!config.page.enabled) return;
    const streams = new PageStreams();
    const history = this.#remember(context);
    follow(streams$, (change) => streams.change(change));
    follow(forecasts$, (forecast) => history.add(forecast, streams.take(forecast)));
    const log = new LogTail();
    follow(log$, (entry) => log.add(entry));
    const labels = new LabelBook(noteOf('page-labels'));
    this.#labels = labels;
    follow(eventsOf('LabelReceived'), ({ label }) => labels.add(label));
    follow(interval(LABEL_SAVE_MS), () => labels.save());
    follow(eventsOf('StreamEvicted'), ({ stream, wanted }) => void (wanted === 'renewed' || labels.forget(stream)));
    const link = this.#followLink(context);
    serve({ name: this.name, load: () => this.#load(context, { streams, history, labels, log, link }) });
  }

  /** The histories of all streams, with what was kept of them. */
  #remember({ config, control, noteOf, eventsOf, follow, report }: OutletContext): HistoryBook {
    const book = new HistoryBook(config.page.memory);
    const { writesPerDay } = config.state;
    const keeper = new HistoryKeeper({ book, note: noteOf('page-history'), writesPerDay, now: control.now });
    this.#keeper = keeper;
    keeper.load();
    // A stream whose settings have changed comes back at once.
    follow(eventsOf('StreamEvicted'), ({ stream, wanted }) => void (wanted === 'renewed' || book.forget(stream)));
    follow(interval(SAVE_LOOK_MS), () => {
      keeper.saveIfDue().catch((error: unknown) => report({ type: 'OutletFailed', outlet: this.name, error }));
    });
    return book;
  }

  async #load(context: OutletContext, { streams, history, labels, log, link }: Kept): Promise<HttpRoutes> {
    const { createPageRoutes } = await import('./routes/pageRoutes.ts');
    const { EventStream: Events } = await import('./events/eventStream.ts');
    const { settingsOf, control, alarms, report, follow, configNow } = context;
    const rules = (): string => JSON.stringify([configNow().page.token, configNow().page.userHeader]);
    const version = this.#version;
    this.#health ??= new PageHealth(context.health, this.#limitsOf(context, link));
    const health = this.#health.text;
    this.#events ??= new Events({
      streams,
      settingsOf,
      version,
      now: control.now,
      rules,
      health,
      alarms,
      log,
      report,
      follow,
    });
    const desk = deskOf(context, version, () => [...streams.all].map(({ id }) => id));
    return createPageRoutes({ context, version, streams, history, labels, desk, health, events: this.#events });
  }

  /** Since when the broker is there, or is not: that is known before somebody looks. */
  #followLink({ connected$, control, follow }: OutletContext): LinkToBroker {
    const link = { connected: false, since: control.now() };
    follow(connected$, (connected) => {
      if (connected !== link.connected) Object.assign(link, { connected, since: control.now() });
    });
    return link;
  }

  /** The link to the broker, what configuration and computer allow, and how long the learners take. */
  #limitsOf({ configNow, health }: OutletContext, link: LinkToBroker): () => object {
    const { bytes = totalmem() } = readMemoryLimit();
    const limits = { memory_mb: Math.round(bytes / MIB), cpu_share: availableParallelism() };
    return () => ({
      broker: { connected: link.connected, since: new Date(link.since).toISOString() },
      limits: { writes_per_day: configNow().state.writesPerDay, ...limits },
      batches: batchesOf(health.batches),
    });
  }

  async stop(): Promise<void> {
    this.#events?.stop();
    this.#health?.stop();
    this.#labels?.save();
    await this.#keeper?.save();
  }
}

/** Batches of readings that the learners were given since the start, and the times within which half of them and 99 of 100 were answered. */
function batchesOf(meter: BatchMeter | undefined): object | null {
  if (meter === undefined || meter.steps.count === 0) return null;
  const within = (share: number): number | null => {
    const ms = meter.seconds.boundOf(share) * 1000;
    return Number.isNaN(ms) ? null : ms;
  };
  const { count, sum } = meter.steps;
  return {
    count,
    readings: Math.round((sum / count) * 10) / 10,
    half_within_ms: within(0.5),
    most_within_ms: within(0.99),
  };
}
