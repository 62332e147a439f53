import { connectAsync } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { freePort } from '../support/freePort.mjs';

const TOKEN = 'canary-token-of-the-page';
const PASSWORD = 'canary-password';

let broker: EmbeddedBroker | undefined;
let daemon: DaemonProcess | undefined;

afterEach(async () => {
  await daemon?.dispose();
  await broker?.stop();
});

it('is scraped, says whether it gets on, and tells no secret', async () => {
  broker = await startEmbeddedBroker({});
  const { url } = broker;
  const port = await freePort();
  daemon = startDaemon(`mqtt: {server: "${url}", user: u, password: ${PASSWORD}}
page: {enabled: off, port: ${port}, token: ${TOKEN}}
threads: 1
streams: [{topic: plug, model: {profile: tiny}, publish: {min_interval: 0s}}]
`);
  await daemon.logged('topic filters subscribed');
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers });
  const scrape = async (): Promise<string> => (await get('/metrics', { Authorization: `Bearer ${TOKEN}` })).text();
  const sensor = await connectAsync(url);
  const sending = setInterval(() => sensor.publish('plug', String(Math.random())), 50);
  try {
    await expect.poll(scrape, { timeout: 120_000 }).toMatch(/^tidegate_samples_total\{stream="plug"\} [1-9]/m);
  } finally {
    clearInterval(sending);
    await sensor.endAsync();
  }
  const text = await scrape();
  expect(text).toMatch(/^tidegate_mqtt_connected 1$/m);
  // More than a second on a machine that is busy.
  const active = /^tidegate_learner_active_seconds_total\{thread="1"\} (\d+\.\d+)$/m.exec(text);
  expect(Number(active?.[1])).toBeGreaterThan(0);
  expect(text).toMatch(/^tidegate_sample_latency_seconds_count [1-9]/m);
  expect(text).toMatch(/^tidegate_learner_batch_steps_count [1-9]/m);
  expect(text).toMatch(/^tidegate_streams\{state="(?:starting|learning)"\} 1$/m);
  expect([(await get('/healthz')).status, (await get('/readyz')).status]).toEqual([200, 200]);
  expect([(await get('/metrics')).status, (await get('/version')).status]).toEqual([401, 401]);
  await broker.stop();
  await expect.poll(async () => (await get('/readyz')).status, { timeout: 120_000 }).toBe(503);
  const alive = await get('/healthz');
  const told = await alive.text();
  expect([alive.status, JSON.parse(told)]).toMatchObject([200, { checks: { broker: { status: 'degraded' } } }]);
  for (const secret of [TOKEN, PASSWORD]) expect(`${text}${told}${daemon.log()}`).not.toContain(secret);
});
