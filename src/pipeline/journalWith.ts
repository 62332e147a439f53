import type { OperatorFunction } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Receipt, RepeatDetector } from '../domain/receipt.ts';
import type { StreamInput } from '../domain/streamInput.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Journal } from '../state/log/journal.ts';
import type { Arrival, Bundle, MessageHead } from './arrival.ts';
import { createOperator } from './createOperator.ts';

export interface JournalWithOptions {
  readonly journal: Journal;
  readonly repeats: RepeatDetector;
  readonly report: Report;
}

/**
 * Gives each input its place in the journal before it goes on, and each message its acknowledgement once the journal with
 * its inputs is on the medium. What the source gives again is recognised, acknowledged and not taken twice. Messages that gave no
 * input are acknowledged too: one that cannot be read today cannot be read tomorrow.
 */
export function journalWith(options: JournalWithOptions): OperatorFunction<Arrival, StreamInput> {
  const { journal } = options;
  const receive = receiveWith(options);
  const acknowledge = acknowledgeWith(options);
  return createOperator<Arrival, StreamInput>((output) => {
    function keep(arrival: Arrival): void {
      if (arrival.bundle !== undefined) {
        keepBundle(arrival.inputs, arrival.bundle);
        return;
      }
      const { message, inputs } = arrival;
      const { topic, receipt, order } = message;
      const isNew = receipt === undefined || receive(topic, receipt);
      for (let i = 0; isNew && i < inputs.length; i++) {
        const input = inputs[i];
        if (receipt === undefined && order === undefined) journal.appendBestEffort(input);
        else journal.add(input);
        output.next(input);
      }
    }

    /** The messages in the order of their receipt, then their inputs in their own. */
    function keepBundle(inputs: readonly StreamInput[], { heads, owners }: Bundle): void {
      const areNew = heads.map(({ topic, receipt }) => receipt === undefined || receive(topic, receipt));
      for (const [i, input] of inputs.entries()) {
        if (!areNew[owners[i]]) continue;
        journal.add(input);
        output.next(input);
      }
    }

    function acknowledgeHead({ receipt, receivedAt }: MessageHead): void {
      if (receipt !== undefined) acknowledge(receipt, receivedAt);
    }

    return {
      next(arrival) {
        const { receipt, receivedAt, order } = arrival.message;
        journal.atomically(keep, arrival);
        if (arrival.bundle !== undefined) for (const head of arrival.bundle.heads) acknowledgeHead(head);
        else if (receipt !== undefined) acknowledge(receipt, receivedAt);
        if (order === undefined) return;
        journal.whenDurable(() => order.taken());
        // With snapshots alone the next commit may be a minute away.
        journal.commitSoon();
      },
    };
  });
}

/** @returns numbers a message, and tells whether its inputs are to be taken in */
function receiveWith({ journal, repeats, report }: JournalWithOptions): (topic: string, receipt: Receipt) => boolean {
  return (topic, receipt) => {
    const judgement = repeats.judge(receipt);
    switch (judgement.kind) {
      case 'stale':
        receipt.number = undefined;
        return true;
      case 'repeat':
        report({ type: 'InputDropped', reason: 'redelivered', topic });
        receipt.number = judgement.number;
        return false;
      case 'new': {
        if (judgement.isOfNewSession) journal.add({ kind: 'session' });
        const { key } = receipt;
        const position = journal.add({ kind: 'message', key });
        receipt.number = repeats.note(key, position);
        return true;
      }
      default:
        return judgement satisfies never;
    }
  };
}

/** Gives a message its acknowledgement as soon as may be. The same functions for all messages: a closure for each would be garbage. */
function acknowledgeWith({ journal, repeats }: JournalWithOptions): (receipt: Receipt, arrivedAt: EpochMs) => void {
  function settle(number: number | undefined): void {
    if (number !== undefined) repeats.settle(number);
  }
  function acknowledgeNow(receipt: Receipt): void {
    receipt.ack(settle);
    repeats.acked();
  }
  return (receipt, arrivedAt) => {
    repeats.owe(receipt, arrivedAt);
    journal.whenDurable(acknowledgeNow, receipt);
    if (repeats.isHeldUp(journal.waiting)) journal.commitSoon();
  };
}
