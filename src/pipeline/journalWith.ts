import type { OperatorFunction } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Delivery, Sample } from '../domain/sample.ts';
import type { Clock } from '../domain/time.ts';
import type { Journal } from '../state/log/journal.ts';
import type { Redeliveries } from '../state/log/redeliveries.ts';
import { WindowGuess } from '../state/log/windowGuess.ts';
import type { Arrival, MessageHead } from './arrival.ts';
import { createOperator } from './createOperator.ts';

export interface JournalWithOptions {
  readonly journal: Journal;
  readonly redeliveries: Redeliveries;
  readonly clock: Clock;
  readonly report: Report;
}

interface Receipt {
  /** Among all messages; undefined: the message is of a session that is gone. */
  readonly number: number | undefined;
  readonly isNew: boolean;
}

/**
 * Gives each sample its place in the journal before it goes on, and each message its acknowledgement once the journal with
 * its samples is on the medium. What the broker sends again is recognised, acknowledged and not taken twice. Messages that gave no
 * sample are acknowledged too: one that cannot be read today cannot be read tomorrow.
 */
export function journalWith(options: JournalWithOptions): OperatorFunction<Arrival, Sample> {
  const { journal, redeliveries, clock, report } = options;
  return createOperator<Arrival, Sample>((output) => {
    const guess = new WindowGuess();

    function receive({ topic, checksum }: MessageHead, delivery: Delivery): Receipt {
      if (delivery.session > redeliveries.session) {
        redeliveries.enter(delivery.session);
        journal.add({ kind: 'session' });
      }
      // One of a session that was lost while it waited in front of here can not come again.
      if (delivery.session < redeliveries.session) return { number: undefined, isNew: true };
      const known = redeliveries.recognise(delivery, checksum);
      if (known !== undefined) {
        report({ type: 'InputDropped', reason: 'redelivered', topic });
        return { number: known, isNew: false };
      }
      const { packetId } = delivery;
      const position = journal.add({ kind: 'message', packetId, checksum });
      return { number: redeliveries.note(packetId, checksum, position), isNew: true };
    }

    function acknowledge(delivery: Delivery, number: number | undefined): void {
      guess.came(clock.now());
      journal.whenDurable(() => {
        delivery.acknowledge(() => number !== undefined && redeliveries.settle(number));
        guess.acknowledged(clock.now());
      });
      // With the window half full the broker still sends while we commit.
      if (journal.waiting * 2 >= Math.min(delivery.window, guess.window)) journal.hurry();
    }

    function keep({ message, samples }: Arrival): number | undefined {
      const { delivery } = message;
      const receipt = delivery && receive(message, delivery);
      if (receipt?.isNew === false) return receipt.number;
      for (const sample of samples) {
        if (delivery === undefined) journal.addFree({ kind: 'sample', sample });
        else journal.add({ kind: 'sample', sample });
        output.next(sample);
      }
      return receipt?.number;
    }

    return {
      next(arrival) {
        let number: number | undefined;
        journal.together(() => {
          number = keep(arrival);
        });
        const { delivery } = arrival.message;
        if (delivery !== undefined) acknowledge(delivery, number);
      },
    };
  });
}
