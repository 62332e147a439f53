import { Hono } from 'hono/tiny';
import { describe, expect, it } from 'vitest';
import type { HttpApp } from '../../../src/adapters/http/parts.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { Metrics } from '../../../src/outlets/metrics/metrics.ts';
import { OutletRun } from '../../../src/outlets/outletRun.ts';
import { parse } from '../../config/context.ts';
import { OutletStage } from '../../contract/outletContract.ts';
import { forecastOf, idOf } from '../../pipeline/samples.ts';
import { lend } from '../../support/lent.ts';

const OPEN_METRICS =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

/** The outlet, and requests to what it serves. */
async function serveMetrics(metrics: object = {}) {
  const stage = new OutletStage();
  const config = parse(JSON.stringify({ mqtt: { server: 'mqtt://pi' }, streams: [{ topic: 'a' }], metrics }));
  const outlet = new Metrics({ version: '1.2.3' });
  const run = new OutletRun(outlet, stage.report);
  run.start({ ...stage.shared, config });
  const app: HttpApp = new Hono();
  const open: string[] = [];
  for (const part of stage.served) {
    const routes = await part.load();
    open.push(...routes.open);
    routes.mount(app);
  }
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    Promise.resolve(app.request(path, { headers }));
  return { stage, run, open, get };
}

describe('the outlet of metrics', () => {
  it('answers a scrape with what has happened until then, also before the first one', async () => {
    const { stage, run, get } = await serveMetrics();
    stage.streams$.next({ kind: 'started', stream: idOf('a') });
    for (const anomaly of [false, true]) lend(forecastOf('a', 1, { anomaly }), (it) => stage.forecasts$.next(it));
    stage.report({ type: 'SnapshotSaved', stream: idOf('a') });
    const answer = await get('/metrics');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const text = await answer.text();
    expect(text).toContain('tidegate_build_info{version="1.2.3",node="');
    expect(text).toContain('tidegate_anomalies_total{stream="a"} 1\n');
    expect(text).toContain('tidegate_mqtt_connected 0\n');
    expect(text).toContain('tidegate_state_last_save_timestamp_seconds 1700000000\n');
    stage.connected$.next(true);
    expect(await (await get('/metrics')).text()).toContain('tidegate_mqtt_connected 1\n');
    await run.stop();
  });

  it.each([
    [undefined, 'text/plain; version=0.0.4; charset=utf-8'],
    ['*/*', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text/html, text/plain;q=0.9, application/openmetrics-text;q=0.1', 'text/plain; version=0.0.4; charset=utf-8'],
    [OPEN_METRICS, 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
    ['application/openmetrics-text', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
    ['nonsense;;q=,', 'text/plain; version=0.0.4; charset=utf-8'],
  ])('speaks the format that the other side wants: %s', async (accept, mediaType) => {
    const { run, get } = await serveMetrics();
    const answer = await get('/metrics', accept === undefined ? {} : { Accept: accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, mediaType]);
    await run.stop();
  });

  it('is ready with a broker, and alive without one for as long as it is tried', async () => {
    const { stage, run, get, open } = await serveMetrics();
    expect(open).toEqual(['/healthz', '/readyz']);
    const ready = await get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      {
        status: 'error',
        checks: {
          event_loop: { status: 'ok' },
          learners: { status: 'ok' },
          store: { status: 'ok' },
          broker: { status: 'degraded', reason: 'not connected' },
        },
      },
    ]);
    stage.report({ type: 'BrokerRefused', server: 's', reason: 'r', retryIn: toDurationMs(1000) });
    const alive = await get('/healthz');
    expect([alive.status, await alive.json()]).toEqual([200, expect.objectContaining({ status: 'ok' })]);
    stage.connected$.next(true);
    expect((await get('/readyz')).status).toBe(200);
    await run.stop();
  });

  it('says what it is, and no more', async () => {
    const { run, get } = await serveMetrics();
    expect(await (await get('/version')).json()).toEqual({
      version: '1.2.3',
      node: process.versions.node,
      arch: process.arch,
      platform: process.platform,
    });
    expect((await get('/metrics/x')).status).toBe(404);
    await run.stop();
  });

  it('serves and follows nothing where it is off', async () => {
    const { stage, run } = await serveMetrics({ enabled: 'off' });
    expect([stage.served.size, stage.isFollowed]).toEqual([0, false]);
    await run.stop();
  });
});
