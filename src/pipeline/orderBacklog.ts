import type { MonoTypeOperatorFunction, Subscriber } from 'rxjs';
import type { RepeatDetector } from '../domain/receipt.ts';
import { type Delay, toDurationMs } from '../domain/time.ts';
import { type Arrival, bytesOf, ownArrival } from './arrival.ts';
import { createOperator } from './createOperator.ts';
import { inTimeOfTopics } from './inTimeOfTopics.ts';

export interface OrderBacklogOptions {
  readonly repeats: Pick<RepeatDetector, 'isFull' | 'mayOvertake'>;
  /** Bytes that messages may take which wait here. */
  readonly maxBytes: number;
  readonly delay: Delay;
}

/** Between two looks. A source that gives nothing from one to the next has given what it kept. */
const LOOK_MS = toDurationMs(100);
/** Number of looks after which the older ones go while others come all the time. */
const LOOKS_TO_RELEASE = 20;
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
  /** Something has come since the last look; and looks since the first message that waits. */
  #isBusy = false;
  #looks = 0;
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
    this.#looks = 0;
    if (this.#held.length === 0) return;
    const held = inTimeOfTopics(this.#held);
    this.#held = [];
    this.#bytes = 0;
    for (const arrival of held) this.#output.next(arrival);
  }

  stop(): void {
    this.#cancel?.();
    this.#held = [];
  }

  #look(): void {
    this.#cancel = undefined;
    this.#looks++;
    if (!this.#isBusy) {
      this.releaseAll();
      return;
    }
    this.#isBusy = false;
    if (this.#looks % LOOKS_TO_RELEASE === 0) this.#releaseOlder();
    if (this.#held.length === 0) return;
    this.#cancel = this.#options.delay(() => this.#look(), LOOK_MS);
  }

  /** Releases the older half of each topic: the new ones are in the other one. */
  #releaseOlder(): void {
    const held = inTimeOfTopics(this.#held);
    const left = new Map<string, number>();
    for (const { message } of held) left.set(message.topic, (left.get(message.topic) ?? 0) + 1);
    for (const [topic, count] of left) left.set(topic, Math.floor(count / 2));
    const released: Arrival[] = [];
    this.#held = [];
    for (const arrival of held) {
      const { topic } = arrival.message;
      const count = left.get(topic) as number;
      left.set(topic, count - 1);
      (count > 0 ? released : this.#held).push(arrival);
    }
    if (released.length === 0) {
      this.releaseAll();
      return;
    }
    this.#bytes = this.#held.reduce((sum, arrival) => sum + bytesOf(arrival), 0);
    for (const arrival of released) this.#output.next(arrival);
  }
}
