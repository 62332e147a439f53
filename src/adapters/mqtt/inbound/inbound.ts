import { type Observable, Subject } from 'rxjs';
import type { DropReason } from '../../../domain/dropReason.ts';
import type { Report } from '../../../domain/events.ts';
import type { Receipt } from '../../../domain/receipt.ts';
import type { Inbound } from '../../../domain/sample.ts';
import type { Clock } from '../../../domain/time.ts';
import { createCopyFilter, identifierBase } from './copyFilter.ts';
import { isOutputPayload } from './ownOutput.ts';
import type { PublishFlags } from './publishGate.ts';
import { createUniqueArrivalTime } from './uniqueArrivalTime.ts';

export interface IntakeOptions {
  readonly filters: readonly string[];
  /** Filters that a session which may be older than this process was subscribed to, where those were others. */
  readonly formerFilters: readonly string[];
  /** Where the identifiers of the filters begin. */
  readonly identifierBase: number;
  readonly baseTopic: string;
  readonly clock: Clock;
  readonly report: Report;
  /** Owner of the acknowledgement of messages with QoS 1 and 2: this client at once, or the receiver of the message. */
  readonly acks: 'at-once' | 'deferred';
}

/** Where messages come in: each is seen once, and what is not a live reading of someone else is dropped and counted. */
export interface Intake {
  /** Completes when the intake is closed. */
  readonly inbound$: Observable<Inbound>;
  take(topic: string, payload: Uint8Array, flags: PublishFlags, receipt: Receipt | undefined): void;
  /** The broker's code per filter, of this session; undefined = not answered yet. */
  grant(codes: readonly number[] | undefined): void;
  close(): void;
}

export function createIntake(options: IntakeOptions): Intake {
  const { baseTopic, clock, report, acks } = options;
  const subject = new Subject<Inbound>();
  const copies = createCopyFilter(options.filters, options.identifierBase);
  const former = createCopyFilter(options.formerFilters, identifierBase(options.formerFilters));
  const arrivedAt = createUniqueArrivalTime(clock);
  const ownPrefix = `${baseTopic}/`;
  /** A filter that names a topic of another instance in full wants its output as input. */
  const named = new Set(options.filters);
  let isOpen = true;

  /** Each copy by the filters of its time; those of an unknown time are taken: twice is better than not at all. */
  function isFirst(topic: string, identifiers: number | readonly number[] | undefined): boolean {
    if (identifiers === undefined) return true;
    if (copies.owns(identifiers)) return copies.isFirst(topic, identifiers);
    return !former.owns(identifiers) || former.isFirst(topic, identifiers);
  }

  function drop(reason: DropReason, topic: string, receipt: Receipt | undefined): void {
    report({ type: 'MessageReceived' });
    report({ type: 'InputDropped', reason, topic });
    receipt?.ack();
  }

  function handOver(topic: string, payload: Uint8Array, receipt: Receipt | undefined): void {
    const receivedAt = arrivedAt();
    if (receipt !== undefined && acks === 'deferred') {
      subject.next({ topic, payload, receivedAt, retained: false, receipt });
      return;
    }
    subject.next({ topic, payload, receivedAt, retained: false });
    receipt?.ack();
  }

  return {
    inbound$: subject.asObservable(),
    take(topic, payload, flags, receipt) {
      // What comes too late is not acknowledged: a session that outlives us sends it again.
      if (!isOpen) return;
      if (!isFirst(topic, flags.properties?.subscriptionIdentifier)) receipt?.ack();
      else if (topic === baseTopic || topic.startsWith(ownPrefix)) drop('own-output', topic, receipt);
      else if (flags.retain) drop('retained', topic, receipt);
      else if (isOutputPayload(payload) && !named.has(topic)) drop('own-output', topic, receipt);
      else handOver(topic, payload, receipt);
    },
    grant: (codes) => copies.grant(codes),
    close() {
      if (!isOpen) return;
      isOpen = false;
      subject.complete();
    },
  };
}
