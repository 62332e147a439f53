import { createMqttConnection } from '../adapters/mqtt/connection.ts';
import type { ConnectionChange } from '../adapters/mqtt/connectionOptions.ts';
import { covers, deviceTopics } from '../adapters/payload/dialects/deviceTopics.ts';
import type { Config } from '../config/config.ts';
import type { Report } from '../domain/events.ts';
import type { Clock } from '../domain/time.ts';
import { bridgeTopics, OFFLINE, ONLINE } from '../outlets/bridge/bridgeTopics.ts';
import type { Log } from '../telemetry/log.ts';
import type { Source } from './source.ts';
import { openSubscriptions, type Subscriptions } from './subscriptions.ts';

export interface MqttSourceOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: Report;
  /** True while the broker may send another message before those that wait are acknowledged. */
  readonly hasRoom: () => boolean;
  /** True where the state folder is ours: it holds the filters of a session that outlives us. */
  readonly hasFolder: boolean;
}

/**
 * Messages from a MQTT broker, which also says whether we are there: `<base>/bridge/state`.
 * @throws TidegateError TG_CONFIG_INVALID
 */
export function createMqttSource(options: MqttSourceOptions): Source {
  const { config, clock, log, report, hasRoom } = options;
  const { state: topic } = bridgeTopics(config.mqtt.baseTopic);
  const farewell = { topic, payload: OFFLINE };
  const subscriptions = subscriptionsOf(options);
  const connection = createMqttConnection({
    ...heardOf(config, log),
    clock,
    report,
    will: farewell,
    greeting: { topic, payload: ONLINE },
    random: Math.random,
    hasRoom,
    ...(subscriptions !== undefined && { formerFilters: subscriptions.former }),
    acks: config.state.durability === 'journal' ? 'deferred' : 'at-once',
  });
  connection.connected$.subscribe((isConnected) => {
    if (isConnected) subscriptions?.settle();
  });
  return {
    inbound$: connection.inbound$,
    repeats: connection.repeats,
    connected$: connection.connected$,
    start(onNewSession) {
      subscriptions?.begin();
      connection.start(onNewSession);
    },
    publish: (message) => connection.publish(message),
    publishTo: connection.publishTo,
    listen(filter, handler) {
      subscriptions?.include(filter);
      return connection.listen(filter, handler);
    },
    get silentFilters() {
      return connection.silentFilters;
    },
    get outboundBytes() {
      return connection.outboundBytes;
    },
    arrange(next) {
      const heard = heardOf(next, log);
      subscriptions?.change(heard.filters, next.mqtt);
      void connection.arrange(heard, farewell).then((isAnswered) => isAnswered && subscriptions?.settle());
    },
    closeIntake: () => connection.closeIntake(),
    stop: () => connection.stop({ farewell }),
  };
}

/** The filters and the link of a configuration. */
function heardOf(config: Config, log: Log): ConnectionChange {
  return {
    settings: config.mqtt,
    filters: filtersOf(config, log),
    // Labels are given now and then.
    expectedFilters: [...new Set(config.streams.map(({ topic: filter }) => filter))],
    longestPayload: longestOf(config),
    takesRetained: readsDialects(config),
  };
}

/** Bytes of the list in which a bridge describes all its devices. */
const LONGEST_DESCRIPTION = 4 * 2 ** 20;

function readsDialects({ streams }: Config): boolean {
  return streams.some(({ source }) => source !== undefined);
}

function longestOf(config: Config): number {
  return readsDialects(config) ? Math.max(config.limits.payload, LONGEST_DESCRIPTION) : config.limits.payload;
}

/** undefined for a session that ends with its connection. */
function subscriptionsOf({ config, log, hasFolder }: MqttSourceOptions): Subscriptions | undefined {
  const { mqtt: settings, state } = config;
  if (!settings.session.persistent || !hasFolder) return undefined;
  return openSubscriptions({ folder: state.dir, settings, filters: filtersOf(config), log });
}

/** Filters beside those of streams and labels. Brokers bound the subscriptions of a client. */
const MOST_DEVICE_TOPICS = 256;

/** Filters of streams, then of labels, then of topics in which devices describe themselves, as far as those before leave them out. */
function filtersOf({ streams }: Config, log?: Log): readonly string[] {
  const wanted = streams.flatMap(({ topic, labels }) => (labels === undefined ? topic : [topic, labels.topic]));
  const taken = wanted.map((filter) => filter.split('/'));
  const isNew = (filter: string): boolean => !taken.some((levels) => covers(levels, filter.split('/')));
  const beside = [...new Set(streams.flatMap(deviceTopics))].filter(isNew);
  if (beside.length > MOST_DEVICE_TOPICS)
    log?.warning('topics of devices left off: a filter with wildcards in place of single topics has them all', {
      count: beside.length - MOST_DEVICE_TOPICS,
      most: MOST_DEVICE_TOPICS,
    });
  return [...new Set([...wanted, ...beside.slice(0, MOST_DEVICE_TOPICS)])];
}
