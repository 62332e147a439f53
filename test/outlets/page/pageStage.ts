import { afterEach } from 'vitest';
import type { HttpSettings } from '../../../src/adapters/http/settings.ts';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { OutletRun, type SharedContext } from '../../../src/outlets/outletRun.ts';
import { Page } from '../../../src/outlets/page/page.ts';
import { httpStages } from '../../adapters/http/httpStage.ts';
import { OutletStage } from '../../contract/outletContract.ts';
import { forecastOf, idOf } from '../../pipeline/samples.ts';
import { lend } from '../../support/lent.ts';

/** The page on a free port, and all that it sees. */
export interface PageStage {
  readonly stage: OutletStage;
  readonly run: OutletRun;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  url(): Promise<string>;
  /** JSON of the answer, of whatever status. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer as it came
  ask(path: string, init?: RequestInit): Promise<any>;
  post(path: string, body: unknown): Promise<Response>;
  /** A stream begins. */
  begin(name: string): void;
  forecast(name: string, at: number, changes?: Partial<Forecast>): void;
}

/** To be called within a `describe` or a file. */
export function pageStages(): (changes?: Partial<SharedContext>, http?: Partial<HttpSettings>) => PageStage {
  const listen = httpStages();
  const runs: OutletRun[] = [];
  afterEach(async () => {
    for (const run of runs.splice(0)) await run.stop();
  });
  return (changes = {}, http = {}) => {
    const listening = listen(http);
    const stage = new OutletStage();
    const run = new OutletRun(new Page({ version: '1.2.3' }), stage.report);
    runs.push(run);
    const { config = stage.shared.config } = changes;
    run.start({ ...stage.shared, configNow: () => config, serve: listening.listener.serve, ...changes });
    return {
      stage,
      run,
      fetch: listening.fetch,
      url: listening.url,
      ask: async (path, init) => (await listening.fetch(path, init)).json(),
      post: (path, body) =>
        listening.fetch(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      begin: (name) => stage.streams$.next({ kind: 'started', stream: idOf(name) }),
      forecast(name, at, more = {}) {
        const horizons = [{ horizon: { label: '1', steps: 1 }, mean: 2, lower: 1, upper: 3 }];
        lend(forecastOf(name, at, { horizons, ...more }), (forecast) => stage.forecasts$.next(forecast));
      },
    };
  };
}
