import type { SettingsOf } from '../../domain/decode.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { Report } from '../../domain/events.ts';
import { FollowingMap } from '../../domain/followingMap.ts';
import type { Inspection } from '../../domain/inspection.ts';
import type { ForecastSink, HostFailure, LearnerHost, RestoreOutcome } from '../../domain/learnerHost.ts';
import type { MemoryProbe, MemoryRequest, NoMemory } from '../../domain/memoryProbe.ts';
import type { Step } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Instruction } from '../../domain/streamInput.ts';
import { smallestFirst } from '../../domain/streamSettings.ts';
import { type LearnerThread, startLearnerThread } from './learnerThread.ts';
import type { Answer, Request } from './messages.ts';
import { Shard, type ShardLoad } from './shard.ts';
import { shardOf } from './shardOf.ts';

export interface ThreadedHostOptions {
  /** From 1 on. */
  readonly threads: number;
  /** The module that each thread runs: it calls `serveLearners`. */
  readonly entry: URL;
  /** For the threads' `workerData`. */
  readonly data: unknown;
  /** Steps that all threads together may have and not have answered; `push` throws TG_INTERNAL where it is given more. */
  readonly maxSteps: number;
  readonly settingsOf: SettingsOf;
  readonly report: Report;
  /** Hears what the threads write to their stdout and stderr. */
  readonly onOutput: (text: string) => void;
  /** Hears of each batch that a thread has answered: its steps, and the time since it was sent, in ms. */
  readonly onBatch?: ((steps: number, ms: number) => void) | undefined;
}

/** Load of one thread, and the time in ms for which it has worked since its start. */
export interface ThreadLoad extends ShardLoad {
  readonly activeMs: number;
}

export interface ThreadedHost extends LearnerHost {
  /** Load of each thread. */
  readonly loads: () => readonly ThreadLoad[];
}

/**
 * Learners on worker threads, each stream always on the same one. What comes in during one turn of the event loop goes to
 * each thread as one array. A slow thread holds up only its own streams; one that dies is the end of the host.
 */
export function createThreadedHost(options: ThreadedHostOptions): ThreadedHost {
  return new WorkerHost(options);
}

/** A stream in its present life, and the shard that has it. */
interface Place {
  readonly shard: Shard;
  readonly index: number;
}

class WorkerHost implements ThreadedHost {
  readonly #options: ThreadedHostOptions;
  readonly #threads: LearnerThread[] = [];
  readonly #shards: Shard[] = [];
  /** Places of the streams, as many as there are learners: `evict` follows each stream that is forgotten. */
  readonly #places = new FollowingMap<StreamId, Place>();
  readonly loads = (): readonly ThreadLoad[] =>
    this.#shards.map(({ load }, i) => ({ ...load, activeMs: (this.#threads[i] as LearnerThread).activeMs() }));
  #nextIndex = 0;
  #isFlushDue = false;
  #fail: HostFailure | undefined;
  #error: TidegateError | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ThreadedHostOptions) {
    this.#options = options;
  }

  get backlog(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.backlog, 0);
  }

  start(sink: ForecastSink, fail: HostFailure): void {
    const { threads, entry, data, maxSteps, report, onOutput, onBatch } = this.#options;
    this.#fail = fail;
    for (let i = 0; i < threads; i++) {
      const thread = startLearnerThread({
        entry,
        name: `learner thread ${i + 1}`,
        data,
        onMessage: (message) => shard.receive(message),
        onDeath: (error) => this.#die(error),
        onOutput,
      });
      const shard = new Shard({ post: thread.post, maxSteps, sink, report, onBatch });
      this.#threads.push(thread);
      this.#shards.push(shard);
    }
  }

  /** The others are of no use without it: a part of the streams silent for ever would be worse than a restart. */
  #die(error: TidegateError): void {
    if (this.#isOver()) return;
    this.#error = error;
    for (const shard of this.#shards) shard.close(error);
    this.#fail?.(error);
  }

  push(batch: readonly Step[]): void {
    if (this.#isOver()) {
      this.#refuse(batch);
      return;
    }
    for (const step of batch) {
      const place = this.#places.get(step.stream) ?? this.#open(step.stream);
      if (place !== undefined) place.shard.push(place.index, step);
      else this.#options.report({ type: 'InputDropped', reason: 'learner-failed', topic: step.stream });
    }
    this.#scheduleFlush();
  }

  #refuse(batch: readonly Step[]): void {
    for (const { stream } of batch) this.#options.report({ type: 'InputDropped', reason: 'stopped', topic: stream });
  }

  /** Settings that cannot be had are a bug of ours, and cost what was to be done; the other streams do not notice. */
  #open(stream: StreamId): Place | undefined {
    const { threads, settingsOf, report } = this.#options;
    try {
      const settings = settingsOf(stream);
      const shard = this.#shards[shardOf(stream, threads)];
      const place = { shard, index: this.#nextIndex++ };
      shard.add({ id: stream, index: place.index, settings, horizons: smallestFirst(settings.horizons) });
      this.#places.set(stream, place);
      return place;
    } catch (error) {
      report({ type: 'LearnerFailed', stream, error });
      return undefined;
    }
  }

  instruct(input: Instruction): void {
    const place = this.#places.get(input.stream);
    if (place === undefined || this.#isOver()) return;
    place.shard.instruct(place.index, input);
    this.#scheduleFlush();
  }

  evict(stream: StreamId): void {
    const place = this.#places.get(stream);
    if (place === undefined || this.#isOver()) return;
    this.#places.delete(stream);
    place.shard.evict(place.index);
    this.#scheduleFlush();
  }

  /** Once, after all that this turn brings: steps and evictions come in several calls. */
  #scheduleFlush(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    queueMicrotask(() => {
      this.#isFlushDue = false;
      if (this.#isOver()) return;
      try {
        for (const shard of this.#shards) shard.flush();
      } catch (cause) {
        this.#die(new TidegateError('TG_INTERNAL', 'steps could not be sent to their thread', { cause }));
      }
    });
  }

  #isOver(): boolean {
    return this.#error !== undefined || this.#stopping !== undefined;
  }

  async drain(): Promise<void> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#stopping !== undefined) return;
    const done = this.#shards.map((shard) => shard.ask((ticket) => ({ kind: 'drain', ticket })));
    this.#scheduleFlush();
    await Promise.all(done);
  }

  snapshot(stream: StreamId): Promise<Uint8Array | undefined> {
    return this.#ask(stream, (ticket) => ({ kind: 'snapshot', ticket, stream })) as Promise<Uint8Array | undefined>;
  }

  /** Bound: outlets hold it without its host. */
  readonly inspect = (stream: StreamId): Promise<Inspection | undefined> =>
    this.#ask(stream, (ticket) => ({ kind: 'inspect', ticket, stream })) as Promise<Inspection | undefined>;

  /** Bound as `inspect` is. */
  readonly probe = (stream: StreamId, request: MemoryRequest): Promise<MemoryProbe | NoMemory | undefined> =>
    this.#ask(stream, (ticket) => ({ kind: 'probe', ticket, stream, request })) as Promise<
      MemoryProbe | NoMemory | undefined
    >;

  async #ask(stream: StreamId, make: (ticket: number) => Request): Promise<Answer> {
    if (this.#error !== undefined) throw this.#error;
    const place = this.#places.get(stream);
    if (place === undefined || this.#stopping !== undefined) return undefined;
    const answer = place.shard.ask(make);
    this.#scheduleFlush();
    return answer;
  }

  async restore(stream: StreamId, snapshot: Uint8Array): Promise<RestoreOutcome> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#stopping !== undefined) throw stopped();
    const place = this.#places.get(stream) ?? this.#open(stream);
    // What hinders is reported, and hinders the first step just as well.
    if (place === undefined) return 'damaged';
    const outcome = place.shard.restore(place.index, snapshot);
    this.#scheduleFlush();
    return outcome as Promise<RestoreOutcome>;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
    this.#places.clear();
    const error = this.#error ?? stopped();
    for (const shard of this.#shards) shard.close(error);
  }
}

function stopped(): TidegateError {
  return new TidegateError('TG_INTERNAL', 'the learners were stopped');
}
