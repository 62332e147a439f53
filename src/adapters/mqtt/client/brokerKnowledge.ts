import { EarlyEnds } from './earlyEnds.ts';
import { createProtocolChoice, type ProtocolChoice } from './protocolChoice.ts';
import type { ReconnectingClientOptions } from './reconnectingClientOptions.ts';
import { parseServerAddress } from './serverAddress.ts';
import { WillOffer } from './will.ts';

/** Experience with a broker, over all connections to it. */
export interface BrokerKnowledge {
  /** For messages. */
  readonly server: string;
  readonly protocol: ProtocolChoice;
  readonly will: WillOffer;
  readonly earlyEnds: EarlyEnds;
}

export function brokerKnowledge({ settings, will, timing }: ReconnectingClientOptions): BrokerKnowledge {
  return {
    server: parseServerAddress(settings.server).label,
    protocol: createProtocolChoice(settings.protocol),
    will: new WillOffer(will),
    earlyEnds: new EarlyEnds(timing),
  };
}
