import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Driver, startDriver } from '../children.ts';
import { unitOptionsOf } from './unitOptions.ts';

/** Settings in which the daemons of the gate differ; all else is as shipped, as far as old builds know it too. */
export interface DaemonSetup {
  readonly streams: number;
  readonly qos: 0 | 1;
  readonly threads: number;
  /** Below `model:`. */
  readonly model: string;
}

/** A built daemon as its users run it, with the options of its own systemd unit, and a driver as its broker. */
export interface Daemon {
  readonly driver: Driver;
  readonly pid: number;
  /** Where its state lies. */
  readonly folder: string;
  /** Ends it as a service manager does, and the driver. Its folder stays until `clear`. */
  stop(): Promise<void>;
  clear(): void;
}

/** A machine that has other things to do may leave a daemon waiting for many seconds: a reading without an answer is lost later, ms. */
const PATIENCE = 60_000;

/** The heap of a systemd unit holds the streams of a house; a daemon of an earlier commit dies of 10,000 in it. MiB */
const ROOMY_HEAP = 4096;
const STREAMS_OF_A_HOUSE = 2000;

/** More than any daemon takes to end. */
const STOP_MS = 15_000;

function configOf(port: number, { streams, qos, threads, model }: DaemonSetup): string {
  // Learning is never thinned: a daemon that is slower would seem fast by what it leaves out.
  return `mqtt: {server: "mqtt://127.0.0.1:${port}", qos: ${qos}, client_id: gate, outbound_buffer: 16MB}
defaults: {time: {from: arrival}, publish: {min_interval: 0s}, model: {${model}}}
streams: [{topic: load/+, target: v}]
limits: {streams: ${streams}, thin_after: 0, memory: 4GB}
log: {level: error, format: journald}
health: {interval: 1h}
threads: ${threads}
`;
}

/**
 * Resolves once the daemon has subscribed.
 * @param main the daemon's `main.js`
 * @param state a folder whose copy it begins with. Default: nothing is learned
 * @param onSpawn called right before the process begins
 * @throws Error where it ends before
 */
export async function startDaemon(
  main: string,
  setup: DaemonSetup,
  state?: string,
  onSpawn: () => void = () => undefined,
): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-gate-'));
  if (state !== undefined) cpSync(state, join(folder, 'state'), { recursive: true });
  const driver = await startDriver({ topics: setup.streams, base: 'tidegate', qos: setup.qos, patience: PATIENCE });
  const config = join(folder, 'tidegate.yaml');
  writeFileSync(config, configOf(driver.port, setup));
  const unit = unitOptionsOf(main);
  onSpawn();
  const heap = setup.streams > STREAMS_OF_A_HOUSE ? [`--max-old-space-size=${ROOMY_HEAP}`] : [];
  const process_ = spawn(process.execPath, [...unit.node, ...heap, resolve(main), 'run', '-c', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...unit.environment, STATE_DIRECTORY: join(folder, 'state') },
  });
  const ended = once(process_, 'exit');
  // A bench that fails leaves no daemon behind.
  const kill = (): void => void process_.kill('SIGKILL');
  process.once('exit', kill);
  const failed = ended.then(([code]) => Promise.reject(new Error(`${main} ended with ${code}`)));
  failed.catch(() => undefined);
  await Promise.race([driver.ready, failed]);
  return {
    driver,
    pid: process_.pid!,
    folder: join(folder, 'state'),
    async stop() {
      await endProcess(process_, ended);
      process.off('exit', kill);
      driver.stop();
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function endProcess(process_: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => process_.kill('SIGKILL'), STOP_MS);
  process_.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
