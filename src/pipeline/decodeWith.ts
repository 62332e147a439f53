import type { OperatorFunction } from 'rxjs';
import type { Decode, Decoded } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import type { Inbound } from '../domain/sample.ts';
import { checksumOf } from '../state/log/checksum.ts';
import type { Arrival, MessageHead } from './arrival.ts';
import { createOperator } from './createOperator.ts';

export interface DecodeWithOptions {
  readonly decode: Decode;
  readonly report: Report;
}

/**
 * Messages to inputs of streams. Every message and every refusal is reported. `decode` answers bad data with a drop; should it
 * throw all the same, that is a bug of ours, and it costs this one message and not the stream. A message without inputs
 * goes on only where it has to be acknowledged. No payload goes on: what waits behind here is small.
 */
export function decodeWith({ decode, report }: DecodeWithOptions): OperatorFunction<Inbound, Arrival> {
  function decodeOne(message: Inbound): Decoded {
    try {
      return decode(message);
    } catch (error) {
      report({ type: 'PipelineFailed', topic: message.topic, error });
      return { samples: [], drops: [{ reason: 'decoder-failed', topic: message.topic }] };
    }
  }

  return createOperator((output) => ({
    next(message) {
      report({ type: 'MessageReceived' });
      const { samples, drops } = decodeOne(message);
      for (const { reason, topic } of drops) report({ type: 'InputDropped', reason, topic });
      if (samples.length > 0 || message.receipt !== undefined)
        output.next({ message: headOf(message), inputs: samples });
    },
  }));
}

function headOf(message: Inbound): MessageHead {
  const { topic, receivedAt, receipt } = message;
  return { topic, receivedAt, receipt, checksum: receipt?.isRedelivery ? checksumOf(message) : 0 };
}
