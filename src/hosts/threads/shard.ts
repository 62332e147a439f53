import { TidegateError } from '../../domain/errors.ts';
import type { Report } from '../../domain/events.ts';
import type { ForecastSink } from '../../domain/learnerHost.ts';
import type { Step } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Instruction } from '../../domain/streamInput.ts';
import { rowsOfBatch } from './batchSizer.ts';
import { readForecasts } from './forecastRows.ts';
import { ANSWER_HEADING, type Answer, type FromThread, type Post, type Request, type ToThread } from './messages.ts';
import { Requests } from './requests.ts';
import type { ShardStream } from './shardStream.ts';
import { StepRing } from './stepRing.ts';
import { evictedBy, evictionOf, firstsOf, flagsOf, isEviction } from './stepRows.ts';
import { StreamAnnouncements } from './streamAnnouncements.ts';

export interface ShardOptions {
  readonly post: Post<ToThread>;
  /** Most steps that it may have and not have answered: the caller of `push` looks at `backlog` before. */
  readonly maxSteps: number;
  readonly sink: ForecastSink;
  readonly report: Report;
  /** Hears of each batch that was answered: its steps, and the time from when it was sent, in ms. */
  readonly onBatch?: ((steps: number, ms: number) => void) | undefined;
}

/** Work that one thread has. */
export interface ShardLoad {
  /** Steps that wait for it. */
  readonly waiting: number;
  /** Time in ms for which the oldest batch that it was sent has had no answer; 0: there is none. */
  readonly unansweredMs: number;
}

/** A batch that is not answered yet. */
interface Sent {
  /** First numbers of its rows. */
  readonly firsts: Float64Array;
  /** ms of a clock that only runs forward. */
  readonly at: number;
}

/** A third batch would only wait in the thread's mailbox. */
const MOST_UNANSWERED = 2;

/**
 * The streams of one thread, seen from the main thread: a queue before it, and a window of two batches that it has
 * not answered. An answer leaves the thread before it learns, so while it learns the next batch is on its way.
 */
export class Shard {
  readonly #post: Post<ToThread>;
  readonly #sink: ForecastSink;
  readonly #report: Report;
  readonly #onBatch: ShardOptions['onBatch'];
  readonly #maxSteps: number;
  readonly #queue = new StepRing();
  readonly #announcements = new StreamAnnouncements();
  readonly #requests = new Requests();
  /** By index, for as long as rows or forecasts of the stream may be on their way. */
  readonly #streams = new Map<number, ShardStream>();
  /** Oldest first. */
  readonly #unanswered: Sent[] = [];
  #msPerRow = Number.NaN;
  /** Steps pushed and not answered. */
  #backlog = 0;

  constructor({ post, maxSteps, sink, report, onBatch }: ShardOptions) {
    this.#onBatch = onBatch;
    this.#post = post;
    this.#maxSteps = maxSteps;
    this.#sink = sink;
    this.#report = report;
  }

  get load(): ShardLoad {
    const [oldest] = this.#unanswered;
    return { waiting: this.#queue.length, unansweredMs: oldest === undefined ? 0 : performance.now() - oldest.at };
  }

  get backlog(): number {
    return this.#backlog;
  }

  /** A stream begins; `push` names it by its index. */
  add(stream: ShardStream): void {
    this.#streams.set(stream.index, stream);
    this.#announcements.expect(stream.index);
  }

  /** @throws TidegateError TG_INTERNAL where there is no room: the step is in the journal, so it must not be left out */
  push(index: number, step: Step): void {
    if (this.#backlog >= this.#maxSteps) {
      throw new TidegateError('TG_INTERNAL', `more than ${this.#maxSteps} steps for one learner thread`);
    }
    this.#backlog++;
    const { at, zoneOffset, value, inputs } = step;
    this.#queue.push(index, at, zoneOffset, value, flagsOf(step), inputs);
  }

  evict(index: number): void {
    this.#queue.push(evictionOf(index), 0, 0, 0);
  }

  /** Resolves with the answer to what is asked after all rows pushed so far. */
  ask(make: (ticket: number) => Request): Promise<Answer> {
    return this.#requests.ask(this.#queue.pushed, make);
  }

  /** Hands over an input beside the readings, in its place among the rows. */
  instruct(index: number, input: Instruction): void {
    // A thread that dies says so to the host.
    this.ask((ticket) => ({ kind: 'instruct', ticket, index, input })).catch(() => undefined);
  }

  /** Hands over what a stream begins with. Its thread hears of the stream at once: an eviction then finds it known. */
  restore(index: number, snapshot: Uint8Array): Promise<Answer> {
    this.#introduce(Float64Array.of(index));
    // A copy of exactly these bytes, to be given away: what they lie in may be larger, and another's.
    const bytes = new Uint8Array(snapshot);
    return this.ask((ticket) => ({ kind: 'restore', ticket, index, snapshot: bytes }));
  }

  /** Sends what may be sent: to be called at the end of a turn. */
  flush(): void {
    for (;;) {
      const before = this.#requests.rowsBeforeNext(this.#queue.left);
      const request = before === 0 ? this.#requests.takeNext() : undefined;
      if (request !== undefined) {
        this.#post(request, request.kind === 'restore' ? [request.snapshot.buffer as ArrayBuffer] : []);
        continue;
      }
      const most = rowsOfBatch(this.#msPerRow);
      const count = Math.min(most, before, this.#queue.length);
      if (!this.#mayHaveAnother(count, most)) return;
      this.#send(this.#queue.take(count));
    }
  }

  /** A second one only where it is worth its message: a small one would wait for the learning of the first in any case. */
  #mayHaveAnother(count: number, most: number): boolean {
    const unanswered = this.#unanswered.length;
    if (count === 0 || unanswered >= MOST_UNANSWERED) return false;
    return unanswered === 0 || count * 2 >= most;
  }

  #send(rows: Float64Array): void {
    const firsts = firstsOf(rows);
    this.#introduce(firsts);
    this.#post(rows, [rows.buffer as ArrayBuffer]);
    this.#unanswered.push({ firsts, at: performance.now() });
  }

  #introduce(indexes: Float64Array): void {
    const introduction = this.#announcements.before(indexes, this.#streams);
    if (introduction !== undefined) this.#post(introduction);
  }

  /** @throws RangeError for a message that cannot have come from a learner thread */
  receive(message: FromThread): void {
    if (message instanceof Float64Array) this.#answer(message);
    else if (message.kind === 'events') for (const event of message.events) this.#report(event);
    else this.#requests.settle(message);
  }

  #answer(rows: Float64Array): void {
    const [isLast, msPerRow] = rows;
    readForecasts(rows, ANSWER_HEADING, (index) => this.#streams.get(index), this.#sink);
    if (isLast !== 1) return;
    this.#msPerRow = msPerRow as number;
    const answered = this.#unanswered.shift();
    if (answered !== undefined) {
      const { firsts, at } = answered;
      const before = this.#backlog;
      for (const first of firsts) this.#settle(first);
      this.#onBatch?.(before - this.#backlog, performance.now() - at);
    }
    this.flush();
  }

  #settle(first: number): void {
    if (isEviction(first)) this.#streams.delete(evictedBy(first));
    else this.#backlog--;
  }

  /** The thread is gone. What it was asked is refused, and what it has not answered is reported as dropped. */
  close(error: unknown): void {
    this.#requests.rejectAll(error);
    const waiting = this.#queue.take(this.#queue.length);
    for (const { firsts } of this.#unanswered.splice(0)) for (const first of firsts) this.#abandon(first);
    for (const first of firstsOf(waiting)) this.#abandon(first);
  }

  #abandon(first: number): void {
    if (isEviction(first)) return;
    this.#backlog--;
    this.#report({ type: 'InputDropped', reason: 'stopped', topic: this.#nameOf(first) });
  }

  #nameOf(index: number): StreamId {
    return this.#streams.get(index)?.id as StreamId;
  }
}
