import { type Observable, Subject } from 'rxjs';
import type { DropReason } from '../../domain/dropReason.ts';
import type { Report } from '../../domain/events.ts';
import type { Inbound } from '../../domain/sample.ts';
import type { Clock } from '../../domain/time.ts';
import { createCopyFilter } from './copyFilter.ts';
import type { PublishFlags } from './publishGate.ts';

export interface IntakeOptions {
  readonly filters: readonly string[];
  readonly baseTopic: string;
  readonly clock: Clock;
  readonly report: Report;
}

/** Where messages come in: each is seen once, and what is not a live reading of someone else is dropped and counted. */
export interface Intake {
  /** Completes when the intake is closed. */
  readonly inbound$: Observable<Inbound>;
  take(topic: string, payload: Uint8Array, flags: PublishFlags): void;
  /** The broker's code per filter, of this session; undefined = not answered yet. */
  grant(codes: readonly number[] | undefined): void;
  close(): void;
}

export function createIntake({ filters, baseTopic, clock, report }: IntakeOptions): Intake {
  const subject = new Subject<Inbound>();
  const copies = createCopyFilter(filters);
  const ownPrefix = `${baseTopic}/`;
  let isOpen = true;

  function drop(reason: DropReason, topic: string): void {
    report({ type: 'MessageReceived' });
    report({ type: 'InputDropped', reason, topic });
  }

  return {
    inbound$: subject.asObservable(),
    take(topic, payload, flags) {
      if (!isOpen || !copies.isFirst(topic, flags.properties?.subscriptionIdentifier)) return;
      if (topic === baseTopic || topic.startsWith(ownPrefix)) drop('own-output', topic);
      else if (flags.retain) drop('retained', topic);
      else subject.next({ topic, payload, receivedAt: clock.now(), retained: false });
    },
    grant: (codes) => copies.grant(codes),
    close() {
      if (!isOpen) return;
      isOpen = false;
      subject.complete();
    },
  };
}
