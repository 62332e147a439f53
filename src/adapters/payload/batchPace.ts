import type { Inbound } from '../../domain/sample.ts';
import type { SampleRow } from '../../domain/sampleRow.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { toEpochMs } from '../../domain/time.ts';

/** A gap may be so much longer than the one before and still be the time in which a batch was collected. */
const USUAL_GROWTH = 1.5;

/**
 * Times for the readings of a batch that tells none: they were taken since the message before, so those of one stream are spread
 * evenly over that time, the last one at the arrival. After a long silence the time is not longer than usual, because a device that was
 * off collected nothing. One for the messages of a topic.
 */
export class BatchPace {
  #arrival: number = Number.NaN;
  #gap: number = Number.NaN;
  /** Time over which a batch is spread, ms; NaN: not known. */
  #span: number = Number.NaN;

  /** The next message has come. A backlog comes in one burst, which says nothing of the pace. */
  note({ receivedAt: arrival, receipt }: Inbound): void {
    if (receipt?.isBacklog === true) return;
    const gap = arrival - this.#arrival;
    this.#span = Number.isNaN(this.#gap) ? gap : Math.min(gap, USUAL_GROWTH * this.#gap);
    this.#gap = gap;
    this.#arrival = arrival;
  }

  /** Gives the readings of the message that was noted last their times, where they came without. */
  spread(rows: readonly SampleRow[]): void {
    if (!(this.#span > 0)) return;
    const byStream = new Map<StreamId, SampleRow[]>();
    for (const row of rows) {
      if (row.origin === undefined || row.origin.isTold || row.origin.isBacklog) continue;
      const known = byStream.get(row.stream);
      if (known === undefined) byStream.set(row.stream, [row]);
      else known.push(row);
    }
    for (const ofStream of byStream.values()) {
      const { length } = ofStream;
      for (const [i, row] of ofStream.slice(0, -1).entries()) {
        const at = toEpochMs(this.#arrival - (this.#span * (length - 1 - i)) / length);
        row.at = at;
        row.setOrigin(at, false, false);
      }
    }
  }
}
