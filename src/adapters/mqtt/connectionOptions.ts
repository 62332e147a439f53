import type { Report } from '../../domain/events.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import type { Clock } from '../../domain/time.ts';
import type { Announcement } from './client/announcement.ts';
import type { LinkTiming } from './client/linkTiming.ts';

export interface MqttConnectionOptions {
  readonly settings: MqttSettings;
  readonly filters: readonly string[];
  /** Those of them for which messages are expected within minutes. Default: none is. */
  readonly expectedFilters?: readonly string[];
  /**
   * Filters that an earlier process subscribed to in a persistent session. Those that are not wanted any more are given up;
   * without that the broker would go on sending for them, and twice where they overlap with today's.
   */
  readonly formerFilters?: readonly string[];
  readonly clock: Clock;
  readonly report: Report;
  /** The broker publishes `will` when we vanish; we publish `greeting` once the subscriptions are answered. Both are retained. Default: none. */
  readonly will?: Announcement | undefined;
  readonly greeting?: Announcement | undefined;
  /** Uniform in [0, 1), for the jitter of the back-off. */
  readonly random: () => number;
  /**
   * `at-once` (default): a message with QoS 1 or 2 is acknowledged as soon as `inbound$` has given it. `deferred`: it comes
   * with its `receipt`, and the receiver acknowledges it. What is dropped here is acknowledged in its turn.
   */
  readonly acks?: 'at-once' | 'deferred';
  /** MQTT 5: messages with QoS 1 and 2 that the broker may send before it waits for the first acknowledgement. */
  readonly receiveMaximum?: number;
  /**
   * Unacknowledged messages of a persistent session that are held at most. Brokers overstep the number that they are told
   * (mosquitto 2.0 by all that it has queued); the rest is taken over a new connection. Default: 16,384.
   */
  readonly mostUnacknowledged?: number;
  /** `inbound$` has messages that the broker had kept too, as such. Default: they are dropped and counted. */
  readonly takesRetained?: boolean;
  /** Bytes of a payload that are read; of a longer one more than this comes, and no more is held. Default: all are. */
  readonly longestPayload?: number;
  /**
   * True while a persistent session may give another message before the others are acknowledged. A message without room
   * comes again over a new connection, once those are. Default: always.
   */
  readonly hasRoom?: () => boolean;
  readonly timing?: LinkTiming;
}

/** Options that may change while the link is there. */
export type ConnectionChange = Pick<
  MqttConnectionOptions,
  'settings' | 'filters' | 'expectedFilters' | 'takesRetained' | 'longestPayload'
>;
