import type { MqttClient } from 'mqtt';
import { packetsOfFilters } from './packetsOfFilters.ts';

/** @returns whether the broker has answered for every filter; the answers come in any order, and none where the link breaks */
export async function unsubscribeAll(client: MqttClient, filters: readonly string[]): Promise<boolean> {
  const answers = packetsOfFilters(filters).map(
    (packet) =>
      new Promise<boolean>((resolve) => {
        client.unsubscribe([...packet], (error) => resolve(!error));
      }),
  );
  return (await Promise.all(answers)).every(Boolean);
}
