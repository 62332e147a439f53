import type { Observable, OperatorFunction, Subscriber } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Sample } from '../domain/sample.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import { type Awaited, AwaitedStreams } from '../state/awaitedStreams.ts';
import type { RecallPort } from '../state/durableState.ts';
import type { Recollection } from '../state/recall.ts';
import type { Suspects } from '../state/suspects.ts';
import { type Comeback, isUrgent, keyOf, keyOfNext } from './comeback.ts';
import { createOperator } from './createOperator.ts';
import type { Gauge } from './gauge.ts';
import type { RoutedInput } from './routedInput.ts';

export interface RecallWithOptions {
  readonly keeper: RecallPort;
  /** Position of the sample that is coming in. */
  readonly position: () => JournalPosition;
  /** Streams whose state is to be taken. */
  readonly wanted$: Observable<StreamId>;
  /** Streams that are to be recalled without waiting for a reading. Default: none. */
  readonly awaited$?: Observable<Awaited> | undefined;
  /** The forecasts of the stream from now on were published in a life before, until routeStreams says that this is over. */
  readonly onReplay: (stream: StreamId) => void;
  /** Steps that wait behind here, and the most that may. */
  readonly backlog: () => number;
  readonly credit: number;
  readonly delay: Delay;
  /** Resolves when everything that was handed over so far has been answered and learned. */
  readonly idle: () => Promise<void>;
  readonly suspects: Suspects;
  /** Shows how many samples wait here. Without end while a tail is on its way: nothing else may come between its samples. */
  readonly gauge: Gauge;
  readonly report: Report;
}

/** Between two looks whether there is room for more of a tail. */
const LOOK_MS = toDurationMs(5);
/** Steps that may wait while a tail goes that no reading waits for. */
const GENTLE_CREDIT = 64;

/**
 * Brings the state of a stream back before its first sample: the samples of the stream wait meanwhile, those of others pass.
 * What the journal knows beyond the state goes before them, as fast as the learners can follow. Completes when nothing waits any more.
 */
export function recallWith(options: RecallWithOptions): OperatorFunction<Sample, RoutedInput> {
  return createOperator<Sample, RoutedInput>((output) => {
    const recalls = new Recalls(options, output);
    output.add(options.wanted$.subscribe((stream) => recalls.checkpoint(stream)));
    output.add(options.awaited$?.subscribe((awaited) => recalls.await(awaited)));
    return {
      next: (sample) => recalls.push(sample),
      complete: () => recalls.complete(),
      stop: () => recalls.stop(),
    };
  });
}

class Recalls {
  readonly #options: RecallWithOptions;
  readonly #output: Subscriber<RoutedInput>;
  /** Samples that wait for their stream, by stream. */
  readonly #coming = new Map<StreamId, Sample[]>();
  /** In the order in which they came back. */
  readonly #back: Comeback[] = [];
  #waiting = 0;
  #isSourceComplete = false;
  #cancel: (() => void) | undefined;
  /** A suspect is under way, alone. */
  #isAlone = false;
  readonly #awaited: AwaitedStreams;
  /** Streams whose tail goes, or pauses: mostly one. */
  readonly #begun = new Set<StreamId>();

  constructor(options: RecallWithOptions, output: Subscriber<RoutedInput>) {
    this.#options = options;
    this.#output = output;
    this.#awaited = new AwaitedStreams({
      delay: options.delay,
      isIdle: () => this.#coming.size === 0 && options.backlog() === 0,
      bring: (stream) => this.#bringAwaited(stream),
    });
  }

  push(sample: Sample): void {
    const { keeper, position } = this.#options;
    const waiting = this.#coming.get(sample.stream);
    const mayPass = keeper.note(sample, position());
    if (waiting === undefined && mayPass) {
      this.#hold(sample.stream);
      this.#output.next(sample);
      return;
    }
    if (waiting === undefined) this.#bring(sample.stream, keeper.recall(sample.stream, position()), [sample]);
    else waiting.push(sample);
    this.#waiting++;
    this.#show();
  }

  /** A stream that is coming has not all of its state here yet. */
  checkpoint(stream: StreamId): void {
    if (!this.#coming.has(stream)) this.#output.next({ wanted: stream });
  }

  /** The last forecast of the stream is to be published again, with no reading to bring it back. */
  await(awaited: Awaited): void {
    if (!this.#isSourceComplete) this.#awaited.add(awaited);
  }

  complete(): void {
    this.#isSourceComplete = true;
    this.#awaited.clear();
    if (this.#coming.size === 0) this.#output.complete();
  }

  stop(): void {
    this.#cancel?.();
    this.#awaited.clear();
  }

  /** The process may have died of its tail: that is risked for a reading only. */
  #bringAwaited(stream: StreamId): void {
    const { keeper, position, suspects } = this.#options;
    if (suspects.isSuspect(keyOf(stream))) return;
    const recollection = keeper.recallAwaited?.(stream, position() + 1);
    if (recollection !== undefined) this.#bring(stream, recollection, []);
  }

  #bring(stream: StreamId, coming: Promise<Recollection>, waiting: Sample[]): void {
    this.#coming.set(stream, waiting);
    coming
      .then((recollection) => {
        if (this.#output.closed) return;
        this.#back.push({ stream, recollection, waiting, isOpened: false, isSuspect: false, place: 0 });
        if (this.#back.length === 1) this.#release();
      })
      .catch((error: unknown) => this.#output.error(error));
  }

  /** One stream after the other; those that readings wait for first. */
  #release(): void {
    this.#cancel = undefined;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (!this.#pass(next)) {
        if (!this.#isAlone) this.#cancel = this.#options.delay(() => this.#release(), LOOK_MS);
        break;
      }
      this.#back.splice(this.#back.indexOf(next), 1);
      this.#coming.delete(next.stream);
      this.#begun.delete(next.stream);
      this.#waiting -= next.waiting.length;
    }
    this.#show();
    if (this.#isSourceComplete && this.#coming.size === 0) this.#output.complete();
  }

  /**
   * A stream that no reading waits for may pause in the middle of its tail. Before something goes to another stream it
   * is used, so that it is never the one that makes room: half a tail would be taken for the whole.
   */
  #hold(before: StreamId): void {
    for (const held of this.#begun) if (held !== before) this.#output.next({ held });
  }

  #next(): Comeback | undefined {
    return this.#back.find(isUrgent) ?? this.#back[0];
  }

  /** @returns false where the learners have to catch up first */
  #pass(comeback: Comeback): boolean {
    const { backlog, credit, report } = this.#options;
    const { stream, recollection, waiting } = comeback;
    const { outcome, tail } = recollection;
    if (outcome === 'no-memory') {
      for (const _ of waiting) report({ type: 'InputDropped', reason: 'no-memory', topic: stream });
      return true;
    }
    this.#open(comeback);
    while (comeback.place < tail.length + waiting.length) {
      if (backlog() >= (isUrgent(comeback) ? credit : Math.min(credit, GENTLE_CREDIT))) return false;
      if (comeback.isSuspect && comeback.place < tail.length && !this.#isQuarantined(comeback)) {
        this.#passAlone(comeback).catch((error: unknown) => this.#output.error(error));
        return false;
      }
      this.#passNext(comeback);
    }
    return true;
  }

  #passNext(comeback: Comeback): void {
    const { stream, recollection, waiting, isSuspect } = comeback;
    const { tail } = recollection;
    const place = comeback.place++;
    this.#hold(stream);
    // Of a suspect only what is in quarantine comes here.
    if (place >= tail.length || !isSuspect) {
      this.#output.next((place < tail.length ? tail.at(place) : waiting[place - tail.length]) as Sample);
    }
    if (place === tail.length - 1) this.#output.next({ replayed: stream });
  }

  #isQuarantined(comeback: Comeback): boolean {
    const { suspects, report } = this.#options;
    if (!suspects.isQuarantined(keyOfNext(comeback))) return false;
    report({ type: 'InputDropped', reason: 'quarantined', topic: comeback.stream });
    return true;
  }

  async #passAlone(comeback: Comeback): Promise<void> {
    const { suspects, idle } = this.#options;
    const { tail } = comeback.recollection;
    this.#isAlone = true;
    await idle();
    suspects.beginAlone(keyOfNext(comeback));
    this.#hold(comeback.stream);
    this.#output.next(tail.at(comeback.place) as Sample);
    await idle();
    suspects.endAlone();
    this.#isAlone = false;
    if (comeback.place++ === tail.length - 1) this.#output.next({ replayed: comeback.stream });
    this.#release();
  }

  #open(comeback: Comeback): void {
    if (comeback.isOpened) return;
    comeback.isOpened = true;
    const { stream, recollection } = comeback;
    const { outcome, tail } = recollection;
    this.#hold(stream);
    this.#begun.add(stream);
    if (outcome === 'restored') this.#output.next({ opened: stream });
    if (tail.length === 0) return;
    const { suspects, idle, onReplay } = this.#options;
    onReplay(stream);
    const key = keyOf(stream);
    comeback.isSuspect = suspects.isSuspect(key);
    if (!comeback.isSuspect) suspects.beginAmong(key, idle);
  }

  #show(): void {
    this.#options.gauge.waiting = this.#back.some(isUrgent) ? Number.POSITIVE_INFINITY : this.#waiting;
  }
}
