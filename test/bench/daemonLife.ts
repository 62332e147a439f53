import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Driver, startDriver } from './children.ts';

/** Part of the daemon that is measured, and what it is given. */
export interface LifeOptions {
  readonly node: string;
  /** The bundle, or the same program module by module. */
  readonly main: 'dist/main.js' | 'build/main.js';
  readonly threads: number;
  readonly streams: number;
  /** Default 0 with `durability: none`, 1 else. */
  readonly durability: 'none' | 'journal';
  /** Readings of each stream after the first one of all; `none`: no message at all. */
  readonly readings: number | 'none';
  /** State of an earlier life. Default: a folder of its own, which is removed at the end. */
  readonly folder?: string | undefined;
}

export interface LifeFigures {
  readonly idleRss: number;
  /** After the readings. */
  readonly rss: number;
  /** Wall time: process start, configuration, state, connection, subscription, one reading, its forecast. */
  readonly startMs: number;
  /** CPU time of the process up to there, all threads. */
  readonly startCpuMs: number;
}

/** Longer than the daemon's own work after a start takes, and than its journal's commit. */
const SETTLE_MS = 2500;
/** Clock ticks per second in /proc (USER_HZ). */
const TICKS = 100;

/** One life of the daemon as a process of its own, through its command line. @throws Error where it does not keep what it is told to keep */
export async function live(options: LifeOptions): Promise<LifeFigures> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'tidegate-memory-'));
  const driver = await startDriver({ topics: options.streams, base: 'tidegate' });
  try {
    return await measure(options, folder, driver);
  } finally {
    driver.stop();
    if (options.folder === undefined) rmSync(folder, { recursive: true });
  }
}

async function measure(options: LifeOptions, folder: string, driver: Driver): Promise<LifeFigures> {
  const { node, main, streams, readings } = options;
  const config = join(folder, 'tidegate.yaml');
  writeFileSync(config, configOf(options, driver.port));
  const state = join(folder, 'state');
  const started = performance.now();
  const daemon = spawn(node, [main, 'run', '-c', config], {
    stdio: 'inherit',
    env: { ...process.env, STATE_DIRECTORY: state },
  });
  const pid = daemon.pid!;
  const failed = once(daemon, 'exit').then(() => Promise.reject(new Error('the daemon ended')));
  await Promise.race([driver.ready, failed]);
  if (readings !== 'none') await driver.drive(1);
  const startMs = performance.now() - started;
  const startCpuMs = readCpuMs(pid);
  await sleep(SETTLE_MS);
  const idleRss = readRss(pid);
  if (readings !== 'none' && readings > 0) {
    await driver.drive(streams * readings);
    await sleep(SETTLE_MS);
  }
  const rss = readRss(pid);
  // A store that did not open costs nothing: then the figures are those of another program.
  const file = join(state, 'state.sqlite');
  const isKept = existsSync(file) && statSync(file).size > 0 && existsSync(join(state, 'journal.1'));
  if (isKept !== (options.durability !== 'none')) throw new Error(`${file}: ${isKept ? 'is there' : 'is missing'}`);
  daemon.kill();
  await failed.catch(() => undefined);
  return { idleRss, rss, startMs, startCpuMs };
}

function configOf({ threads, durability }: LifeOptions, port: number): string {
  return `mqtt: {server: "mqtt://127.0.0.1:${port}", qos: ${durability === 'none' ? 0 : 1}}
defaults: {time: {from: arrival}, publish: {min_interval: 0s}}
streams: [{topic: load/+, target: v}]
state: {durability: ${durability}}
log: {level: error, format: journald}
threads: ${threads}
`;
}

/** Resident memory of a process that only waits. */
export async function bareRss(node: string): Promise<number> {
  const child = spawn(node, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit' });
  await sleep(SETTLE_MS);
  const rss = readRss(child.pid!);
  child.kill();
  await once(child, 'exit');
  return rss;
}

function readRss(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kib) * 1024;
}

function readCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}
