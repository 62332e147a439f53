import type { MqttClient } from 'mqtt';
import { packetsOfFilters } from './packetsOfFilters.ts';

export interface SubscribeOptions {
  readonly filters: readonly string[];
  readonly qos: 0 | 1 | 2;
  readonly protocol: 4 | 5;
  /**
   * One identifier per filter, this + its place + 1, so that copies of one message can be told apart (MQTT 5: 3.3.4).
   * undefined: none.
   */
  readonly identifierBase: number | undefined;
  /** The broker may have these subscriptions from before: no need to replay what it retains for them. */
  readonly isRenewal: boolean;
}

/**
 * Subscribes to every filter. An identifier belongs to a whole SUBSCRIBE packet (MQTT 5: 3.8.2.1.2), so with
 * identifiers there is a packet for each filter; without them several share one. All packets are under way at once.
 * @returns a code per filter, ≥ 128 = refused; undefined if the link broke before all were answered.
 * @throws Error where an answer has another number of codes than there were filters (MQTT-3.9.3-1): it cannot be told
 * which is granted
 */
export async function subscribeAll(client: MqttClient, options: SubscribeOptions): Promise<number[] | undefined> {
  const { filters, identifierBase } = options;
  if (filters.length === 0) return [];
  const answers = await Promise.all(
    identifierBase === undefined
      ? packetsOfFilters(filters).map((packet) => subscribe(client, packet, options, undefined))
      : filters.map((filter, i) => subscribe(client, [filter], options, identifierBase + i + 1)),
  );
  return answers.every((codes) => codes !== undefined) ? answers.flat() : undefined;
}

function subscribe(
  client: MqttClient,
  filters: readonly string[],
  { qos, protocol, isRenewal }: SubscribeOptions,
  identifier: number | undefined,
): Promise<number[] | undefined> {
  const options = {
    qos,
    // No copies of our own messages; a protocol error on shared subscriptions (MQTT-3.8.3-4).
    ...(protocol === 5 && { nl: !filters.some((filter) => filter.startsWith('$share/')) }),
    // Without retain-as-published only what the broker replays from its store has the retain flag (MQTT-3.3.1-12).
    ...(protocol === 5 && { rap: false, rh: isRenewal ? 1 : 0 }),
    ...(identifier !== undefined && { properties: { subscriptionIdentifier: identifier } }),
  };
  return new Promise((resolve, reject) => {
    // A refused filter makes mqtt.js call back with an error, and with the packet that has all codes; a lost link, without.
    client.subscribe([...filters], options, (_error, _granted, packet) => {
      const codes = packet?.granted.map(Number);
      if (codes === undefined || codes.length === filters.length) resolve(codes);
      else reject(new Error(`protocol error: suback with ${codes.length} codes for ${filters.length} filters`));
    });
  });
}
