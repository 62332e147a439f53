import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { createThreadedHost } from '../../src/adapters/threads/threadedHost.ts';
import { createLearnerFactory } from '../../src/daemon/createLearnerFactory.ts';
import { createInlineHost } from '../../src/daemon/inlineHost.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { cpuMsOf, mainCpuMs, threadIds } from './threadCpu.ts';

// What it costs the main thread to hand steps to a learner thread, and what further threads are good for.
// A program of its own, compiled as for production. CPU time of single threads where Linux tells it, and medians.

const REPEATS = 5;
const BATCHES = [1, 16, 64, 256];
const HANDED_STEPS = 20_000;
const STREAMS = 200;
const LEARNED_STEPS = 40_000;
const OUTPUT = '.cache/bench/threads.json';
const ECHO = new URL('./echoThread.js', import.meta.url);
const LEARNER = new URL('../../src/daemon/learnerThread.js', import.meta.url);

/** The configuration's defaults, as `tidegate run` has them. */
const SETTINGS: StreamSettings = {
  horizons: [{ label: '1', steps: 1 }],
  interval: 0.9,
  minSamples: 200,
  exogenous: 0,
  model: {
    kernel: 'auto',
    cell: 'lstm',
    hidden: 32,
    bptt: { every: 4, window: 32 },
    learningRate: 'auto',
    experts: ['last_value', 'lstm_direct'],
    inputs: { lags: 3, calendar: true, dayLag: true, weekLag: true },
    seed: 1,
  },
  step: { every: 'message', gapAfter: toDurationMs(0) },
  time: { from: 'message', sanity: true, zone: 'UTC', path: undefined },
  publish: { minInterval: toDurationMs(0), retain: true, expire: toDurationMs(0) },
};

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

function makeSteps(count: number, streams: number): readonly Step[] {
  return Array.from({ length: count }, (_, i) => ({
    stream: `sensors/room-${i % streams}/temperature` as StreamId,
    at: toEpochMs(Math.floor(i / streams) * 60_000),
    zoneOffset: toDurationMs(3_600_000),
    value: 20 + 5 * Math.sin(i / streams / 20) + ((i * 7919) % 101) / 101,
  }));
}

interface Run {
  readonly host: LearnerHost;
  /** Resolves when so many more forecasts have come out. */
  next(count: number): Promise<void>;
}

function start(host: LearnerHost): Run {
  let missing = 0;
  let resolve = (): void => undefined;
  host.start(
    (forecasts) => {
      missing -= forecasts.length;
      if (missing <= 0) resolve();
    },
    (error) => {
      throw error;
    },
  );
  const next = (count: number): Promise<void> => {
    missing = count;
    return new Promise((done) => {
      resolve = done;
    });
  };
  return { host, next };
}

function onThreads(threads: number, entry: URL): LearnerHost {
  return createThreadedHost({
    ...{ threads, entry, data: { memoryLimit: 1e9 }, maxQueue: 1_000_000, settingsOf: () => SETTINGS },
    report: (event) => {
      throw new Error(JSON.stringify(event));
    },
    onOutput: print,
  });
}

interface Handoff {
  readonly batch: number;
  /** Each batch waits for the answer to the one before: nothing is ever sent together. */
  readonly microsecondsAlone: number;
  /** A batch a turn of the event loop, as they come: what waits goes together. */
  readonly microsecondsFlowing: number;
}

/** CPU time of the main thread per step: there, back, and through the sink. */
async function measureHandoff(batch: number): Promise<Handoff> {
  const { host, next } = start(onThreads(1, ECHO));
  const steps = makeSteps(HANDED_STEPS, STREAMS);
  async function pass(isAlone: boolean): Promise<number> {
    const before = mainCpuMs();
    for (let i = 0; i < steps.length; i += batch) {
      const turnSteps = steps.slice(i, i + batch);
      const answered = next(turnSteps.length);
      host.push(turnSteps);
      await (isAlone ? answered : turn());
    }
    await host.drain();
    return ((mainCpuMs() - before) * 1000) / steps.length;
  }
  await pass(false);
  const alone: number[] = [];
  const flowing: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    alone.push(await pass(true));
    flowing.push(await pass(false));
  }
  await host.stop();
  return { batch, microsecondsAlone: round(medianOf(alone)), microsecondsFlowing: round(medianOf(flowing)) };
}

interface Scaling {
  readonly threads: number;
  readonly stepsPerSecond: number;
  readonly wallMs: number;
  readonly mainCpuMs: number;
  /** Of each learner thread. */
  readonly threadCpuMs: readonly number[];
}

/** The same steps, learned with the defaults; `threads` 0: on the main thread. */
async function measureScaling(threads: number): Promise<Scaling> {
  const known = new Set(threadIds());
  const factory = createLearnerFactory(() => SETTINGS);
  const host =
    threads === 0
      ? createInlineHost({ ...factory, report: (event) => print(JSON.stringify(event)) })
      : onThreads(threads, LEARNER);
  const run = start(host);
  const steps = makeSteps(LEARNED_STEPS, STREAMS);
  const warmUp = LEARNED_STEPS / 4;
  await learn(run, steps.slice(0, warmUp));
  const learners = threadIds().filter((id) => !known.has(id));
  const cpuBefore = learners.map((id) => cpuMsOf(id) ?? 0);
  const mainBefore = mainCpuMs();
  const started = performance.now();
  await learn(run, steps.slice(warmUp));
  const wallMs = performance.now() - started;
  const mainMs = mainCpuMs() - mainBefore;
  const threadCpuMs = learners.map((id, i) => round((cpuMsOf(id) ?? 0) - cpuBefore[i], 0)).filter((ms) => ms > 10);
  await host.stop();
  const stepsPerSecond = Math.round(((LEARNED_STEPS - warmUp) / wallMs) * 1000);
  return { threads, stepsPerSecond, wallMs: round(wallMs, 0), mainCpuMs: round(mainMs, 0), threadCpuMs };
}

async function learn({ host }: Run, steps: readonly Step[]): Promise<void> {
  for (let i = 0; i < steps.length; i += 256) {
    host.push(steps.slice(i, i + 256));
    await turn();
  }
  await host.drain();
}

function line(cells: readonly (string | number)[], widths: readonly number[]): string {
  return cells.map((cell, column) => String(cell).padStart(widths[column])).join('');
}

async function main(): Promise<void> {
  print(
    `handing over: main thread's CPU time in µs per step, there and back, median of ${REPEATS}, Node ${process.version}`,
  );
  const widths = [8, 22, 22];
  print(line(['batch', 'one at a time', 'a batch a turn'], widths));
  const handoffs: Handoff[] = [];
  for (const batch of BATCHES) {
    const handoff = await measureHandoff(batch);
    handoffs.push(handoff);
    print(line([handoff.batch, handoff.microsecondsAlone, handoff.microsecondsFlowing], widths));
  }
  print(
    `\nlearning ${LEARNED_STEPS * 0.75} steps of ${STREAMS} streams with the defaults, ${availableParallelism()} cores`,
  );
  const columns = [8, 10, 10, 14, 24];
  print(line(['threads', 'wall ms', 'steps/s', 'main CPU ms', 'CPU ms of each thread'], columns));
  const scalings: Scaling[] = [];
  for (let repeat = 0; repeat < 3; repeat++) {
    for (const threads of [0, 1, 2]) {
      const scaling = await measureScaling(threads);
      scalings.push(scaling);
      const { wallMs, stepsPerSecond, mainCpuMs: mainMs, threadCpuMs } = scaling;
      print(line([threads, wallMs, stepsPerSecond, mainMs, threadCpuMs.join(' ')], columns));
    }
  }
  mkdirSync('.cache/bench', { recursive: true });
  const machine = {
    node: process.version,
    arch: process.arch,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
  };
  writeFileSync(OUTPUT, `${JSON.stringify({ machine, repeats: REPEATS, handoffs, scalings }, null, 2)}\n`);
  print(`written to ${OUTPUT}`);
}

await main();
