import type { Packet } from 'mqtt';
import type { PublishFlags } from '../inbound/publishGate.ts';

export interface InterceptedPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly flags: PublishFlags;
}

/**
 * Takes a PUBLISH of QoS 1 or 2 out of the hands of mqtt.js, which would answer it by itself. To be called from its
 * `packetreceive`, which runs before it acts on the packet: packet types that it does not know, it ignores.
 * @returns undefined where it is no such packet, or one with a topic alias, which we never offer: mqtt.js ends the connection
 */
export function interceptPublish(packet: Packet): InterceptedPublish | undefined {
  if (packet.cmd !== 'publish' || packet.qos === 0) return undefined;
  const { topic, payload, retain, dup, qos, messageId, properties } = packet;
  if (properties?.topicAlias !== undefined) return undefined;
  (packet as { cmd: string }).cmd = 'taken';
  const qosFields = { packetId: messageId as number, qos, isRedelivery: dup };
  return {
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    flags: {
      retain,
      qosFields,
      ...(properties !== undefined && { properties }),
    },
  };
}
