import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKernel } from '../../src/hosts/createKernel.ts';
import { estimateCost } from '../../src/hosts/estimateCost.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { settingsWithModel } from './benchConfig.ts';
import { startDriver } from './children.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// What the daemon takes of a small computer: memory when idle and for each stream, with everything as shipped, with the
// learners on the main thread and on one of their own, and the time from its start to the first forecast. As a process of its own, through its command line.

const STARTS = IS_QUICK ? 2 : 5;
const STREAMS = [50, 1000];
/** Readings of each stream before its memory is read. */
const READINGS = 40;
const SETTLE_MS = 1500;
const MIB = 1_048_576;

interface Figures {
  readonly threads: number;
  readonly streams: number;
  readonly idleRssMib: number;
  readonly rssMib: number;
  readonly kibPerStream: number;
  /** Wall time: process start, configuration, connection, subscription, one reading, its forecast. */
  readonly startMs: number;
}

function readRss(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kib) * 1024;
}

async function measure(threads: number, streams: number, withReadings: boolean): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-memory-'));
  const driver = await startDriver({ topics: streams, base: 'tidegate' });
  const config = join(folder, 'tidegate.yaml');
  writeFileSync(
    config,
    `mqtt: {server: "mqtt://127.0.0.1:${driver.port}"}
defaults: {time: {from: arrival}, publish: {min_interval: 0s}}
streams: [{topic: load/+, target: v}]
log: {level: error, format: journald}
threads: ${threads}
`,
  );
  const started = performance.now();
  const daemon = spawn(process.execPath, ['dist/main.js', 'run', '-c', config], {
    stdio: 'inherit',
    env: { ...process.env, STATE_DIRECTORY: join(folder, 'state') },
  });
  const failed = once(daemon, 'exit').then(() => Promise.reject(new Error('the daemon ended')));
  await Promise.race([driver.ready, failed]);
  await driver.drive(1);
  const startMs = performance.now() - started;
  await sleep(SETTLE_MS);
  const idle = readRss(daemon.pid!);
  if (withReadings) {
    await driver.drive(streams * READINGS - 1);
    await sleep(SETTLE_MS);
  }
  const rss = readRss(daemon.pid!);
  daemon.kill();
  await failed.catch(() => undefined);
  driver.stop();
  rmSync(folder, { recursive: true });
  return {
    threads,
    streams,
    idleRssMib: idle / MIB,
    rssMib: rss / MIB,
    kibPerStream: (rss - idle) / 1024 / streams,
    startMs,
  };
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
const starts: number[] = [];
for (let i = 0; i < STARTS; i++) starts.push((await measure(0, 1, false)).startMs);
const figures: Figures[] = [];
for (const threads of [0, 1]) for (const streams of STREAMS) figures.push(await measure(threads, streams, true));
const table = printTable(
  'Memory of the daemon as shipped, and what each stream adds',
  ['threads', 'streams', 'idle MiB', 'RSS MiB', 'KiB a stream'],
  figures.map((f) => [f.threads, f.streams, f.idleRssMib.toFixed(1), f.rssMib.toFixed(1), f.kibPerStream.toFixed(1)]),
);
const notes = [
  `A learner without its networks: ${learnerKib.toFixed(1)} KiB. Its whole state: ${stateKib.toFixed(1)} KiB.`,
  `From the start of the process to the first forecast: ${median(starts).toFixed(0)} ms.`,
];
process.stdout.write(`${notes.join('\n')}\n`);
writeReport('memory', { learnerKib, stateKib, startMs: starts, figures }, [{ ...table, notes }]);
