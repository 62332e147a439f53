import type { OperatorFunction } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Receipt, RepeatDetector } from '../domain/receipt.ts';
import type { StreamInput } from '../domain/streamInput.ts';
import type { Journal } from '../state/log/journal.ts';
import type { Arrival } from './arrival.ts';
import { createOperator } from './createOperator.ts';

export interface JournalWithOptions {
  readonly journal: Journal;
  readonly repeats: RepeatDetector;
  readonly report: Report;
}

/** A message that was received. */
interface Received {
  /** Among all messages; undefined: the message cannot come again. */
  readonly number: number | undefined;
  /** Its inputs are to be taken in. */
  readonly isNew: boolean;
}

/**
 * Gives each input its place in the journal before it goes on, and each message its acknowledgement once the journal with
 * its inputs is on the medium. What the source gives again is recognised, acknowledged and not taken twice. Messages that gave no
 * input are acknowledged too: one that cannot be read today cannot be read tomorrow.
 */
export function journalWith(options: JournalWithOptions): OperatorFunction<Arrival, StreamInput> {
  const { journal, repeats, report } = options;
  return createOperator<Arrival, StreamInput>((output) => {
    function receive(topic: string, receipt: Receipt): Received {
      const judgement = repeats.judge(receipt);
      switch (judgement.kind) {
        case 'stale':
          return { number: undefined, isNew: true };
        case 'repeat':
          report({ type: 'InputDropped', reason: 'redelivered', topic });
          return { number: judgement.number, isNew: false };
        case 'new': {
          if (judgement.isOfNewSession) journal.add({ kind: 'session' });
          const { key } = receipt;
          const position = journal.add({ kind: 'message', key });
          return { number: repeats.note(key, position), isNew: true };
        }
        default:
          return judgement satisfies never;
      }
    }

    function acknowledge(receipt: Receipt, number: number | undefined): void {
      repeats.owe(receipt);
      journal.whenDurable(() => {
        receipt.ack(() => number !== undefined && repeats.settle(number));
        repeats.acked();
      });
      if (repeats.isHeldUp(journal.waiting)) journal.commitSoon();
    }

    function keep({ message, inputs }: Arrival): number | undefined {
      const { topic, receipt } = message;
      const received = receipt && receive(topic, receipt);
      if (received?.isNew === false) return received.number;
      for (const input of inputs) {
        if (receipt === undefined) journal.appendBestEffort(input);
        else journal.add(input);
        output.next(input);
      }
      return received?.number;
    }

    return {
      next(arrival) {
        let number: number | undefined;
        journal.atomically(() => {
          number = keep(arrival);
        });
        const { receipt } = arrival.message;
        if (receipt !== undefined) acknowledge(receipt, number);
      },
    };
  });
}
