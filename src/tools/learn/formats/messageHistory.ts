import type { Decode } from '../../../domain/decode.ts';
import type { DropReason } from '../../../domain/dropReason.ts';
import type { Sample } from '../../../domain/sample.ts';
import { ownSample } from '../../../domain/sampleRow.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import { toEpochMs } from '../../../domain/time.ts';
import { InTimeOrder } from '../../../hosts/stream/inTimeOrder.ts';
import { readMessageLine } from '../../decode/messageLine.ts';
import type { Readings } from '../readings.ts';
import type { Faults } from '../recorded.ts';

export interface MessageOptions {
  readonly decode: Decode;
  readonly readingsOf: (stream: StreamId) => Readings;
  readonly faults: Faults;
  /** A message, or a part of one, that gave no reading of a stream that is known. */
  readonly drop: (reason: DropReason) => void;
}

/**
 * Reads messages as `tidegate record` writes them, by the entries of the configuration. Whether the times that they tell can be true is judged
 * here, beside their arrivals: with the readings of a stream go the times that were found.
 */
export class MessageHistory {
  readonly #options: MessageOptions;
  readonly #orders = new Map<StreamId, InTimeOrder>();

  constructor(options: MessageOptions) {
    this.#options = options;
  }

  take(line: string, where: string): void {
    const { decode, faults, drop } = this.#options;
    const read = readMessageLine(line, toEpochMs(Number.NaN));
    if (typeof read === 'string') faults.note(where, read);
    else if (Number.isNaN(read.message.receivedAt)) faults.note(where, 'no time');
    else {
      const { samples, drops } = decode(read.message);
      for (const sample of samples) this.#orderOf(sample.stream).push(sample);
      for (const { reason } of drops) drop(reason);
    }
  }

  end(): void {
    for (const order of this.#orders.values()) order.complete();
  }

  #orderOf(stream: StreamId): InTimeOrder {
    const known = this.#orders.get(stream);
    if (known !== undefined) return known;
    const readings = this.#options.readingsOf(stream);
    readings.series.add(stream);
    const order = new InTimeOrder({
      report: (event) => {
        if (event.type === 'InputDropped') readings.drop(event.reason);
      },
      pass: (sample) => readings.add(withoutOrigin(sample)),
    });
    this.#orders.set(stream, order);
    return order;
  }
}

/** Its time is certain now. */
function withoutOrigin(sample: Sample): Sample {
  const { origin: _, source: __, ...rest } = ownSample(sample);
  return rest;
}
