/** Why there is no link, in words that name what to look at. */
export interface Fault {
  /** `version`: the broker does not speak this MQTT version. `refused`: it said no to who we are or what we want. */
  readonly kind: 'version' | 'refused' | 'unreachable';
  readonly reason: string;
}

/** Return codes of MQTT 3.1.1 (3.2.2.3), and every reason code of MQTT 5 (2.4) that says no. */
const CODES: Readonly<Record<number, readonly [Fault['kind'], string]>> = {
  1: ['version', 'the broker does not speak this MQTT version'],
  2: ['refused', 'client id refused: check mqtt.client_id'],
  3: ['unreachable', 'the broker is not available yet'],
  4: ['refused', 'not authorised: check mqtt.user and mqtt.password'],
  5: ['refused', 'not authorised: check mqtt.user and mqtt.password'],
  128: ['unreachable', 'the broker gives no reason: its log may have one'],
  129: ['unreachable', 'malformed packet'],
  130: ['unreachable', 'protocol error'],
  131: ['unreachable', 'the broker refuses it by a rule of its own: its log may name it'],
  132: ['version', 'the broker does not speak this MQTT version'],
  133: ['refused', 'client id refused: check mqtt.client_id'],
  134: ['refused', 'not authorised: check mqtt.user and mqtt.password'],
  135: ['refused', 'not authorised: check mqtt.user and mqtt.password'],
  136: ['unreachable', 'the broker is not available yet'],
  137: ['unreachable', 'the broker is busy'],
  138: ['refused', 'the broker has banned this client'],
  139: ['unreachable', 'the broker is shutting down'],
  140: ['refused', 'the broker wants another way of authentication'],
  141: ['unreachable', 'the broker heard nothing from us within the keepalive'],
  142: ['unreachable', 'another client took over our client id'],
  143: ['refused', 'the broker does not allow a topic filter of ours: check streams[].topic'],
  144: ['refused', 'the broker refuses a topic of ours: check mqtt.base_topic'],
  145: ['unreachable', 'a packet identifier is in use'],
  146: ['unreachable', 'a packet identifier is unknown to the broker'],
  147: ['unreachable', 'too many unacknowledged messages'],
  148: ['unreachable', 'a topic alias is not valid'],
  149: ['unreachable', 'a packet was too large for the broker'],
  150: ['unreachable', 'messages came too fast for the broker: raise publish.min_interval'],
  151: ['unreachable', 'the quota at the broker is used up'],
  152: ['unreachable', 'ended by the administrator of the broker'],
  153: ['refused', 'the broker refuses the format of a payload'],
  154: ['refused', 'the broker does not keep retained messages'],
  155: ['refused', 'the broker does not offer this QoS'],
  156: ['unreachable', 'the broker asks to use another server'],
  157: ['unreachable', 'the broker has moved to another server'],
  158: ['refused', 'the broker has no shared subscriptions: leave $share/ out of streams[].topic'],
  159: ['unreachable', 'we connect too often'],
  160: ['unreachable', 'the broker ends each connection after a time of its own'],
  161: ['refused', 'the broker has no subscription identifiers'],
  162: ['refused', 'the broker has no wildcards: name each topic in full in streams[].topic'],
};

/** The same codes where they answer a SUBSCRIBE (MQTT 5: 3.9.3), as far as they mean something else there. */
const SUBSCRIPTION_CODES: Readonly<Record<number, string>> = {
  // The only one of MQTT 3.1.1.
  128: 'the broker gives no reason: check its access rules',
  135: 'no right to subscribe: check the access rules of the broker',
  143: 'the broker does not allow this topic filter',
  151: 'the broker allows no further subscription',
};

/** The words for a code of a CONNACK or DISCONNECT. */
export function describeCode(code: number): Fault {
  const [kind, reason] = CODES[code] ?? ['unreachable', `the broker ended the connection (code ${code})`];
  return { kind, reason };
}

/** The words for a code of a SUBACK, 128 or more. */
export function describeSubscriptionCode(code: number): string {
  return SUBSCRIPTION_CODES[code] ?? CODES[code]?.[1] ?? `refused (code ${code})`;
}
