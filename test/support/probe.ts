import mqtt, { type MqttClient } from 'mqtt';

/** A client beside the daemon: publishes as a sensor and listens as a user. */
export interface Probe {
  publish(topic: string, payload: string, options?: { retain?: boolean }): Promise<void>;
  /** In this order, twenty under way at once: waiting for each alone would take a round trip a message. */
  publishAll(messages: readonly (readonly [topic: string, payload: string])[]): Promise<void>;
  /** Payloads on a topic since the start, oldest first; what the broker replayed from its store included. */
  on(topic: string): readonly string[];
  /** Resolves with the payloads as soon as there are `count` on the topic. */
  seen(topic: string, count: number): Promise<readonly string[]>;
  /** Resolves as soon as the newest payload on the topic is this one. */
  latest(topic: string, payload: string): Promise<void>;
  end(): Promise<void>;
}

/** Only a message that never comes takes this time: a machine may be ten times slower, or busy. */
const LONGEST_WAIT_MS = 120_000;

export async function startProbe(port: number): Promise<Probe> {
  const client: MqttClient = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100 });
  const messages = new Map<string, string[]>();
  client.on('message', (topic, payload) => {
    const seen = messages.get(topic) ?? [];
    seen.push(payload.toString());
    messages.set(topic, seen);
  });
  await client.subscribeAsync('tidegate/#');
  const on = (topic: string): readonly string[] => messages.get(topic) ?? [];
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    const deadline = Date.now() + LONGEST_WAIT_MS;
    while (!isSo()) {
      if (Date.now() > deadline)
        throw new Error(`no ${what} within ${LONGEST_WAIT_MS / 1000} s; seen: ${[...messages.keys()].join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    async publish(topic, payload, options = {}) {
      await client.publishAsync(topic, payload, { qos: 1, ...options });
    },
    async publishAll(all) {
      for (let i = 0; i < all.length; i += 20) {
        await Promise.all(
          all.slice(i, i + 20).map(([topic, payload]) => client.publishAsync(topic, payload, { qos: 1 })),
        );
      }
    },
    on,
    async seen(topic, count) {
      await until(`${count} messages on ${topic}`, () => on(topic).length >= count);
      return on(topic);
    },
    latest: (topic, payload) => until(`${payload} on ${topic}`, () => on(topic).at(-1) === payload),
    async end() {
      await client.endAsync(true);
    },
  };
}
