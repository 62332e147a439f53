import type { MonoTypeOperatorFunction, Subscriber } from 'rxjs';
import type { RepeatDetector } from '../domain/receipt.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import { type Arrival, bytesOf, ownArrival } from './arrival.ts';
import { inBundles } from './bundle.ts';
import { createOperator } from './createOperator.ts';
import { inTimeOfTopics, tellsTime } from './inTimeOfTopics.ts';

export interface OrderBacklogOptions {
  readonly repeats: Pick<RepeatDetector, 'isFull' | 'mayOvertake'>;
  /** Bytes that messages may take which wait here. */
  readonly maxBytes: number;
  readonly delay: Delay;
}

/** Between two looks. A source that gives nothing from one to the next has given what it kept. */
const LOOK_MS = toDurationMs(100);
/** Messages that wait, at most. */
const MOST_HELD = 4096;

/**
 * Puts right what a source mixes: one that still gives what it kept while we were away may give new messages among it, which are ahead of their
 * time then. They are held, as copies, until it pauses or waits for us; what is new goes behind what was kept of its topic
 * (`inTimeOfTopics`). This comes before the journal: what is decided by a timer here is certain behind it. Messages of a source that gives
 * everything in order pass as they come.
 */
export function orderBacklog(options: OrderBacklogOptions): MonoTypeOperatorFunction<Arrival> {
  return createOperator<Arrival, Arrival>((output) => {
    const backlog = new HeldBacklog(options, output);
    return {
      next: (arrival) => backlog.push(arrival),
      complete() {
        backlog.releaseAll();
        output.complete();
      },
      // What waits is owed an acknowledgement: the source gives it again.
      stop: () => backlog.stop(),
    };
  });
}

class HeldBacklog {
  readonly #options: OrderBacklogOptions;
  readonly #output: Subscriber<Arrival>;
  /** In the order of receipt. */
  #held: Arrival[] = [];
  #bytes = 0;
  /** Something has come since the last look. */
  #isBusy = false;
  #cancel: (() => void) | undefined;

  constructor(options: OrderBacklogOptions, output: Subscriber<Arrival>) {
    this.#options = options;
    this.#output = output;
  }

  push(arrival: Arrival): void {
    const { receipt } = arrival.message;
    if (receipt === undefined || !this.#options.repeats.mayOvertake(receipt)) {
      // Without a receipt it was not kept for us: it is of none of the messages that wait.
      if (receipt !== undefined) this.releaseAll();
      this.#output.next(arrival);
      return;
    }
    const own = ownArrival(arrival);
    this.#held.push(own);
    this.#bytes += bytesOf(own);
    this.#isBusy = true;
    if (this.#options.repeats.isFull(receipt, this.#held.length)) this.releaseAll();
    else if (this.#held.length >= MOST_HELD || this.#bytes > this.#options.maxBytes) this.#releaseOlder();
    else this.#cancel ??= this.#options.delay(() => this.#look(), LOOK_MS);
  }

  releaseAll(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    this.#bytes = 0;
    for (const arrival of inBundles(held, orderOf(held))) this.#output.next(arrival);
  }

  stop(): void {
    this.#cancel?.();
    this.#held = [];
  }

  #look(): void {
    this.#cancel = undefined;
    if (!this.#isBusy) {
      this.releaseAll();
      return;
    }
    this.#isBusy = false;
    this.#cancel = this.#options.delay(() => this.#look(), LOOK_MS);
  }

  /** Releases the older half of each topic: the new ones are in the other one. What tells no time stays behind what came before it. */
  #releaseOlder(): void {
    const held = this.#held;
    const ordered = orderOf(held);
    const timed = new Map<string, number>();
    for (const arrival of ordered.filter(tellsTime)) {
      const { topic } = arrival.message;
      timed.set(topic, (timed.get(topic) ?? 0) + 1);
    }
    const older = new Map([...timed].map(([topic, count]) => [topic, Math.floor(count / 2)]));
    const staying = new Set<string>();
    const released = new Set<Arrival>();
    for (const arrival of ordered) {
      const { topic } = arrival.message;
      const left = older.get(topic) ?? 0;
      if (tellsTime(arrival)) {
        older.set(topic, left - 1);
        if (left <= 0) staying.add(topic);
      }
      if (!staying.has(topic)) released.add(arrival);
    }
    if (released.size === 0) {
      this.releaseAll();
      return;
    }
    this.#held = held.filter((arrival) => !released.has(arrival));
    this.#bytes = this.#held.reduce((sum, arrival) => sum + bytesOf(arrival), 0);
    const first = held.filter((arrival) => released.has(arrival));
    for (const arrival of inBundles(first, [...released])) this.#output.next(arrival);
  }
}

/** A broker that says of a message that it may have sent it before mixes nothing. */
function orderOf(held: readonly Arrival[]): readonly Arrival[] {
  return held.some(({ message }) => message.receipt?.isRedelivery) ? held : inTimeOfTopics(held);
}
