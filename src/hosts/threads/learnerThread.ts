import { Worker } from 'node:worker_threads';
import { TidegateError } from '../../domain/errors.ts';
import type { FromThread, Post, ToThread } from './messages.ts';

export interface LearnerThreadOptions {
  /** Module that the thread runs. */
  readonly entry: URL;
  readonly name: string;
  /** Content of its `workerData`. */
  readonly data: unknown;
  readonly onMessage: (message: FromThread) => void;
  /** It has ended and was not asked to (TG_THREAD_DIED). Called once at most. */
  readonly onDeath: (error: TidegateError) => void;
  /** Hears what it writes to its stdout and stderr: warnings of Node.js, and what a crash leaves behind. */
  readonly onOutput: (text: string) => void;
}

export interface LearnerThread {
  readonly post: Post<ToThread>;
  /** Time in ms for which it has worked since its start; the rest it waited. */
  activeMs(): number;
  /** Lets it finish what it was sent, free its learners and end; ends it where that takes too long. */
  stop(): Promise<void>;
}

/** Longest wait for a clean end: a full mailbox is learned in a fraction of it. */
const STOP_MS = 1000;

/**
 * Nursery in MiB. The garbage of a step dies at once: a nursery of 48 MiB, which is the default, would only be filled
 * before it is emptied. The heap itself has no limit of its own: the memory of the networks lies outside of it and has
 * one.
 */
const YOUNG_MIB = 4;

/** Starts a worker thread. It takes messages at once; they wait until it is up. */
export function startLearnerThread(options: LearnerThreadOptions): LearnerThread {
  const { entry, name, data, onMessage, onDeath, onOutput } = options;
  const worker = new Worker(entry, {
    name,
    workerData: data,
    // Secrets that the process was given are none of its business.
    env: {},
    argv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', onOutput);
  let isOver = false;
  function die(reason: string, cause?: unknown): void {
    if (isOver) return;
    isOver = true;
    onDeath(new TidegateError('TG_THREAD_DIED', `${name} died: ${reason}`, { cause }));
  }
  worker.on('message', (message: FromThread) => {
    try {
      onMessage(message);
    } catch (error) {
      die(`it sent what makes no sense: ${messageOf(error)}`, error);
    }
  });
  worker.on('messageerror', (error) => die(`its message cannot be read: ${messageOf(error)}`, error));
  worker.on('error', (error) => {
    if (isOver) onOutput(error.stack ?? messageOf(error));
    die(messageOf(error), error);
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', (status) => {
      die(`it ended with status ${status}`);
      resolve();
    });
  });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    activeMs: () => worker.performance.eventLoopUtilization().active,
    async stop() {
      isOver = true;
      worker.postMessage({ kind: 'stop' } satisfies ToThread);
      const timer = setTimeout(() => void worker.terminate(), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
