import type { Config } from '../config/config.ts';
import type { SettingsOf } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import { BatchMeter } from '../telemetry/histogram.ts';
import { createLearnerFactory, type LearnersOptions } from './createLearnerFactory.ts';
import { createInlineHost } from './inlineHost.ts';
import { memoryOfKernel } from './kernelMemory.ts';
import { threadCount } from './threadCount.ts';
import { createThreadedHost, type ThreadLoad } from './threads/threadedHost.ts';

/** Steps of one turn of the event loop where it learns itself: well below 50 ms with the defaults, far below any keep-alive. */
const INLINE_BATCH = 256;
/** Steps that may wait for each thread. */
const CREDIT = 2048;
/** A string: the build leaves it as it is, and the sources themselves cannot run on a thread of Node.js 20. */
const ENTRY = new URL('./learnerThread.js', import.meta.url);

export interface HostedLearners {
  readonly host: LearnerHost;
  /** Steps that the host takes in one turn of the event loop. */
  readonly maxBatch: number;
  /** Steps that may wait for it: enough that it never idles, few enough that what waits before can still be thinned. */
  readonly credit: number;
  /** Batches that were answered so far. */
  readonly batches: BatchMeter;
  /** Load of each learner thread; empty where the learners are on this one. */
  loads(): readonly ThreadLoad[];
}

export interface HostOptions {
  readonly config: Config;
  readonly settingsOf: SettingsOf;
  readonly report: Report;
  /** The module that a learner thread runs. Default: the built one beside this file. */
  readonly threadEntry?: URL | undefined;
}

/** Learners where the configuration wants them: on threads of their own, or on this one. */
export function createHost({ config, settingsOf, report, threadEntry }: HostOptions): HostedLearners {
  const learnersOptions: LearnersOptions = { memoryLimit: memoryOfKernel(config), keepFormer: config.state.keepFormer };
  const threads = threadCount(config.threads);
  const batches = new BatchMeter();
  if (threads === 0) {
    const factory = createLearnerFactory(settingsOf, learnersOptions, report);
    // Behind what is published in this turn of the event loop, and before the next one.
    const putOff = (learn: () => void): void => process.nextTick(learn);
    const host = createInlineHost({ ...factory, report, putOff, onBatch: batches.add });
    return { host, maxBatch: INLINE_BATCH, credit: CREDIT, batches, loads: () => [] };
  }
  const host = createThreadedHost({
    threads,
    entry: threadEntry ?? ENTRY,
    data: learnersOptions,
    maxSteps: threads * CREDIT,
    settingsOf,
    report,
    onBatch: batches.add,
    onOutput: (text) => report({ type: 'ThreadOutput', thread: 'learner', text: text.trimEnd() }),
  });
  // The host has a queue of its own before each thread: to hold back what it has room for would only delay it.
  return { host, maxBatch: threads * CREDIT, credit: threads * CREDIT, batches, loads: host.loads };
}
