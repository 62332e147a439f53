import type { HttpRoutes } from '../../adapters/http/parts.ts';
import { deskOf } from '../bridge/requests/deskOf.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import type { EventStream } from './events/eventStream.ts';
import { PageHealth } from './pageHealth.ts';
import { PageStreams } from './pageStreams.ts';

/** The page in the browser, and its API. Until somebody looks it only remembers the last reading of each stream. */
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
    follow(streams$, (change) => streams.change(change));
    follow(forecasts$, (forecast) => void streams.take(forecast));
    serve({ name: this.name, load: () => this.#load(context, streams) });
  }

  async #load(context: OutletContext, streams: PageStreams): Promise<HttpRoutes> {
    const { createPageRoutes } = await import('./routes/pageRoutes.ts');
    const { EventStream: Events } = await import('./events/eventStream.ts');
    const { settingsOf, control, report, follow } = context;
    const version = this.#version;
    this.#health ??= new PageHealth(context.health);
    const health = this.#health.text;
    this.#events ??= new Events({ streams, settingsOf, version, now: control.now, health, report, follow });
    const desk = deskOf(context, version, () => [...streams.all].map(({ id }) => id));
    return createPageRoutes({ context, version, streams, desk, health, events: this.#events });
  }

  stop(): void {
    this.#events?.stop();
    this.#health?.stop();
  }
}
