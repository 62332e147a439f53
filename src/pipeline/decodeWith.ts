import type { OperatorFunction } from 'rxjs';
import type { Decode, Decoded } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import { RECEIVED } from '../domain/frequentEvents.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Inbound } from '../domain/sample.ts';
import type { Label, StreamInput } from '../domain/streamInput.ts';
import { type EpochMs, toEpochMs } from '../domain/time.ts';
import { checksumOf } from '../state/log/checksum.ts';
import type { Arrival, MessageHead } from './arrival.ts';
import { createOperator } from './createOperator.ts';
import type { LatencyWatch } from './latencyWatch.ts';

const NO_LABELS: readonly Label[] = [];
const NO_INPUTS: readonly StreamInput[] = [];

export interface DecodeWithOptions {
  readonly decode: Decode;
  readonly report: Report;
  /** Default: none. */
  readonly latency?: LatencyWatch | undefined;
}

/**
 * Messages to inputs of streams. Every message and every refusal is reported. `decode` answers bad data with a drop; should it
 * throw all the same, that is a bug of ours, and it costs this one message and not the stream. A message without inputs
 * goes on only where it has to be acknowledged. No payload goes on: what waits behind here is small. What goes on is lent, and
 * costs no object.
 */
export function decodeWith({ decode, report, latency }: DecodeWithOptions): OperatorFunction<Inbound, Arrival> {
  function decodeOne(message: Inbound): Decoded {
    try {
      return decode(message);
    } catch (error) {
      report({ type: 'PipelineFailed', topic: message.topic, error });
      return { samples: [], drops: [{ reason: 'decoder-failed', topic: message.topic }] };
    }
  }

  return createOperator((output) => {
    const lent = new LentArrival();
    return {
      next(message) {
        report(RECEIVED);
        const { samples, labels = NO_LABELS, drops, passedOver = 0 } = decodeOne(message);
        for (const { reason, topic, refused } of drops) report({ type: 'InputDropped', reason, topic, ...refused });
        if (passedOver > 0) report({ type: 'FieldsPassedOver', count: passedOver });
        for (const label of labels) report({ type: 'LabelReceived', label });
        if (samples.length > 0) latency?.arrived(samples[0].stream);
        const inputs = labels.length === 0 ? samples : [...samples, ...labels];
        if (inputs.length === 0 && message.receipt === undefined) return;
        lent.set(message, inputs);
        output.next(lent);
        lent.giveBack();
      },
    };
  });
}

/** One for all messages: it is lent for the time of a call. */
class LentArrival implements Arrival, MessageHead {
  topic = '';
  receivedAt: EpochMs = toEpochMs(Number.NaN);
  receipt: Receipt | undefined = undefined;
  checksum = 0;
  inputs: readonly StreamInput[] = [];

  get message(): MessageHead {
    return this;
  }

  set(message: Inbound, inputs: readonly StreamInput[]): void {
    const { topic, receivedAt, receipt } = message;
    this.topic = topic;
    this.receivedAt = receivedAt;
    this.receipt = receipt;
    this.checksum = receipt?.isRedelivery ? checksumOf(message) : 0;
    this.inputs = inputs;
  }

  /** No reader is left. */
  giveBack(): void {
    this.receipt = undefined;
    this.inputs = NO_INPUTS;
  }
}
