import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { StreamTable } from '../../src/outlets/metrics/streamTable.ts';
import { HistoryBook } from '../../src/outlets/page/history/historyBook.ts';
import { PageStreams } from '../../src/outlets/page/pageStreams.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// What page and metrics cost the daemon: CPU time of a reading while nobody looks, and memory of the process without them, with them while
// nobody looks, and while four browsers follow. The history of the page has a bound of its own: few streams with few readings are used.

const READINGS = IS_QUICK ? 200_000 : 2_000_000;
const REPEATS = IS_QUICK ? 3 : 5;
const STARTS = IS_QUICK ? 1 : 7;
const STREAMS = 4;
const CLIENTS = 4;
const ROUNDS = 50;
const MIB = 1_048_576;
const HORIZON = [{ label: '1', steps: 1 }];
const PARTS = { nothing: [false, false], page: [true, false], metrics: [false, true], both: [true, true] } as const;

/** A house of sensors, and what keeps their forecasts. */
class House {
  readonly #rows: readonly ForecastRow[];
  readonly #lent = new ForecastRow();
  readonly #streams = new PageStreams();
  readonly #history = new HistoryBook(2 * MIB);
  readonly #table = new StreamTable(1000);
  #at = Date.UTC(2026, 0, 1);

  constructor(count: number) {
    this.#rows = Array.from({ length: count }, (_, i) => {
      const row = new ForecastRow();
      row.stream = `home/sensor${i}/temperature` as StreamId;
      row.source = 'lstm_direct';
      row.setHorizons(HORIZON);
      this.#streams.change({ kind: 'started', stream: row.stream });
      this.#table.change({ kind: 'started', stream: row.stream });
      return row;
    });
  }

  /** ns of CPU time of each of some readings. */
  measure(readings: number, part: keyof typeof PARTS): number {
    const [hasPage, hasMetrics] = PARTS[part];
    const before = process.cpuUsage();
    for (let k = 0; k < readings; k++) {
      const place = k % this.#rows.length;
      if (place === 0) this.#at += 1000 + (k % 7);
      const row = this.#rows[place]!;
      this.#fill(row, k);
      const lent = this.#lent.copyFrom(row);
      if (hasPage) this.#history.add(lent, this.#streams.take(lent));
      if (hasMetrics) this.#table.take(lent);
    }
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1000) / readings;
  }

  /** Hundredths of a degree, with a forecast and an interval that change. */
  #fill({ numbers }: ForecastRow, k: number): void {
    const noise = ((k * 7919) % 997) / 997;
    const value = Math.round(2000 + 500 * Math.sin(k / 50 / this.#rows.length) + 100 * noise) / 100;
    const mean = value + 0.3 * (noise - 0.5);
    numbers.set([this.#at, value, mean, mean - 0.4 - 0.1 * noise, mean + 0.4 + 0.1 * noise, 0.9 * noise]);
    numbers.set([mean, mean - 0.4, mean + 0.4], 11);
  }
}

function measureReadings(): readonly (readonly string[])[] {
  return [10, 50, 1000].map((count) => {
    const house = new House(count);
    for (const part of ['both', 'both', 'nothing'] as const) house.measure(READINGS / 4, part);
    const runs: Record<keyof typeof PARTS, number[]> = { nothing: [], page: [], metrics: [], both: [] };
    for (let repeat = 0; repeat < REPEATS; repeat++)
      for (const part of Object.keys(PARTS) as (keyof typeof PARTS)[]) runs[part].push(house.measure(READINGS, part));
    const base = median(runs.nothing);
    const costs = [runs.page, runs.metrics, runs.both].map((times) => (median(times) - base).toFixed(0));
    return [String(count), ...costs];
  });
}

const KINDS = ['without', 'nobody looks', 'four browsers'] as const;
type Kind = (typeof KINDS)[number];
const PATHS = [
  '/',
  '/api/streams',
  '/api/health',
  '/api/stream?id=load/s0/v',
  '/api/stream/history?id=load/s0/v',
  '/api/alarms',
  '/metrics',
];

/** MiB: resident, and on the heap and outside of it after a collection. */
interface Memory {
  readonly rss: number;
  readonly held: number;
}

const PRELOAD = `process.on('SIGUSR2', () => { for (let i = 0; i < 4; i++) globalThis.gc();
const { heapUsed, external } = process.memoryUsage(); process.stderr.write('held ' + (heapUsed + external) + '\\n'); });`;

async function memoryOf(kind: Kind): Promise<Memory> {
  const broker = await startEmbeddedBroker({});
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-page-'));
  const port = await freePort();
  writeFileSync(join(folder, 'preload.cjs'), PRELOAD);
  writeFileSync(join(folder, 'c.yaml'), configOf(broker.url, kind !== 'without', port));
  const args = [
    '--expose-gc',
    '--require',
    join(folder, 'preload.cjs'),
    'dist/main.js',
    'run',
    '-c',
    join(folder, 'c.yaml'),
  ];
  const daemon = spawn(process.execPath, args, {
    env: { ...process.env, STATE_DIRECTORY: join(folder, 'state') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const client = await mqtt.connectAsync(broker.url);
  let heard = 0;
  client.on('message', () => heard++);
  await client.subscribeAsync('tidegate/load/+/v');
  const send = (round: number): void => {
    for (let s = 0; s < STREAMS; s++)
      client.publish(`load/s${s}`, `{"v":${Math.round(100 * Math.sin(round / 9)) / 10}}`);
  };
  while (heard === 0) {
    send(0);
    await sleep(100);
  }
  if (kind === 'four browsers') for (let i = 0; i < CLIENTS; i++) await browse(port);
  for (let round = 0; round < ROUNDS; round++) {
    send(round);
    await sleep(100);
  }
  await sleep(1000);
  const rss = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))?.[1]) / 1024;
  daemon.kill('SIGUSR2');
  while (!told.includes('held ')) await sleep(50);
  const held = Number(/held (\d+)/.exec(told)?.[1]) / MIB;
  daemon.kill('SIGTERM');
  await once(daemon, 'exit');
  await client.endAsync(true);
  await broker.stop();
  rmSync(folder, { recursive: true });
  return { rss, held };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks for what the page in a browser asks for, and follows the events. */
async function browse(port: number): Promise<void> {
  for (const path of PATHS) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    await answer.arrayBuffer();
  }
  get(`http://127.0.0.1:${port}/api/events?streams=0,1`, (response) => response.resume()).on('error', () => undefined);
}

function configOf(server: string, isServed: boolean, port: number): string {
  return `mqtt: {server: "${server}"}
defaults: {time: {from: arrival}, publish: {min_interval: 0s}, model: {profile: tiny}}
streams: [{topic: load/+, target: v}]
log: {level: error}
page: {enabled: ${isServed}, port: ${port}}
metrics: {enabled: ${isServed}}
`;
}

const times = printTable(
  'CPU time of a reading for page and metrics while nobody looks, ns, by streams',
  ['streams', 'page', 'metrics', 'both'],
  measureReadings(),
);
const memories: Record<Kind, Memory[]> = { without: [], 'nobody looks': [], 'four browsers': [] };
for (let start = 0; start < STARTS; start++) for (const kind of KINDS) memories[kind].push(await memoryOf(kind));
const rows = KINDS.map((kind) => {
  const of = (key: keyof Memory): string => median(memories[kind].map((memory) => memory[key])).toFixed(1);
  return [kind, of('rss'), of('held')];
});
const memory = printTable(
  `Memory of the daemon with page and metrics, MiB, medians of ${STARTS} starts in turn: resident, and on the heap and outside of it after a collection`,
  ['page and metrics', 'resident', 'held'],
  rows,
);
writeReport('pageCost', { memories }, [times, memory]);
