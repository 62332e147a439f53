import type { Packet } from 'mqtt';

/** Types that carry a packet identifier (MQTT 2.3.1). */
const IDENTIFIED: ReadonlySet<string> = new Set(['puback', 'pubrec', 'pubrel', 'pubcomp', 'suback', 'unsuback']);

/**
 * Fault of a packet that the parser of mqtt.js lets through and its handlers then fail on: an acknowledgement without
 * packet identifier makes them throw inside the socket's callback, where no handler catches it, and the process is
 * gone.
 */
export function packetFlaw(packet: Packet, isTakenIn: boolean): string | undefined {
  const needsId = packet.cmd === 'publish' ? packet.qos > 0 : IDENTIFIED.has(packet.cmd);
  // Number(…) > 0 is false for undefined, null, 0 and NaN. MQTT-2.3.1-1: never 0.
  if (needsId && !(Number(packet.messageId) > 0)) return `malformed packet: ${packet.cmd} without packet identifier`;
  // MQTT-3.2.0-1
  if (!isTakenIn && packet.cmd !== 'connack') return `protocol error: ${packet.cmd} before connack`;
  return undefined;
}
