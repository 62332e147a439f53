import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { ForecastSink, LearnerHost } from '../domain/learnerHost.ts';
import type { Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import { KernelFullError } from '../kernel/kernel.ts';
import type { Learner } from '../learner/learner.ts';

export interface InlineHostOptions {
  /** A KernelFullError of it is no failure: the step is dropped, and the next one of its stream asks again. */
  readonly learnerFor: (stream: StreamId) => Learner;
  /** A learner has given its memory back. */
  readonly onFreed?: () => void;
  readonly report: Report;
}

/**
 * Learners on this thread. All forecasts of a batch leave before its learning runs, wherever the order within a stream
 * allows: a stream that comes twice in a batch learns in between.
 */
export function createInlineHost(options: InlineHostOptions): LearnerHost {
  const roster = new Roster(options);
  let hand: ForecastSink = () => undefined;
  return {
    start(sink) {
      hand = sink;
    },
    push(batch) {
      const forecasts: Forecast[] = [];
      for (const step of batch) {
        const forecast = roster.answer(step);
        if (forecast !== undefined) forecasts.push(forecast);
      }
      if (forecasts.length > 0) hand(forecasts);
      for (const step of batch) roster.learn(step.stream);
    },
    drain: () => Promise.resolve(),
    evict: (stream) => roster.evict(stream),
    snapshot: async (stream) => roster.snapshot(stream),
    stop() {
      roster.evictAll();
      return Promise.resolve();
    },
  };
}

/** The learners that are alive, and what becomes of one that throws. */
class Roster {
  readonly #options: InlineHostOptions;
  readonly #learners = new Map<StreamId, Learner>();

  constructor(options: InlineHostOptions) {
    this.#options = options;
  }

  /** undefined: no learner could be made, or it failed; that is reported. */
  answer(step: Step): Forecast | undefined {
    const learner = this.#learners.get(step.stream) ?? this.#open(step.stream);
    try {
      return learner?.step(step);
    } catch (error) {
      this.#fail(step.stream, error);
      return undefined;
    }
  }

  learn(stream: StreamId): void {
    try {
      this.#learners.get(stream)?.learn();
    } catch (error) {
      this.#fail(stream, error);
    }
  }

  snapshot(stream: StreamId): Uint8Array | undefined {
    return this.#learners.get(stream)?.snapshot();
  }

  evict(stream: StreamId): void {
    const learner = this.#learners.get(stream);
    if (learner === undefined) return;
    this.#learners.delete(stream);
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
