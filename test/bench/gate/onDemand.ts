import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchTable } from '../benchTables.ts';
import { median } from '../report.ts';
import { type DaemonSetup, startDaemon } from './daemon.ts';
import { type Builds, measureRow, type RowOptions } from './measureRow.ts';
import { cpuOf, memoryOf } from './processCpu.ts';
import type { OnDemand } from './rows.ts';

const MIB = 1_048_576;
/** Time after which a daemon that has nothing to do is looked at. */
const SETTLE_MS = 6000;
/** More than `min_samples`: every score is there, and a stream is worth its place on the disk. */
const READINGS = 220;
const SMALL: DaemonSetup = { streams: 50, qos: 1, threads: 1, model: '' };

type Measure = (builds: Builds, options: RowOptions) => Promise<BenchTable>;

export const MEASURES: Readonly<Record<OnDemand, Measure>> = {
  'defaults-10k': measureMany,
  idle: (builds, options) =>
    measureMemory('Idle daemon, `threads: 0`, QoS 1, state kept', builds, { ...SMALL, threads: 0 }, 0, options),
  fifty: (builds, options) =>
    measureMemory('One learner thread, 50 streams as shipped, QoS 1, state kept', builds, SMALL, READINGS, options),
  start: measureStart,
};

/** Fewer readings of each stream than elsewhere, of both: 10,000 streams take their time. */
async function measureMany(builds: Builds, options: RowOptions): Promise<BenchTable> {
  const shorter = { ...options, readings: 48, repeats: Math.min(3, options.repeats) };
  const times = [];
  for (const streams of [1000, 10_000])
    times.push(await measureRow(builds, { title: '', streams, qos: 0, threads: 0, model: '' }, shorter));
  const [few, many] = times as [(typeof times)[0], (typeof times)[0]];
  const rows = (['base', 'present'] as const).map((name) => {
    const [one, ten] = [median(few[name]), median(many[name])];
    return [name, one.toFixed(1), ten.toFixed(1), (ten / one).toFixed(2)];
  });
  return table('Defaults: µs of CPU time per message', ['1,000 streams', '10,000 streams', 'ratio'], rows);
}

async function measureMemory(
  title: string,
  builds: Builds,
  setup: DaemonSetup,
  readings: number,
  { repeats }: RowOptions,
): Promise<BenchTable> {
  const rows: string[][] = [];
  const found = { base: [] as Memory[], present: [] as Memory[] };
  for (let i = 0; i < repeats; i++)
    for (const name of ['base', 'present'] as const) found[name].push(await lookAt(builds[name], setup, readings));
  for (const name of ['base', 'present'] as const) {
    const [rss, anonymous, cpu] = (['resident', 'anonymous', 'cpu'] as const).map((key) =>
      found[name].map((it) => it[key]),
    );
    rows.push([name, spread(rss!), spread(anonymous!), spread(cpu!)]);
  }
  return table(title, ['RSS, MiB', 'of it anonymous, MiB', 'CPU s from the start'], rows);
}

interface Memory {
  readonly resident: number;
  readonly anonymous: number;
  readonly cpu: number;
}

/** Memory in MiB and CPU time in seconds of one daemon. */
async function lookAt(main: string, setup: DaemonSetup, readings: number): Promise<Memory> {
  const daemon = await startDaemon(main, setup);
  if (readings > 0) await daemon.driver.drive(readings * setup.streams);
  await sleep(SETTLE_MS);
  demandState(daemon.folder);
  const { resident, anonymous } = memoryOf(daemon.pid);
  const cpu = cpuOf(daemon.pid) / 1e6;
  await daemon.stop();
  daemon.clear();
  return { resident: resident / MIB, anonymous: anonymous / MIB, cpu };
}

/** From the start of a process with 50 stored streams to the first forecast. Each start has a copy of the same folder. */
async function measureStart(builds: Builds, { repeats }: RowOptions): Promise<BenchTable> {
  const place = mkdtempSync(join(tmpdir(), 'tidegate-gate-start-'));
  const found = { base: [] as Start[], present: [] as Start[] };
  for (const name of ['base', 'present'] as const) await learn(builds[name], join(place, name));
  for (let i = 0; i < repeats; i++)
    for (const name of ['base', 'present'] as const) found[name].push(await startAnew(builds[name], join(place, name)));
  rmSync(place, { recursive: true });
  const rows = (['base', 'present'] as const).map((name) => [
    name,
    spread(
      found[name].map(({ seconds }) => seconds),
      2,
    ),
    spread(
      found[name].map(({ cpu }) => cpu),
      2,
    ),
  ]);
  return table(
    'From the start to the first forecast, 50 stored streams, one learner thread, QoS 1',
    ['s', 'CPU s'],
    rows,
  );
}

async function learn(main: string, folder: string): Promise<void> {
  const daemon = await startDaemon(main, SMALL);
  await daemon.driver.drive(READINGS * SMALL.streams);
  await daemon.stop();
  demandState(daemon.folder);
  cpSync(daemon.folder, folder, { recursive: true });
  daemon.clear();
}

interface Start {
  readonly seconds: number;
  readonly cpu: number;
}

async function startAnew(main: string, state: string): Promise<Start> {
  let startedAt = performance.now();
  const daemon = await startDaemon(main, SMALL, state, () => {
    startedAt = performance.now();
  });
  const subscribedAt = performance.now();
  const { answeredMs } = await daemon.driver.drive(1);
  const seconds = (subscribedAt - startedAt + answeredMs) / 1000;
  const cpu = cpuOf(daemon.pid) / 1e6;
  await daemon.stop();
  daemon.clear();
  return { seconds, cpu };
}

/** A daemon whose store did not open runs on and takes less. @throws Error where nothing is kept */
function demandState(folder: string): void {
  const file = join(folder, 'state.sqlite');
  if (!existsSync(file) || statSync(file).size === 0)
    throw new Error(`no state in ${folder}: not what was to be measured`);
}

function spread(values: readonly number[], digits = 1): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)} … ${most.toFixed(digits)})`;
}

function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): BenchTable {
  return { title, columns: ['', ...columns], rows, notes: [] };
}
