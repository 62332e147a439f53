import { Observable, type Subscriber } from 'rxjs';
import { ByteRange } from '../../../domain/byteRange.ts';
import type { DropReason } from '../../../domain/dropReason.ts';
import type { Report } from '../../../domain/events.ts';
import { RECEIVED } from '../../../domain/frequentEvents.ts';
import type { Receipt } from '../../../domain/receipt.ts';
import type { Inbound } from '../../../domain/sample.ts';
import { type Clock, type EpochMs, toEpochMs } from '../../../domain/time.ts';
import { CopyGenerations } from './copyGenerations.ts';
import { isOutputPayload } from './ownOutput.ts';
import type { PublishFlags } from './publishGate.ts';
import { UniqueArrivalTime } from './uniqueArrivalTime.ts';

export interface IntakeOptions {
  readonly filters: readonly string[];
  /** Filters that a session which may be older than this process was subscribed to, where those were others. */
  readonly formerFilters: readonly string[];
  /** Where the identifiers of the filters begin. */
  readonly identifierBase: number;
  readonly baseTopic: string;
  readonly clock: Clock;
  /** Calls back when the messages that came in one piece have been worked through: they have arrived at one time. Default: each is a piece of its own. */
  readonly atEnd?: (run: () => void) => void;
  readonly report: Report;
  /** Owner of the acknowledgement of messages with QoS 1 and 2: this client at once, or the receiver of the message. */
  readonly acks: 'at-once' | 'deferred';
  /** Messages that the broker had kept are handed over too, as such: devices describe themselves in them. */
  readonly takesRetained?: boolean | undefined;
}

/** Where messages come in: each is seen once, and what is not a live reading of someone else is dropped and counted. */
export interface Intake {
  /** Each message is lent for the time of the call. Completes when the intake is closed. */
  readonly inbound$: Observable<Inbound>;
  take(topic: string, payload: ByteRange, flags: PublishFlags, receipt: Receipt | undefined): void;
  /** The broker's code per filter, of this session; undefined = not answered yet. */
  grant(codes: readonly number[] | undefined): void;
  /** Other filters are about to be subscribed to. */
  change(change: Pick<IntakeOptions, 'filters' | 'identifierBase' | 'takesRetained'>): void;
  close(): void;
}

export function createIntake(options: IntakeOptions): Intake {
  const { baseTopic, clock, report, acks } = options;
  let { takesRetained = false } = options;
  const readers = new Readers();
  const lent = new LentInbound();
  const copies = new CopyGenerations(options.filters, options.identifierBase, options.formerFilters);
  const arrival = new UniqueArrivalTime(clock, options.atEnd);
  const ownPrefix = `${baseTopic}/`;
  /** A filter that names a topic of another instance in full wants its output as input. */
  let named = new Set(options.filters);
  let isOpen = true;

  function drop(reason: DropReason, topic: string, receipt: Receipt | undefined): void {
    report(RECEIVED);
    report({ type: 'InputDropped', reason, topic });
    receipt?.ack();
  }

  /** No reading comes of a message that was kept: it is acknowledged at once. */
  function handOver(topic: string, payload: ByteRange, flags: PublishFlags, receipt: Receipt | undefined): void {
    const isDeferred = acks === 'deferred' && !flags.retain;
    readers.next(lent.set(topic, payload, arrival.next(), isDeferred ? receipt : undefined, flags));
    lent.giveBack();
    if (!isDeferred) receipt?.ack();
  }

  return {
    inbound$: readers.inbound$,
    take(topic, payload, flags, receipt) {
      // What comes too late is not acknowledged: a session that outlives us sends it again.
      if (!isOpen) return;
      if (!copies.isFirst(topic, flags.properties?.subscriptionIdentifier)) receipt?.ack();
      else if (topic === baseTopic || topic.startsWith(ownPrefix)) drop('own-output', topic, receipt);
      else if (flags.retain && !takesRetained) drop('retained', topic, receipt);
      else if (isOutputPayload(payload) && !named.has(topic)) drop('own-output', topic, receipt);
      else handOver(topic, payload, flags, receipt);
    },
    grant: (codes) => copies.grant(codes),
    change({ filters, identifierBase, takesRetained: takes = false }) {
      copies.change(filters, identifierBase);
      named = new Set(filters);
      takesRetained = takes;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      readers.complete();
    },
  };
}

/** One for all messages: it is lent for the time of a call. */
class LentInbound implements Inbound {
  topic = '';
  range: ByteRange = new ByteRange();
  receivedAt: EpochMs = toEpochMs(Number.NaN);
  receipt: Receipt | undefined = undefined;
  retained = false;
  contentType: string | undefined = undefined;

  get payload(): Uint8Array {
    return this.range.view();
  }

  set(
    topic: string,
    range: ByteRange,
    receivedAt: EpochMs,
    receipt: Receipt | undefined,
    { retain, properties }: PublishFlags,
  ): this {
    this.topic = topic;
    this.range = range;
    this.receivedAt = receivedAt;
    this.receipt = receipt;
    this.retained = retain;
    this.contentType = properties?.contentType;
    return this;
  }

  /** No reader is left. */
  giveBack(): void {
    this.range.giveBack();
    this.receipt = undefined;
  }
}

/** A Subject's `next` makes an iterator for each message; this makes nothing. */
class Readers {
  readonly inbound$: Observable<Inbound>;
  readonly #readers: Subscriber<Inbound>[] = [];
  #isComplete = false;

  constructor() {
    this.inbound$ = new Observable((reader) => {
      if (this.#isComplete) {
        reader.complete();
        return undefined;
      }
      this.#readers.push(reader);
      return () => void this.#readers.splice(this.#readers.indexOf(reader), 1);
    });
  }

  next(message: Inbound): void {
    for (let i = 0; i < this.#readers.length; i++) this.#readers[i].next(message);
  }

  complete(): void {
    this.#isComplete = true;
    for (const reader of [...this.#readers]) reader.complete();
  }
}
