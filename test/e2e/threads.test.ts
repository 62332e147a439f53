import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { MAIN } from '../support/built.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { type Probe, startProbe } from '../support/probe.ts';

const ROWS = 260;
const METERS = ['hall', 'yard', 'roof'];

/** Each meter has a period and a noise of its own; sixty seconds apart. */
function readingOf(meter: number, row: number): number {
  const noise = ((row * 7919 + meter * 104729) % 101) / 101;
  return Number((50 + 20 * Math.sin((2 * Math.PI * row) / (24 + 7 * meter)) + 3 * noise).toFixed(2));
}
const timeOf = (row: number): string => new Date(Date.UTC(2026, 0, 5) + row * 60_000).toISOString();

describe('the daemon and its learner threads', () => {
  const cleanups: (() => Promise<void>)[] = [];
  let broker: EmbeddedBroker;
  let probe: Probe;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-threads-'));
    broker = await startEmbeddedBroker({});
    probe = await startProbe(broker.port);
  });

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  afterAll(async () => {
    await probe?.end();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (name: string, lines: string, nodeArgs: readonly string[] = []): DaemonProcess => {
    const mqtt = `{server: "${broker.url}", client_id: "${name}", base_topic: "tidegate/${name}", outbound_buffer: 8MB}`;
    const daemon = startDaemon(`mqtt: ${mqtt}\n${lines}\n`, ['run'], nodeArgs);
    cleanups.push(() => daemon.dispose());
    return daemon;
  };

  /** Rows that replay writes for one meter: forecasts of the horizons 1 and 3, and the score. */
  const replay = async (meter: number): Promise<readonly string[]> => {
    const input = join(folder, `${meter}.csv`);
    const out = join(folder, `${meter}.out.csv`);
    const rows = Array.from({ length: ROWS }, (_, row) => `${timeOf(row)},${readingOf(meter, row)}`);
    writeFileSync(input, ['time,load', ...rows].join('\n'));
    const args = ['replay', input, '--value', 'load', '--horizons', '1,3', '--set', 'model.hidden=16', '--out', out];
    await promisify(execFile)(process.execPath, [MAIN, ...args]);
    return readFileSync(out, 'utf8').trim().split('\n').slice(1);
  };

  /** The same cells from a payload. */
  const cellsOf = (payload: string): readonly string[] => {
    const { y, forecast_at: at, anomaly, source } = JSON.parse(payload);
    const numbers = [1, 3].flatMap((h) => [at[h].yhat, at[h].yhat_lower, at[h].yhat_upper]);
    return [y, ...numbers, anomaly, source].map((cell) => (cell === null ? '' : String(cell)));
  };

  it('says the same with 0, 1 and 2 threads as replay does, to the last digit', async () => {
    const replayed = await Promise.all(
      METERS.map(async (_, meter) =>
        (await replay(meter)).map((line) => {
          const cells = line.split(',');
          return [...cells.slice(1, 8), ...cells.slice(9, 11)];
        }),
      ),
    );
    const messages = Array.from({ length: ROWS }, (_, row) =>
      METERS.map((meter, m): [string, string] => [
        `meter/${meter}`,
        JSON.stringify({ time: timeOf(row), load: readingOf(m, row) }),
      ]),
    ).flat();
    const daemons = [0, 1, 2].map((threads) =>
      run(
        `t${threads}`,
        `threads: ${threads}
defaults: {time: {sanity: off, zone: UTC}, horizons: [1, 3], model: {hidden: 16}}
streams: [{topic: meter/+, target: load}]`,
      ),
    );
    for (const daemon of daemons) await daemon.logged('subscribed');
    await probe.publishAll(messages);
    for (const [m, meter] of METERS.entries()) {
      for (const threads of [0, 1, 2]) {
        const payloads = await probe.seen(`tidegate/t${threads}/meter/${meter}/load`, ROWS);
        expect(payloads.map(cellsOf), `${meter} with ${threads} threads`).toEqual(replayed[m]);
      }
      // Otherwise the equality would say little: what was learned answers.
      expect(replayed[m]?.at(-1)?.at(-1), meter).not.toBe('last_value');
    }
    for (const [threads, daemon] of daemons.entries()) {
      daemon.kill('SIGTERM');
      expect(await daemon.exited()).toBe(0);
      const health = JSON.parse(probe.on(`tidegate/t${threads}/bridge/health`).at(-1) as string);
      expect(health).toMatchObject({ messages: messages.length, forecasts: messages.length, dropped: {} });
      expect(health.threads).toEqual(Array(threads).fill({ waiting: 0 }));
      expect(JSON.parse(probe.on(`tidegate/t${threads}/bridge/info`)[0] as string).threads).toBe(threads);
    }
  });

  it('ends with status 70 when a thread has died, and says goodbye to the broker before', async () => {
    const crash = new URL('../support/dyingThread.mjs', import.meta.url).href;
    const daemon = run('dying', 'threads: 2\nstreams: [{topic: s/+}]', ['--import', crash]);
    await probe.latest('tidegate/dying/bridge/state', '{"state":"online"}');
    await probe.publish('s/a', '21.5');
    await probe.seen('tidegate/dying/s/a', 1);
    expect(await daemon.exited()).toBe(70);
    expect(daemon.log()).toMatch(/learner thread \d died: it ended with status 9\n\[TG_THREAD_DIED\]/);
    await probe.latest('tidegate/dying/bridge/state', '{"state":"offline"}');
    await probe.latest('tidegate/dying/s/a/availability', '{"state":"offline"}');
  });

  it('ends with status 78 before it connects where no stream would fit into the memory', async () => {
    const daemon = run('large', 'threads: 8\nlimits: {memory: 1MB}\nstreams: [{topic: s/+, model: {hidden: 128}}]');
    expect(await daemon.exited()).toBe(78);
    expect(daemon.log()).toMatch(/streams\[0\] \(s\/\+\): a stream takes \d+ KiB .*\n\[TG_KERNEL_SHAPE\]/);
    expect(probe.on('tidegate/large/bridge/state')).toEqual([]);
  });

  it('refuses streams that find no memory, counts and names them once, and forecasts the others', async () => {
    const daemon = run(
      'small',
      `threads: 1
limits: {memory: 2MB}
defaults: {time: {sanity: off}}
streams: [{topic: s/+, target: v}]
health: {interval: 1s}`,
    );
    await probe.latest('tidegate/small/bridge/state', '{"state":"online"}');
    const messages = Array.from({ length: 60 }, (_, i): [string, string] => [
      `s/${i % 30}`,
      JSON.stringify({ time: timeOf(i), v: i }),
    ]);
    await probe.publishAll(messages);
    const newest = () => JSON.parse(probe.on('tidegate/small/bridge/health').at(-1) ?? '{"dropped":{}}');
    await expect.poll(() => newest().forecasts + newest().dropped['no-memory']).toBe(60);
    const health = newest();
    expect(health.forecasts).toBeGreaterThan(10);
    expect(health.forecasts).toBeLessThan(60);
    expect(health.forecasts % 2).toBe(0);
    expect(health.failures).toBe(0);
    expect(daemon.log().match(/limits\.memory is reached/g)).toHaveLength(1);
  });
});
