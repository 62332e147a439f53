import { interval } from 'rxjs';
import type { Outlet, OutletContext } from '../outlet.ts';
import type { MetricSources } from './family.ts';
import { Progress, TICK_MS } from './progress.ts';
import { StreamTable } from './streamTable.ts';

/**
 * Metrics for Prometheus, and whether the daemon gets on. What scrapes need is loaded with the first one; until then there is a row of
 * numbers for each stream.
 */
export class Metrics implements Outlet {
  readonly name = 'metrics';
  readonly #version: string;

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start(context: OutletContext): void {
    const { enabled, maxStreams } = context.config.metrics;
    if (!enabled) return;
    const { follow, serve, streams$, forecasts$ } = context;
    const streams = new StreamTable(maxStreams);
    follow(streams$, (change) => streams.change(change));
    follow(forecasts$, (forecast) => streams.take(forecast));
    const progress = watch(context);
    const sources = { ...context, version: this.#version, streams, ...newsOf(context) };
    const checks = () => progress.checks();
    serve({
      name: this.name,
      load: async () =>
        (await import('./metricsRoutes.ts')).metricsRoutes({ sources, inspect: context.inspect, checks }),
    });
  }

  stop(): void {
    // Everything that it follows and serves ends with its run.
  }
}

/** Follows what the parts of the daemon do. */
function watch({ config, health, follow, eventsOf, connected$ }: OutletContext): Progress {
  const progress = new Progress({ health, config, now: () => performance.now() });
  follow(connected$, (isConnected) => progress.connected(isConnected));
  follow(eventsOf('BrokerRefused'), ({ retryIn }) => progress.tried(retryIn));
  follow(interval(TICK_MS), () => progress.tick());
  return progress;
}

/** Follows what no counter has. */
function newsOf({
  follow,
  eventsOf,
  connected$,
  control,
}: OutletContext): Pick<MetricSources, 'isConnected' | 'lastSaved'> {
  let isConnected = false;
  let lastSaved: ReturnType<MetricSources['lastSaved']>;
  follow(connected$, (value) => {
    isConnected = value;
  });
  follow(eventsOf('SnapshotSaved'), () => {
    lastSaved = control.now();
  });
  return { isConnected: () => isConnected, lastSaved: () => lastSaved };
}
