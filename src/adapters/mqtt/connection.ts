import { BehaviorSubject, type Observable } from 'rxjs';
import { TidegateError } from '../../domain/errors.ts';
import type { Report } from '../../domain/events.ts';
import type { Listen } from '../../domain/listen.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import type { Outgoing } from '../../domain/outgoing.ts';
import type { Delivery, Inbound } from '../../domain/sample.ts';
import { settlesWithin } from '../../domain/settlesWithin.ts';
import type { Clock, Delay } from '../../domain/time.ts';
import type { Announcement } from './client/announcement.ts';
import { createLink, type Link, type Welcome } from './client/link.ts';
import { LINK_TIMING, type LinkTiming } from './client/linkTiming.ts';
import type { Session } from './client/session.ts';
import { canIdentify, StreamSubscriptions } from './client/streamSubscriptions.ts';
import { subscribeListener } from './client/subscribeListener.ts';
import { identifierBase } from './inbound/copyFilter.ts';
import { createIntake, type Intake } from './inbound/inbound.ts';
import { type ListenerLink, Listeners } from './inbound/listeners.ts';
import type { PublishFlags } from './inbound/publishGate.ts';
import { MOST_UNACKNOWLEDGED, RECEIVE_MAXIMUM } from './inbound/receiveLimits.ts';
import { isTopicFilter } from './inbound/topicFilter.ts';
import { createOutbound, type Outbound } from './outbound/outbound.ts';

export interface MqttConnectionOptions {
  readonly settings: MqttSettings;
  readonly filters: readonly string[];
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
   * with its `delivery`, and whoever gets it acknowledges it. What is dropped here is acknowledged in its turn.
   */
  readonly acks?: 'at-once' | 'deferred';
  /** MQTT 5: messages with QoS 1 and 2 that the broker may send before it waits for the first acknowledgement. */
  readonly receiveMaximum?: number;
  /**
   * Unacknowledged messages of a persistent session that are held at most. Brokers overstep the number that they are told
   * (mosquitto 2.0 by all that it has queued); the rest is taken over a new connection. Default: 16,384.
   */
  readonly mostUnacknowledged?: number;
  /**
   * True while a persistent session may give another message before the others are acknowledged. A message without room
   * comes again over a new connection, once those are. Default: always.
   */
  readonly hasRoom?: () => boolean;
  readonly timing?: LinkTiming;
}

/**
 * Of a persistent session: the broker had none of ours and has begun one. Nothing comes over it before this resolves: the
 * subscriptions are asked for afterwards. `session`: as `Delivery` has it.
 */
type OnNewSession = (session: number) => Promise<void>;

/** The link to the broker: messages in, messages out, kept up for years. */
export interface MqttConnection {
  /** Live messages of others, each once. Completes with the intake. Errors never. */
  readonly inbound$: Observable<Inbound>;
  /** True from the moment that the subscriptions are answered and the greeting is out. Starts with false; ends with stop. */
  readonly connected$: Observable<boolean>;
  /** @throws TidegateError TG_CONFIG_UNREADABLE where a certificate file cannot be read; all else is retried. */
  start(onNewSession?: OnNewSession): void;
  /** @returns false where the message was dropped, which is reported too. */
  publish(message: Outgoing): boolean;
  /** Over a subscription of its own, with QoS 0. @throws TidegateError TG_CONFIG_INVALID for a filter that MQTT does not allow */
  readonly listen: Listen;
  /** Bytes that wait for a slow broker. */
  readonly outboundBytes: number;
  /** Nothing comes in any more; publishing goes on. */
  closeIntake(): void;
  /** Closes the intake, publishes the farewell, waits (bounded) until everything is out, and closes. Idempotent. */
  stop(options?: { readonly farewell?: Announcement }): Promise<void>;
}

/** @throws TidegateError TG_CONFIG_INVALID for a filter or server address that MQTT does not allow */
export function createMqttConnection(options: MqttConnectionOptions): MqttConnection {
  const wrong = options.filters.find((filter) => !isTopicFilter(filter));
  if (wrong !== undefined) throw new TidegateError('TG_CONFIG_INVALID', `not a MQTT topic filter: "${wrong}"`);
  return new BrokerConnection(options);
}

class BrokerConnection implements MqttConnection {
  readonly inbound$: Observable<Inbound>;
  readonly connected$: Observable<boolean>;
  readonly #options: MqttConnectionOptions;
  readonly #filters: readonly string[];
  readonly #listeners: Listeners;
  readonly #subscriptions: StreamSubscriptions;
  readonly #timing: LinkTiming;
  readonly #connected = new BehaviorSubject(false);
  readonly #intake: Intake;
  readonly #outbound: Outbound;
  readonly #link: Link;
  #session: Session | undefined;
  #isIntakeOpen = true;
  #onNewSession: OnNewSession = nothingToDo;
  #stopping: Promise<void> | undefined;

  constructor(options: MqttConnectionOptions) {
    const { settings, clock, report, will, random, acks = 'at-once', formerFilters = [] } = options;
    this.#options = options;
    this.#filters = [...new Set(options.filters)];
    this.#timing = options.timing ?? LINK_TIMING;
    const base = settings.session.persistent ? identifierBase(this.#filters) : 0;
    this.#listeners = new Listeners({ filters: this.#filters, identifierBase: base });
    this.#intake = createIntake({
      filters: this.#filters,
      formerFilters,
      identifierBase: base,
      baseTopic: settings.baseTopic,
      clock,
      report,
      acks,
    });
    this.#subscriptions = new StreamSubscriptions({
      settings,
      filters: this.#filters,
      unwanted: formerFilters.filter((filter) => !this.#filters.includes(filter)),
      identifierBase: base,
      report,
      hasListeners: () => !this.#listeners.isEmpty,
      onGranted: (codes) => this.#intake.grant(codes),
    });
    this.#outbound = createOutbound(settings.outboundBuffer, report);
    this.inbound$ = this.#intake.inbound$;
    this.connected$ = this.#connected.asObservable();
    this.#link = createLink({
      settings,
      will,
      report,
      random,
      timing: this.#timing,
      receiveMaximum: options.receiveMaximum ?? RECEIVE_MAXIMUM[acks],
      mostUnacknowledged: options.mostUnacknowledged ?? MOST_UNACKNOWLEDGED,
      hasRoom: options.hasRoom,
      onMessage: (topic, payload, flags, delivery) => this.#take(topic, payload, flags, delivery),
      onUp: (welcome) => void this.#welcome(welcome),
      onDown: () => this.#down(),
    });
  }

  start(onNewSession: OnNewSession = nothingToDo): void {
    this.#onNewSession = onNewSession;
    this.#link.start();
  }

  publish(message: Outgoing): boolean {
    const isOut = this.#outbound.publish(message);
    if (isOut) this.#listeners.published(message);
    return isOut;
  }

  readonly listen: Listen = (filter, handler) => this.#listeners.add(filter, handler);

  get outboundBytes(): number {
    return this.#outbound.waitingBytes;
  }

  closeIntake(): void {
    if (!this.#isIntakeOpen) return;
    this.#isIntakeOpen = false;
    this.#intake.close();
    // A session that outlives us keeps its subscriptions: the broker collects for them while we are away.
    if (this.#options.settings.session.persistent) return;
    const client = this.#session?.client;
    if (client?.connected && this.#filters.length > 0) client.unsubscribe([...this.#filters], nothingToDo);
  }

  stop({ farewell }: { readonly farewell?: Announcement } = {}): Promise<void> {
    this.#stopping ??= this.#stop(farewell);
    return this.#stopping;
  }

  async #stop(farewell: Announcement | undefined): Promise<void> {
    this.closeIntake();
    this.#listeners.clear();
    if (farewell !== undefined && this.#session !== undefined) this.#announce(farewell);
    const isFlushed = await settlesWithin(this.#outbound.idle(), this.#timing.flush, inRealTime);
    await this.#link.stop(isFlushed);
    this.#connected.complete();
  }

  async #welcome(welcome: Welcome): Promise<void> {
    const { session, connack } = welcome;
    this.#session = session;
    this.#outbound.attach(session.client, connack.properties);
    if (!connack.sessionPresent) await this.#beginSession(welcome);
    if (this.#isIntakeOpen && session.isOpen && !(await this.#subscriptions.arrange(welcome))) return;
    if (!session.isOpen || this.#stopping !== undefined) return;
    this.#listeners.connected(this.#listenerLink(welcome));
    const { greeting } = this.#options;
    if (greeting !== undefined) this.#announce(greeting);
    this.#connected.next(true);
  }

  async #beginSession({ sessionNumber }: Welcome): Promise<void> {
    // What a session that lives on has collected came by the subscriptions of before.
    this.#intake.grant(undefined);
    if (this.#options.settings.session.persistent) await this.#onNewSession(sessionNumber);
  }

  #take(topic: string, payload: Buffer, flags: PublishFlags, delivery: Delivery | undefined): void {
    if (this.#listeners.take(topic, payload, flags)) this.#intake.take(topic, payload, flags, delivery);
    else delivery?.acknowledge();
  }

  /** The connection as listeners use it. A filter that the broker refuses is reported, and the listener hears nothing. */
  #listenerLink(welcome: Welcome): ListenerLink {
    const { session, protocol } = welcome;
    const { report, settings } = this.#options;
    const identified = canIdentify(welcome);
    return {
      protocol,
      subscribe: (listener) => {
        this.#subscriptions.identify(welcome);
        void subscribeListener(session, { listener, protocol, identified, qos: settings.qos, report });
      },
      unsubscribe: ({ filter }, onDone) => {
        if (session.client.connected) session.client.unsubscribe(filter, onDone);
      },
    };
  }

  #announce({ topic, payload }: Announcement): void {
    this.#outbound.publish({ topic, payload, qos: 1, retain: true });
  }

  #down(): void {
    this.#session = undefined;
    this.#outbound.detach();
    this.#listeners.disconnected();
    if (this.#connected.value) this.#connected.next(false);
  }
}

function nothingToDo(): Promise<void> {
  return Promise.resolve();
}

const inRealTime: Delay = (run, after) => {
  const timer = setTimeout(run, after);
  return () => clearTimeout(timer);
};
