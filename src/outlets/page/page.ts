import type { HttpRoutes } from '../../adapters/http/parts.ts';
import { deskOf } from '../bridge/requests/deskOf.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import type { EventStream } from './events/eventStream.ts';
import { LogTail } from './events/logTail.ts';
import { HistoryBook } from './history/historyBook.ts';
import { PageHealth } from './pageHealth.ts';
import { PageStreams } from './pageStreams.ts';

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

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start(context: OutletContext): void {
    const { config, follow, forecasts$, streams$, log$, serve } = context;
    if (!config.page.enabled) return;
    const streams = new PageStreams();
    const history = new HistoryBook(config.page.memory);
    follow(streams$, (change) => {
      streams.change(change);
      if (change.kind === 'evicted') history.forget(change.stream);
    });
    follow(forecasts$, (forecast) => {
      streams.take(forecast);
      history.add(forecast);
    });
    const log = new LogTail();
    follow(log$, (entry) => log.add(entry));
    serve({ name: this.name, load: () => this.#load(context, { streams, history, log }) });
  }

  async #load(context: OutletContext, { streams, history, log }: Kept): Promise<HttpRoutes> {
    const { createPageRoutes } = await import('./routes/pageRoutes.ts');
    const { EventStream: Events } = await import('./events/eventStream.ts');
    const { settingsOf, control, alarms, report, follow } = context;
    const version = this.#version;
    this.#health ??= new PageHealth(context.health);
    const health = this.#health.text;
    this.#events ??= new Events({
      streams,
      settingsOf,
      version,
      now: control.now,
      health,
      alarms,
      log,
      report,
      follow,
    });
    const desk = deskOf(context, version, () => [...streams.all].map(({ id }) => id));
    return createPageRoutes({ context, version, streams, history, desk, health, events: this.#events });
  }

  stop(): void {
    this.#events?.stop();
    this.#health?.stop();
  }
}
