import { availableParallelism } from 'node:os';
import { tuneEngine } from '../../src/adapters/host/tuneEngine.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import type { Step } from '../../src/domain/sample.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { createLearnerFactory } from '../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { createThreadedHost } from '../../src/hosts/threads/threadedHost.ts';
import { settingsWithModel } from './benchConfig.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';
import { cpuMsOf, mainCpuMs, threadIds } from './threadCpu.ts';

// What it costs the main thread to hand steps to a learner thread, and what further threads are good for.
// A program of its own, compiled as for production. CPU time of single threads where Linux tells it, and medians.

const REPEATS = 5;
const BATCHES = [1, 16, 64, 256];
const HANDED_STEPS = 20_000;
const STREAMS = 200;
/** Enough that a second thread's own compiling is a small part. */
const LEARNED_STEPS = IS_QUICK ? 40_000 : 320_000;
const ECHO = new URL('./echoThread.js', import.meta.url);
const LEARNER = new URL('../../src/hosts/learnerThread.js', import.meta.url);

/** The configuration's defaults, as `tidegate run` has them. */
const SETTINGS = settingsWithModel('');

// As the daemon does.
tuneEngine();

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
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
  /** Resolves when `count` more forecasts have come out. */
  next(count: number): Promise<void>;
}

function start(host: LearnerHost): Run {
  let missing = 0;
  let resolve = (): void => undefined;
  host.start(
    {
      take: () => void missing--,
      endBatch() {
        if (missing <= 0) resolve();
      },
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
    ...{ threads, entry, data: { memoryLimit: 1e9 }, maxSteps: 1_000_000, settingsOf: () => SETTINGS },
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
  return { batch, microsecondsAlone: round(median(alone)), microsecondsFlowing: round(median(flowing)) };
}

interface Scaling {
  readonly threads: number;
  readonly stepsPerSecond: number;
  readonly wallMs: number;
  readonly mainCpuMs: number;
  /** CPU time of each learner thread. */
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

async function main(): Promise<void> {
  const handoffs: Handoff[] = [];
  for (const batch of BATCHES) handoffs.push(await measureHandoff(batch));
  const handoffTable = printTable(
    `steps to a learner thread and back: CPU time of the main thread in µs per step, median of ${REPEATS}`,
    ['batch', 'one at a time', 'a batch a turn'],
    handoffs.map(({ batch, microsecondsAlone, microsecondsFlowing }) => [
      batch,
      microsecondsAlone,
      microsecondsFlowing,
    ]),
  );
  const rounds: Scaling[][] = [];
  for (let repeat = 0; repeat < 3; repeat++) {
    const round: Scaling[] = [];
    for (const threads of [0, 1, 2]) round.push(await measureScaling(threads));
    rounds.push(round);
  }
  const scalingTable = printTable(
    `${LEARNED_STEPS * 0.75} steps of ${STREAMS} streams learned with the defaults on ${availableParallelism()} cores, median of 3`,
    ['threads', 'steps/s (wall)', 'of one thread', 'main CPU ms', 'CPU ms of each thread, last round'],
    [0, 1, 2].map((threads) => [
      threads,
      median(rounds.map((round) => round[threads].stepsPerSecond)),
      `${median(rounds.map((round) => round[1].wallMs / round[threads].wallMs)).toFixed(2)}×`,
      median(rounds.map((round) => round[threads].mainCpuMs)),
      rounds[2][threads].threadCpuMs.join(' ') || '-',
    ]),
  );
  writeReport('threads', { repeats: REPEATS, handoffs, rounds }, [handoffTable, scalingTable]);
}

await main();
