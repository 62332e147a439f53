import type { Observable, OperatorFunction, Subscriber } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Sample } from '../domain/sample.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Recollection } from '../journal/recall.ts';
import type { Suspects } from '../journal/suspects.ts';
import { createOperator } from './createOperator.ts';
import type { Gauge } from './gauge.ts';
import type { PerStreamInput } from './perStream.ts';

/** What `recallWith` asks of whoever keeps the states. */
export interface RecallPort {
  /** @returns whether the sample may go on to its learner; else its stream has to be recalled first */
  note(sample: Sample, position: JournalPosition): boolean;
  /** Never rejects. @param first of the sample that waits for it */
  recall(stream: StreamId, first: JournalPosition): Promise<Recollection>;
}

export interface RecallWithOptions {
  readonly keeper: RecallPort;
  /** Of the sample that is coming in. */
  readonly position: () => JournalPosition;
  /** Streams whose state is to be taken. */
  readonly wanted$: Observable<StreamId>;
  /** Forecasts of the stream up to that moment were published in a life before. */
  readonly onReplayed: (stream: StreamId, until: EpochMs) => void;
  /** Resolves when everything that was handed over so far has been answered and learned. */
  readonly idle: () => Promise<void>;
  readonly suspects: Suspects;
  /** Shows how many samples wait here. */
  readonly gauge: Gauge;
  readonly report: Report;
}

/**
 * Brings the state of a stream back before its first sample: the samples of the stream wait meanwhile, those of others pass.
 * What the journal knows beyond the state goes before them. Completes when nothing waits any more.
 */
export function recallWith(options: RecallWithOptions): OperatorFunction<Sample, PerStreamInput> {
  return createOperator<Sample, PerStreamInput>((output) => {
    const recalls = new Recalls(options, output);
    const wanted = options.wanted$.subscribe((stream) => output.next({ wanted: stream }));
    return {
      next: (sample) => recalls.take(sample),
      complete: () => recalls.complete(),
      stop: () => wanted.unsubscribe(),
    };
  });
}

class Recalls {
  readonly #options: RecallWithOptions;
  readonly #output: Subscriber<PerStreamInput>;
  /** Of streams that are coming: the samples that wait for them. */
  readonly #coming = new Map<StreamId, Sample[]>();
  #isSourceComplete = false;

  constructor(options: RecallWithOptions, output: Subscriber<PerStreamInput>) {
    this.#options = options;
    this.#output = output;
  }

  take(sample: Sample): void {
    const { keeper, position, gauge } = this.#options;
    const waiting = this.#coming.get(sample.stream);
    const mayPass = keeper.note(sample, position());
    if (waiting === undefined && mayPass) {
      this.#output.next(sample);
      return;
    }
    gauge.waiting++;
    if (waiting !== undefined) waiting.push(sample);
    else this.#bring(sample.stream, sample).catch((error: unknown) => this.#output.error(error));
  }

  complete(): void {
    this.#isSourceComplete = true;
    if (this.#coming.size === 0) this.#output.complete();
  }

  async #bring(stream: StreamId, first: Sample): Promise<void> {
    const { keeper, position, gauge } = this.#options;
    const waiting = [first];
    this.#coming.set(stream, waiting);
    const recollection = await keeper.recall(stream, position());
    if (recollection.outcome === 'no-memory') this.#refuse(stream, waiting);
    else {
      if (recollection.carried !== undefined) this.#output.next({ opened: stream, carried: recollection.carried });
      await this.#replay(stream, recollection.tail);
    }
    this.#coming.delete(stream);
    gauge.waiting -= waiting.length;
    if (recollection.outcome !== 'no-memory') for (const sample of waiting) this.#output.next(sample);
    if (this.#isSourceComplete && this.#coming.size === 0) this.#output.complete();
  }

  #refuse(stream: StreamId, waiting: readonly Sample[]): void {
    for (const _ of waiting) this.#options.report({ type: 'InputDropped', reason: 'no-memory', topic: stream });
  }

  /** At once, and under observation: a process that dies of it will do it one by one the next time. */
  async #replay(stream: StreamId, tail: readonly Sample[]): Promise<void> {
    const { suspects, onReplayed, idle } = this.#options;
    const last = tail.at(-1);
    if (last === undefined) return;
    onReplayed(stream, last.at);
    const key = `journal ${stream}`;
    if (suspects.isSuspect(key)) {
      await this.#replayOneByOne(stream, tail);
      return;
    }
    suspects.beginAmong(key, idle);
    for (const sample of tail) this.#output.next(sample);
  }

  async #replayOneByOne(stream: StreamId, tail: readonly Sample[]): Promise<void> {
    const { suspects, idle, report } = this.#options;
    for (const sample of tail) {
      const key = `journal ${stream} ${sample.at}`;
      if (suspects.isQuarantined(key)) {
        report({ type: 'InputDropped', reason: 'quarantined', topic: stream });
        continue;
      }
      await idle();
      suspects.beginAlone(key);
      this.#output.next(sample);
      await idle();
      suspects.endAlone();
    }
  }
}
