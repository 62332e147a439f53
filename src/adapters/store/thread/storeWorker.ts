import { Worker } from 'node:worker_threads';
import { StoreError, type StoreOpening, type StoreTraffic } from '../../../domain/stateStore.ts';
import { type Answer, type Answers, type Ask, fromSentError } from './messages.ts';
import type { StoreSettings } from './openStore.ts';

export interface StoreWorkerOptions {
  readonly entry: URL;
  readonly settings: StoreSettings;
  readonly onOutput: (text: string) => void;
  readonly onReopened: (opening: StoreOpening) => void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Rest after the death of a thread, doubled with each one that follows; a thread that lived longer than the longest begins anew. */
const FIRST_REST_MS = 100;
const LONGEST_REST_MS = 30_000;
/** Nursery in MiB. The garbage of a request dies at once: a nursery of the default size would only be filled first. */
const YOUNG_MIB = 4;
const NONE: StoreTraffic = { bytesWritten: 0, journalBytes: 0, flushes: 0, damaged: 0 };

/** The thread of a store, and the next one where it dies: what it was asked and has not answered is rejected then. */
export class StoreWorker {
  readonly #options: StoreWorkerOptions;
  #worker: Worker | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  /** A thread that has not ended yet still has the file open. */
  #isEnded = true;
  /** Oldest first. Bounded by who asks: each waits for its answer. */
  readonly #waiting: Waiting[] = [];
  #deaths = 0;
  #startedAt = 0;
  #restUntil = 0;
  /** Traffic of the present thread and of those before it. */
  #traffic: StoreTraffic = NONE;
  #before: StoreTraffic = NONE;

  constructor(options: StoreWorkerOptions) {
    this.#options = options;
  }

  get traffic(): StoreTraffic {
    return add(this.#before, this.#traffic);
  }

  start(): Promise<StoreOpening> {
    this.#launch();
    return this.#send<StoreOpening>({ kind: 'open', isAgain: false }, []);
  }

  async ask<Kind extends keyof Answers>(
    ask: Extract<Ask, { readonly kind: Kind }>,
    transfer: readonly ArrayBuffer[],
  ): Promise<Answers[Kind]> {
    if (this.#worker === undefined) this.#restart();
    return this.#send<Answers[Kind]>(ask, transfer);
  }

  /** Requests that come meanwhile wait behind the opening; where that fails, they are told that the store is not open. */
  #restart(): void {
    const rest = this.#restUntil - performance.now();
    if (rest > 0 || !this.#isEnded) throw new StoreError('failed', 'the store thread died; the next one starts soon');
    this.#launch();
    this.#send<StoreOpening>({ kind: 'open', isAgain: true }, []).then(
      (opening) => this.#options.onReopened(opening),
      (error: Error) => this.#die(error.message),
    );
  }

  #send<Result>(ask: Ask, transfer: readonly ArrayBuffer[]): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as (result: unknown) => void, reject });
      this.#worker?.postMessage(ask, transfer);
    });
  }

  #launch(): void {
    const { entry, settings, onOutput } = this.#options;
    const worker = new Worker(entry, {
      name: 'state store',
      workerData: settings,
      // Secrets that the process was given are none of its business.
      env: {},
      argv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
      stdout: true,
      stderr: true,
    });
    this.#worker = worker;
    this.#startedAt = performance.now();
    this.#isEnded = false;
    for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', onOutput);
    worker.on('message', (answer: Answer) => {
      if (worker === this.#worker) this.#settle(answer);
    });
    const die = (reason: string): void => {
      if (worker === this.#worker) this.#die(reason);
    };
    worker.on('messageerror', (error) => die(error.message));
    worker.on('error', (error) => die(error.message));
    this.#ended = new Promise((resolve) => {
      worker.once('exit', (status) => {
        this.#isEnded = true;
        die(`it ended with status ${status}`);
        resolve(undefined);
      });
    });
  }

  #settle({ result, error, traffic }: Answer): void {
    this.#traffic = traffic;
    const waiting = this.#waiting.shift();
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(fromSentError(error));
  }

  #die(reason: string): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#before = this.traffic;
    this.#traffic = NONE;
    const now = performance.now();
    if (now - this.#startedAt > LONGEST_REST_MS) this.#deaths = 0;
    this.#restUntil = now + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** this.#deaths++);
    const error = new StoreError('failed', `the store thread died: ${reason}`);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** After all that was asked; also where there is none. */
  async stop(): Promise<void> {
    try {
      if (this.#worker !== undefined) await this.#send({ kind: 'close' }, []);
    } finally {
      await this.#ended;
      this.#deaths = 0;
    }
  }
}

function add(a: StoreTraffic, b: StoreTraffic): StoreTraffic {
  return {
    bytesWritten: a.bytesWritten + b.bytesWritten,
    journalBytes: a.journalBytes + b.journalBytes,
    flushes: a.flushes + b.flushes,
    damaged: a.damaged + b.damaged,
  };
}
