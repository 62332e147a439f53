import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import { FollowingMap } from '../domain/followingMap.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import { ForecastRow } from '../domain/forecastRow.ts';
import type { Inspection } from '../domain/inspection.ts';
import type { ForecastSink, LearnerHost, RestoreOutcome } from '../domain/learnerHost.ts';
import type { MemoryProbe, MemoryRequest, NoMemory } from '../domain/memoryProbe.ts';
import type { Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Instruction } from '../domain/streamInput.ts';
import { KernelFullError } from '../kernel/kernel.ts';
import type { Learner } from '../learner/learner.ts';
import { probeSnapshot } from '../learner/probe/probeMemory.ts';
import { SnapshotError } from '../model/snapshotFormat.ts';

/**
 * Makes the learner of a stream, or lets it go on from a snapshot.
 * @throws SnapshotError where the snapshot cannot be used
 */
type LearnerFor = (stream: StreamId, snapshot?: Uint8Array) => Learner;

type Look = (snapshot: Uint8Array, stream: StreamId, request: MemoryRequest) => MemoryProbe | NoMemory;

export interface InlineHostOptions {
  /** A KernelFullError of it is no failure: the step is dropped, and the next one of its stream asks again. */
  readonly learnerFor: LearnerFor;
  /** A learner has given its memory back. */
  readonly onFreed?: () => void;
  readonly report: Report;
  /** Looks into what a learner's snapshot says of its memory. Default: `probeSnapshot`. */
  readonly look?: Look;
  /**
   * Runs the learning of a batch behind what its forecasts have led to by then: bytes that leave the process first are still in the cache, and
   * need not wait. Whatever else is asked of the host comes after it. Default: at once.
   */
  readonly putOff?: (learn: () => void) => void;
  /** Called for each batch once its forecasts are out. @param ms time that they took. Default: none is counted */
  readonly onBatch?: (steps: number, ms: number) => void;
}

/**
 * Learners on this thread. All forecasts of a batch leave before its learning runs, wherever the order within a stream
 * allows: a stream that comes twice in a batch learns in between.
 */
export function createInlineHost(options: InlineHostOptions): LearnerHost {
  const table = new LearnerTable(options);
  const row = new ForecastRow();
  let forecasts: ForecastSink | undefined;
  let isStopped = false;
  const { putOff = (learn) => learn(), onBatch } = options;
  const learn = (): void => table.learn();
  return {
    /** `push` answers before it returns. */
    backlog: 0,
    start(sink) {
      forecasts = sink;
    },
    push(batch) {
      table.learn();
      const from = onBatch === undefined ? 0 : performance.now();
      for (let i = 0; i < batch.length; i++) {
        const forecast = table.answer(batch, i, row);
        if (forecast !== undefined) forecasts?.take(forecast);
      }
      forecasts?.endBatch();
      onBatch?.(batch.length, performance.now() - from);
      putOff(learn);
    },
    async drain() {
      table.learn();
    },
    instruct: (input) => table.instruct(input),
    evict(stream) {
      table.learn();
      table.evict(stream);
    },
    snapshot: async (stream) => table.snapshot(stream),
    inspect: async (stream) => table.inspect(stream),
    probe: async (stream, request) => table.probe(stream, request),
    async restore(stream, snapshot) {
      if (isStopped) throw new TidegateError('TG_INTERNAL', 'the learners were stopped');
      return table.restore(stream, snapshot);
    },
    stop() {
      isStopped = true;
      table.evictAll();
      return Promise.resolve();
    },
  };
}

/** The learners that are alive, and what becomes of one that throws. */
class LearnerTable {
  readonly #options: InlineHostOptions;
  readonly #learners = new FollowingMap<StreamId, Learner>();
  /**
   * Learners that have answered since the last learning, in that order; a second look for each by its name would cost
   * as much again.
   */
  readonly #answered: (Learner | undefined)[] = [];
  readonly #streams: StreamId[] = [];
  /** Length of both; behind it nothing is held. */
  #count = 0;
  /** Learners of the next two steps of the batch; undefined: there is none, or it has to be looked up again. */
  #next: Learner | undefined;
  #afterNext: Learner | undefined;
  /** Nothing reads it: numbers that are fetched ahead have to go somewhere. */
  fetched = 0;

  constructor(options: InlineHostOptions) {
    this.#options = options;
  }

  /**
   * Answers step `i` of the batch; steps are asked for in their order.
   * @param row of the last answer, for this one
   * @returns undefined: no learner could be made, or it failed; that is reported
   */
  answer(batch: readonly Step[], i: number, row: ForecastRow): BorrowedForecast | undefined {
    const step = batch[i];
    const learner = this.#lookAhead(batch, i) ?? this.#learners.get(step.stream) ?? this.#open(step.stream);
    try {
      if (learner === undefined) return undefined;
      const forecast = learner.step(step, row);
      // In place: an array that is emptied grows anew with each batch.
      this.#answered[this.#count] = learner;
      this.#streams[this.#count++] = step.stream;
      return forecast;
    } catch (error) {
      this.#fail(step.stream, error);
      return undefined;
    }
  }

  /** Looks up the learner of the step after the next, and fetches ahead what the next two will read. @returns the learner of step `i`, where it was looked up */
  #lookAhead(batch: readonly Step[], i: number): Learner | undefined {
    if (i === 0) {
      this.#next = this.#learners.get(batch[0].stream);
      this.#afterNext = batch.length > 1 ? this.#learners.get(batch[1].stream) : undefined;
    }
    const learner = this.#next;
    this.#next = this.#afterNext;
    this.#afterNext = i + 2 < batch.length ? this.#learners.get(batch[i + 2].stream) : undefined;
    this.fetched = (this.#afterNext?.prefetch(2) ?? 0) + (this.#next?.prefetch(1) ?? 0);
    return learner;
  }

  /** Lets all that have answered and have not learned yet learn. */
  learn(): void {
    // By index, and to the end as it is then: one that fails is taken out on the way.
    for (let i = 0; i < this.#count; i++) {
      try {
        this.#answered[i]?.learn();
      } catch (error) {
        this.#fail(this.#streams[i], error);
      }
      this.#answered[i] = undefined;
    }
    this.#count = 0;
  }

  /** A stream without a learner has nothing that an input beside its readings could change. */
  instruct(input: Instruction): void {
    this.learn();
    const { stream } = input;
    try {
      const reason = this.#learners.get(stream)?.instruct(input);
      if (reason !== undefined) this.#options.report({ type: 'InputDropped', reason, topic: stream });
    } catch (error) {
      this.#fail(stream, error);
    }
  }

  snapshot(stream: StreamId): Uint8Array | undefined {
    this.learn();
    return this.#learners.get(stream)?.snapshot();
  }

  inspect(stream: StreamId): Inspection | undefined {
    this.learn();
    return this.#learners.get(stream)?.inspect();
  }

  probe(stream: StreamId, request: MemoryRequest): MemoryProbe | NoMemory | undefined {
    const { look = probeSnapshot } = this.#options;
    const snapshot = this.snapshot(stream);
    return snapshot && look(snapshot, stream, request);
  }

  /** The new learner is there before an old one goes: where it cannot be made the stream is as before. */
  restore(stream: StreamId, snapshot: Uint8Array): RestoreOutcome {
    let learner: Learner;
    try {
      learner = this.#options.learnerFor(stream, snapshot);
    } catch (error) {
      if (error instanceof SnapshotError) return error.fault;
      if (error instanceof KernelFullError) return 'no-memory';
      // No outcome names a bug of ours. The caller may then try an older snapshot.
      this.#tell(stream, error);
      return 'damaged';
    }
    this.evict(stream);
    this.#learners.set(stream, learner);
    return 'restored';
  }

  evict(stream: StreamId): void {
    const learner = this.#learners.get(stream);
    if (learner === undefined) return;
    this.#learners.delete(stream);
    // They may be the one that goes.
    this.#next = undefined;
    this.#afterNext = undefined;
    for (let i = 0; i < this.#count; i++) {
      if (this.#answered[i] === learner) this.#answered[i] = undefined;
    }
    try {
      learner.free();
    } catch (error) {
      this.#tell(stream, error);
    }
    this.#options.onFreed?.();
  }

  evictAll(): void {
    for (const stream of [...this.#learners.keys()]) this.evict(stream);
  }

  #open(stream: StreamId): Learner | undefined {
    const { learnerFor, report } = this.#options;
    try {
      const learner = learnerFor(stream);
      this.#learners.set(stream, learner);
      return learner;
    } catch (error) {
      if (error instanceof KernelFullError) report({ type: 'InputDropped', reason: 'no-memory', topic: stream });
      else this.#fail(stream, error);
      return undefined;
    }
  }

  /** A learner that throws is a bug of ours: it is given up, the stream begins anew, the others do not notice. */
  #fail(stream: StreamId, error: unknown): void {
    this.#tell(stream, error);
    this.#options.report({ type: 'InputDropped', reason: 'learner-failed', topic: stream });
    this.evict(stream);
  }

  #tell(stream: StreamId, error: unknown): void {
    this.#options.report({ type: 'LearnerFailed', stream, error });
  }
}
