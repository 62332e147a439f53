import type { IConnackPacket } from 'mqtt';
import { type DurationMs, toDurationMs } from '../../../domain/time.ts';

/** The facts of a CONNACK of MQTT 5 (3.2.2.3), with its defaults filled in. */
export interface BrokerOffer {
  /** Time that it keeps a session, where that is not what was asked for. */
  readonly sessionExpiry: DurationMs | undefined;
  readonly maximumQoS: 0 | 1 | 2;
  readonly retains: boolean;
  readonly wildcards: boolean;
  readonly identifiers: boolean;
  readonly shared: boolean;
  /** Bytes of a packet that it takes; undefined: it names no limit. */
  readonly maximumPacketSize: number | undefined;
  /** Messages with QoS 1 and 2 that it takes before it has answered the first. */
  readonly receiveMaximum: number;
  readonly topicAliases: number;
  /** The keepalive that it wants in place of ours. */
  readonly keepalive: DurationMs | undefined;
  /** Its own words. */
  readonly reason: string | undefined;
}

const DEFAULT_RECEIVE_MAXIMUM = 65_535;

export function brokerOffer(properties: IConnackPacket['properties'] = {}): BrokerOffer {
  const { sessionExpiryInterval, serverKeepAlive, maximumQoS } = properties;
  return {
    sessionExpiry: toDuration(sessionExpiryInterval),
    maximumQoS: (maximumQoS ?? 2) as 0 | 1 | 2,
    retains: properties.retainAvailable !== false,
    wildcards: properties.wildcardSubscriptionAvailable !== false,
    identifiers: properties.subscriptionIdentifiersAvailable !== false,
    shared: properties.sharedSubscriptionAvailable !== false,
    maximumPacketSize: properties.maximumPacketSize,
    receiveMaximum: properties.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM,
    topicAliases: properties.topicAliasMaximum ?? 0,
    keepalive: toDuration(serverKeepAlive),
    reason: properties.reasonString,
  };
}

function toDuration(seconds: number | undefined): DurationMs | undefined {
  return seconds === undefined ? undefined : toDurationMs(1000 * seconds);
}
