import { interval } from 'rxjs';
import type { HttpRoutes } from '../../adapters/http/parts.ts';
import { deskOf } from '../bridge/requests/deskOf.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import type { EventStream } from './events/eventStream.ts';
import { LogTail } from './events/logTail.ts';
import { HistoryBook } from './history/historyBook.ts';
import { HistoryKeeper } from './history/historyKeeper.ts';
import { PageHealth } from './pageHealth.ts';
import { PageStreams } from './pageStreams.ts';

const SAVE_LOOK_MS = 600_000;

/** Readings that are remembered before somebody looks. */
interface Kept {
  readonly streams: PageStreams;
  readonly history: HistoryBook;
  readonly log: LogTail;
}

/** The page in the browser, and its API. Until somebody looks it only remembers the readings of each stream. */
export class Page implements Outlet {
  readonly name = 'page';
  readonly #version: string;
  #health: PageHealth | undefined;
  #events: EventStream | undefined;
  #keeper: HistoryKeeper | undefined;

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start(context: OutletContext): void {
    const { config, follow, forecasts$, streams$, log$, serve } = context;
    if (!config.page.enabled) return;
    const streams = new PageStreams();
    const history = this.#remember(context);
    follow(streams$, (change) => streams.change(change));
    follow(forecasts$, (forecast) => history.add(forecast, streams.take(forecast)));
    const log = new LogTail();
    follow(log$, (entry) => log.add(entry));
    serve({ name: this.name, load: () => this.#load(context, { streams, history, log }) });
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

  async #load(context: OutletContext, { streams, history, log }: Kept): Promise<HttpRoutes> {
    const { createPageRoutes } = await import('./routes/pageRoutes.ts');
    const { EventStream: Events } = await import('./events/eventStream.ts');
    const { settingsOf, control, alarms, report, follow, configNow } = context;
    const rules = (): string => JSON.stringify([configNow().page.token, configNow().page.userHeader]);
    const version = this.#version;
    this.#health ??= new PageHealth(context.health, this.#limitsOf(context));
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
    return createPageRoutes({ context, version, streams, history, desk, health, events: this.#events });
  }

  /** The link to the broker, and what the configuration allows. */
  #limitsOf({ configNow, connected$, control, follow }: OutletContext): () => object {
    let broker = { connected: false, since: control.now() };
    follow(connected$, (connected) => {
      broker = { connected, since: control.now() };
    });
    return () => ({
      broker: { connected: broker.connected, since: new Date(broker.since).toISOString() },
      limits: { writes_per_day: configNow().state.writesPerDay },
    });
  }

  async stop(): Promise<void> {
    this.#events?.stop();
    this.#health?.stop();
    await this.#keeper?.save();
  }
}
