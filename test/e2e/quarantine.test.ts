import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../src/adapters/clock/systemClock.ts';
import type { App } from '../../src/app/appOptions.ts';
import { compose } from '../../src/app/compose.ts';
import { parseConfig } from '../../src/config/parseConfig.ts';
import type { AdjustableLog } from '../../src/telemetry/log.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { whenConnected } from '../support/whenConnected.ts';

const quiet = (): undefined => undefined;
const log: AdjustableLog = { threshold: 'info', error: quiet, warning: quiet, info: quiet, debug: quiet };
const ENTRY = new URL('../support/poisonThread.mjs', import.meta.url);

describe.skipIf(!hasMosquitto())('a message that kills the process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-quarantine-'));
  let broker: Mosquitto;
  beforeAll(async () => {
    broker = await startMosquitto({ config: 'max_queued_messages 10000' });
  });
  afterAll(async () => {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One process, as far as that goes within this one. */
  function newLife(onConnected: () => void = quiet): App {
    const text = `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", qos: 1, client_id: poisoned}
state: {dir: ${JSON.stringify(folder)}, journal: {commit_interval: 20ms}}
threads: 1
defaults: {model: {profile: tiny}, publish: {min_interval: 0s}, time: {sanity: off}}
streams: [{topic: poison/+}]`;
    const config = parseConfig(text, 'x.yaml', { env: {}, hostname: 'h', directory: '.', readFile: () => '' });
    const outlets = [whenConnected(onConnected)];
    return compose({ config, version: '0', clock: createSystemClock(), log, threadEntry: ENTRY, outlets });
  }

  it('is left out after it has done so twice alone, and all others flow', async () => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    const counts = new Map<string, number>();
    client.on('message', (topic, payload) => counts.set(topic, JSON.parse(payload.toString()).n));
    await client.subscribeAsync('tidegate/poison/+');
    const send = (topic: string, value: number): Promise<unknown> =>
      client.publishAsync(`poison/${topic}`, String(value), { qos: 1 });

    let deaths = 0;
    let isSubscribed = false;
    let daemon = newLife(() => {
      isSubscribed = true;
    });
    let stop = new AbortController();
    let running = daemon.run(stop.signal);
    await expect.poll(() => isSubscribed).toBe(true);
    for (let i = 1; i <= 5; i++) for (const topic of ['a', 'b']) await send(topic, i);
    await send('a', 666);
    for (let i = 6; i <= 10; i++) for (const topic of ['a', 'b']) await send(topic, i);

    while (deaths < 8 && (counts.get('tidegate/poison/a') ?? 0) < 10) {
      const outcome = await Promise.race([
        running.then(
          () => 'stopped',
          (error: { code?: string }) => error.code,
        ),
        new Promise((resolve) => setTimeout(resolve, 200, 'alive')),
      ]);
      if (outcome === 'alive') continue;
      expect(outcome).toBe('TG_THREAD_DIED');
      deaths++;
      daemon = newLife();
      stop = new AbortController();
      running = daemon.run(stop.signal);
    }
    await expect.poll(() => counts.get('tidegate/poison/b')).toBe(10);

    // Once unseen, once among others, twice alone.
    expect(deaths).toBeLessThanOrEqual(4);
    expect(counts.get('tidegate/poison/a')).toBe(10);
    expect(daemon.counters.dropped.get('quarantined')).toBe(1);
    stop.abort();
    await running;
    await client.endAsync();
  });
});
