import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { Announcement } from '../../../src/adapters/mqtt/client/announcement.ts';
import { LINK_TIMING, type LinkTiming } from '../../../src/adapters/mqtt/client/linkTiming.ts';
import { createMqttConnection } from '../../../src/adapters/mqtt/connection.ts';
import type { MqttConnectionOptions } from '../../../src/adapters/mqtt/connectionOptions.ts';
import type { MqttConnection } from '../../../src/adapters/mqtt/mqttConnection.ts';
import type { DomainEvent } from '../../../src/domain/events.ts';
import type { MqttSettings } from '../../../src/domain/mqttSettings.ts';
import type { Inbound } from '../../../src/domain/sample.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { ownInbound } from '../../pipeline/samples.ts';

type EventOf<T extends DomainEvent['type']> = Extract<DomainEvent, { type: T }>;

/** A connection under test with everything that it said. */
export interface Subject {
  readonly connection: MqttConnection;
  readonly events: readonly DomainEvent[];
  readonly inbound: readonly Inbound[];
  all<T extends DomainEvent['type']>(type: T): EventOf<T>[];
  /** The n-th event of the type (1 = first), as soon as it is there. */
  event<T extends DomainEvent['type']>(type: T, n?: number): Promise<EventOf<T>>;
  /** The first n messages, as soon as they are there. */
  messages(n: number): Promise<Inbound[]>;
  online(): Promise<void>;
}

const quickTiming: LinkTiming = {
  ...LINK_TIMING,
  firstRetry: toDurationMs(20),
  maxRetry: toDurationMs(200),
  silence: toDurationMs(150),
};

export function settingsFor(server: string, changes: Partial<MqttSettings> = {}): MqttSettings {
  return {
    server,
    baseTopic: 'tidegate',
    clientId: 'tidegate-under-test',
    user: undefined,
    password: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    insecure: false,
    alpn: undefined,
    protocol: 'auto',
    qos: 0,
    session: { persistent: false, expiry: toDurationMs(3_600_000) },
    keepalive: toDurationMs(60_000),
    connectTimeout: toDurationMs(5000),
    outboundBuffer: 256 * 1024,
    ...changes,
  };
}

export const STATE = 'tidegate/bridge/state';
export const OFFLINE: Announcement = { topic: STATE, payload: '{"state":"offline"}' };
export const ONLINE: Announcement = { topic: STATE, payload: '{"state":"online"}' };

export function createSubject(settings: MqttSettings, changes: Partial<MqttConnectionOptions> = {}): Subject {
  const events: DomainEvent[] = [];
  const inbound: Inbound[] = [];
  const checks = new Set<() => void>();
  const check = () => {
    for (const it of checks) it();
  };
  const connection = createMqttConnection({
    settings,
    filters: ['sensors/#'],
    clock: { now: () => toEpochMs(42) },
    report: (event) => {
      events.push(event);
      check();
    },
    will: OFFLINE,
    greeting: ONLINE,
    random: () => 0.5,
    timing: quickTiming,
    ...changes,
  });
  connection.inbound$.subscribe((message) => {
    inbound.push(ownInbound(message));
    check();
  });
  function until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const attempt = () => {
        const found = find();
        if (found === undefined) return;
        checks.delete(attempt);
        resolve(found);
      };
      checks.add(attempt);
      attempt();
    });
  }
  const all = <T extends DomainEvent['type']>(type: T) => events.filter((it) => it.type === type) as EventOf<T>[];
  return {
    connection,
    events,
    inbound,
    all,
    event: (type, n = 1) => until(() => all(type)[n - 1]),
    messages: (n) => until(() => (inbound.length >= n ? inbound.slice(0, n) : undefined)),
    online: () =>
      new Promise((resolve) => {
        const subscription = connection.connected$.subscribe((isConnected) => {
          if (!isConnected) return;
          resolve();
          queueMicrotask(() => subscription.unsubscribe());
        });
      }),
  };
}

/** Someone else at the same broker: a sensor, a dashboard. */
export interface Peer {
  readonly client: MqttClient;
  publish(topic: string, payload: string, options?: { retain?: boolean; qos?: 0 | 1 }): Promise<void>;
  /** Everything seen on the filter, from its retained messages on. */
  watch(filter: string): Promise<Watch>;
  end(): Promise<void>;
}

interface Watch {
  readonly seen: readonly string[];
  /** Resolves when `topic payload` has been seen. */
  until(topic: string, payload?: string): Promise<string>;
}

export async function createPeer(port: number, options: IClientOptions = {}): Promise<Peer> {
  const client = mqtt.connect({
    protocol: 'mqtt',
    hostname: '127.0.0.1',
    port,
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...options,
  });
  client.setMaxListeners(0);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  return {
    client,
    publish: async (topic, payload, { retain = false, qos = 1 } = {}) => {
      await client.publishAsync(topic, payload, { qos, retain });
    },
    watch: async (filter) => {
      const seen: string[] = [];
      let wake: () => void = () => undefined;
      client.on('message', (topic, payload, packet) => {
        seen.push(`${packet.retain ? 'retained ' : ''}${topic} ${payload.toString()}`);
        wake();
      });
      await client.subscribeAsync(filter, { qos: 1, rap: false });
      const until = async (topic: string, payload = ''): Promise<string> => {
        for (;;) {
          const found = seen.find((it) => it.includes(topic) && it.endsWith(payload));
          if (found !== undefined) return found;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      };
      return { seen, until };
    },
    end: async () => {
      await client.endAsync(true);
    },
  };
}
