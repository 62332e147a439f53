import type { OperatorFunction, Subscriber } from 'rxjs';
import { ownInput } from '../domain/sampleRow.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { isReturn, type Return, type StreamInput } from '../domain/streamInput.ts';
import { toDurationMs } from '../domain/time.ts';
import { type Awaited, AwaitedStreams } from '../state/awaitedStreams.ts';
import type { RestoreResult } from '../state/stateRestorer.ts';
import { BegunTails } from './begunTails.ts';
import { createOperator } from './createOperator.ts';
import { type Departure, Departures } from './departure.ts';
import { isQuarantined, isUrgent, keyOf, keyOfNext, type PendingRestore, refuseAll } from './pendingRestore.ts';
import type { RestoreWithOptions } from './restoreOptions.ts';
import type { RoutedInput } from './routedInput.ts';

/** Between two looks whether there is room for more of a tail. */
const LOOK_MS = toDurationMs(5);
/** Steps that may wait while a tail goes that no reading waits for. */
const GENTLE_CREDIT = 64;
/** Answer for a stream that was to leave and is not here. */
const NOT_GONE: RestoreResult = { outcome: 'none', tail: [], firstTail: undefined };

/**
 * Brings the state of a stream back before its first input: the inputs of the stream wait meanwhile, as copies; those of others pass.
 * What the journal knows beyond the state goes before them, as fast as the learners can follow. Completes when nothing waits any more.
 */
export function restoreWith(options: RestoreWithOptions): OperatorFunction<StreamInput, RoutedInput> {
  return createOperator<StreamInput, RoutedInput>((output) => {
    const restores = new Restores(options, output);
    output.add(options.wanted$.subscribe((stream) => restores.checkpoint(stream)));
    output.add(options.awaited$?.subscribe((awaited) => restores.await(awaited)));
    output.add(options.departures$?.subscribe((departure) => restores.leave(departure)));
    return {
      next: (input) => restores.push(input),
      complete: () => restores.complete(),
      stop: () => restores.stop(),
    };
  });
}

class Restores {
  readonly #options: RestoreWithOptions;
  readonly #output: Subscriber<RoutedInput>;
  /** Inputs that wait for their stream, by stream. */
  readonly #restoring = new Map<StreamId, StreamInput[]>();
  /** In the order in which they came back. */
  readonly #restored: PendingRestore[] = [];
  #waiting = 0;
  #isSourceComplete = false;
  #cancel: (() => void) | undefined;
  /** A suspect is under way, alone. */
  #isAlone = false;
  readonly #awaited: AwaitedStreams;
  readonly #departures: Departures;
  /** Positions of orders to go on with another state, until they are done. */
  readonly #orders = new WeakMap<Return, JournalPosition>();
  readonly #begun: BegunTails;

  constructor(options: RestoreWithOptions, output: Subscriber<RoutedInput>) {
    this.#options = options;
    this.#output = output;
    this.#begun = new BegunTails((hold) => output.next(hold));
    this.#awaited = new AwaitedStreams({
      delay: options.delay,
      isIdle: () => this.#restoring.size === 0 && options.backlog() === 0,
      bring: (stream) => this.#beginAwaited(stream),
    });
    this.#departures = new Departures({
      wait: (awaited) => this.await(awaited),
      mayLeave: (stream) => !this.#restoring.has(stream) && options.residency.mayLeave !== false,
      pass: (routed) => output.next(routed),
    });
  }

  push(input: StreamInput): void {
    const { residency, position } = this.#options;
    const waiting = this.#restoring.size === 0 ? undefined : this.#restoring.get(input.stream);
    const mayPass = residency.note(input, position());
    if (isReturn(input)) this.#orders.set(input, position());
    if (waiting === undefined && mayPass) {
      if (isReturn(input)) this.#rewind(input, []);
      else this.#passOn(input);
      return;
    }
    if (waiting === undefined)
      this.#begin(input.stream, residency.restore(input.stream, position()), [ownInput(input)]);
    else waiting.push(ownInput(input));
    this.#waiting++;
    this.#show();
  }

  /** Skips a stream that is being restored: its state is not whole yet. */
  checkpoint(stream: StreamId): void {
    if (!this.#restoring.has(stream)) this.#output.next({ wanted: stream });
  }

  /** Restores a stream without an input: its last forecast is published again. */
  await(awaited: Awaited): void {
    if (!this.#isSourceComplete) this.#awaited.add(awaited);
  }

  /** Lets a stream leave when its turn has come; and come back, where it is renewed. */
  leave(departure: Departure): void {
    this.#departures.add(departure);
  }

  #passOn(input: StreamInput): void {
    this.#begun.hold(input.stream);
    this.#output.next(input);
  }

  /** Lets a stream leave and come back with another state. @param rest inputs that have come since */
  #rewind(order: Return, rest: StreamInput[]): void {
    const { orders } = this.#options.residency;
    const first = (this.#orders.get(order) ?? this.#options.position()) + 1;
    const source = orders?.sourceOf(order);
    if (source !== undefined) this.#output.next({ retired: source });
    const hasLeft = new Promise<void>((left) => this.#output.next({ rewound: order.stream, left }));
    this.#begin(order.stream, orders?.comeBack(order, first, hasLeft) ?? Promise.resolve(NOT_GONE), rest);
  }

  complete(): void {
    this.#isSourceComplete = true;
    this.#awaited.clear();
    if (this.#restoring.size === 0) this.#output.complete();
  }

  stop(): void {
    this.#cancel?.();
    this.#awaited.clear();
  }

  /** The process may have died of its tail: that is risked for a reading only. */
  #beginAwaited(stream: StreamId): void {
    const { residency, position, poison } = this.#options;
    if (poison.isSuspect(keyOf(stream))) return;
    const result = residency.restoreAwaited?.(stream, position() + 1);
    if (result !== undefined) this.#begin(stream, result, []);
  }

  #begin(stream: StreamId, coming: Promise<RestoreResult>, waiting: StreamInput[]): void {
    this.#restoring.set(stream, waiting);
    coming
      .then((result) => {
        if (this.#output.closed) return;
        this.#restored.push({ stream, result, waiting, isOpened: false, isSuspect: false, place: 0, next: undefined });
        if (this.#restored.length === 1) this.#release();
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
      this.#restored.splice(this.#restored.indexOf(next), 1);
      this.#restoring.delete(next.stream);
      this.#begun.end(next.stream);
      this.#options.residency.hasCome(next.stream);
      this.#waiting -= next.waiting.length;
      if (next.next !== undefined) this.#rewind(...next.next);
    }
    this.#show();
    if (this.#isSourceComplete && this.#restoring.size === 0) this.#output.complete();
  }

  #next(): PendingRestore | undefined {
    return this.#restored.find(isUrgent) ?? this.#restored[0];
  }

  /** @returns false where the learners have to catch up first */
  #pass(pending: PendingRestore): boolean {
    const { backlog, credit } = this.#options;
    const { result, waiting } = pending;
    const { outcome, tail } = result;
    if (outcome === 'no-memory') {
      refuseAll(waiting, this.#options);
      return true;
    }
    this.#open(pending);
    while (pending.place < tail.length + waiting.length) {
      if (backlog() >= (isUrgent(pending) ? credit : Math.min(credit, GENTLE_CREDIT))) return false;
      if (pending.isSuspect && pending.place < tail.length && !isQuarantined(pending, this.#options)) {
        this.#passAlone(pending).catch((error: unknown) => this.#output.error(error));
        return false;
      }
      this.#passNext(pending);
    }
    return true;
  }

  #passNext(pending: PendingRestore): void {
    const { stream, result, isSuspect } = pending;
    const { tail } = result;
    const place = pending.place++;
    this.#begun.hold(stream);
    // Of a suspect only what is in quarantine comes here.
    if (place >= tail.length) this.#passWaiting(pending, place - tail.length);
    else if (!isSuspect) this.#output.next(tail.at(place) as StreamInput);
    if (place === tail.length - 1) this.#output.next({ replayed: stream });
  }

  /** Inputs behind an order to go on with another state wait until that is done. */
  #passWaiting(pending: PendingRestore, place: number): void {
    const input = pending.waiting[place];
    if (isReturn(input)) pending.next = [input, pending.waiting.splice(place + 1)];
    else this.#output.next(input);
  }

  async #passAlone(pending: PendingRestore): Promise<void> {
    const { poison, idle } = this.#options;
    const { tail } = pending.result;
    this.#isAlone = true;
    await idle();
    poison.beginIsolated(keyOfNext(pending));
    this.#begun.hold(pending.stream);
    this.#output.next(tail.at(pending.place) as StreamInput);
    await idle();
    poison.endIsolated();
    this.#isAlone = false;
    if (pending.place++ === tail.length - 1) this.#output.next({ replayed: pending.stream });
    this.#release();
  }

  #open(pending: PendingRestore): void {
    if (pending.isOpened) return;
    pending.isOpened = true;
    const { stream, result } = pending;
    const { outcome, tail } = result;
    this.#begun.hold(stream);
    this.#begun.begin(stream);
    if (outcome === 'restored') this.#output.next({ opened: stream });
    if (tail.length === 0) return;
    const { poison, idle, onReplay } = this.#options;
    onReplay(stream);
    const key = keyOf(stream);
    pending.isSuspect = poison.isSuspect(key);
    if (!pending.isSuspect) poison.beginBatch(key, idle);
  }

  #show(): void {
    this.#options.depth.waiting = this.#restored.some(isUrgent) ? Number.POSITIVE_INFINITY : this.#waiting;
  }
}
