import type { HttpRoutes } from '../../adapters/http/parts.ts';
import { deskOf } from '../bridge/requests/deskOf.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import type { EventStream } from './events/eventStream.ts';
import { HistoryBook } from './history/historyBook.ts';
import { PageHealth } from './pageHealth.ts';
import { PageStreams } from './pageStreams.ts';

/** Readings that are remembered before somebody looks. */
interface Kept {
  readonly streams: PageStreams;
  readonly history: HistoryBook;
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
    const { config, follow, forecasts$, streams$, serve } = context;
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
    serve({ name: this.name, load: () => this.#load(context, { streams, history }) });
  }

  async #load(context: OutletContext, { streams, history }: Kept): Promise<HttpRoutes> {
    const { createPageRoutes } = await import('./routes/pageRoutes.ts');
    const { EventStream: Events } = await import('./events/eventStream.ts');
    const { settingsOf, control, report, follow } = context;
    const version = this.#version;
    this.#health ??= new PageHealth(context.health);
    const health = this.#health.text;
    this.#events ??= new Events({ streams, settingsOf, version, now: control.now, health, report, follow });
    const desk = deskOf(context, version, () => [...streams.all].map(({ id }) => id));
    return createPageRoutes({ context, version, streams, history, desk, health, events: this.#events });
  }

  stop(): void {
    this.#events?.stop();
    this.#health?.stop();
  }
}
