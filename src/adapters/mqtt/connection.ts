import { BehaviorSubject, type Observable } from 'rxjs';
import type { ByteRange } from '../../domain/byteRange.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { Listen } from '../../domain/listen.ts';
import { type Outgoing, type PublishTo, toOutgoing } from '../../domain/outgoing.ts';
import type { Inbound } from '../../domain/sample.ts';
import { settlesWithin } from '../../domain/settlesWithin.ts';
import type { Delay } from '../../domain/time.ts';
import { Arrangement } from './arrangement.ts';
import type { Announcement } from './client/announcement.ts';
import { LINK_TIMING, type LinkTiming } from './client/linkTiming.ts';
import type { NetworkConnection } from './client/networkConnection.ts';
import { createReconnectingClient } from './client/reconnectingClient.ts';
import type { ReconnectingClient, Welcome } from './client/reconnectingClientOptions.ts';
import { canIdentify, StreamSubscriptions } from './client/streamSubscriptions.ts';
import { subscribeListener } from './client/subscribeListener.ts';
import { unsubscribeAll } from './client/unsubscribeAll.ts';
import type { ConnectionChange, MqttConnectionOptions } from './connectionOptions.ts';
import { identifierBase } from './inbound/copyFilter.ts';
import type { Delivery } from './inbound/delivery.ts';
import { createIntake, type Intake } from './inbound/inbound.ts';
import { type ListenerLink, Listeners } from './inbound/listeners.ts';
import { MqttRepeats } from './inbound/mqttRepeats.ts';
import type { PublishFlags } from './inbound/publishGate.ts';
import { MOST_UNACKNOWLEDGED, RECEIVE_MAXIMUM } from './inbound/receiveLimits.ts';
import { SilenceWatch } from './inbound/silenceWatch.ts';
import { isTopicFilter } from './inbound/topicFilter.ts';
import type { MqttConnection, OnNewSession } from './mqttConnection.ts';
import { createOutbound, type Outbound } from './outbound/outbound.ts';

/** @throws TidegateError TG_CONFIG_INVALID for a filter or server address that MQTT does not allow */
export function createMqttConnection(options: MqttConnectionOptions): MqttConnection {
  const wrong = options.filters.find((filter) => !isTopicFilter(filter));
  if (wrong !== undefined) throw new TidegateError('TG_CONFIG_INVALID', `not a MQTT topic filter: "${wrong}"`);
  return new BrokerConnection(options);
}

class BrokerConnection implements MqttConnection {
  readonly inbound$: Observable<Inbound>;
  readonly repeats: MqttRepeats;
  readonly connected$: Observable<boolean>;
  readonly #options: MqttConnectionOptions;
  readonly #listeners: Listeners;
  readonly #subscriptions: StreamSubscriptions;
  readonly #timing: LinkTiming;
  readonly #connected = new BehaviorSubject(false);
  readonly #intake: Intake;
  readonly #outbound: Outbound;
  readonly #silence: SilenceWatch;
  readonly #client: ReconnectingClient;
  readonly #arrangement: Arrangement;
  #connection: NetworkConnection | undefined;
  #isIntakeOpen = true;
  #onNewSession: OnNewSession = nothingToDo;
  #stopping: Promise<void> | undefined;

  constructor(options: MqttConnectionOptions) {
    const { settings, clock, report, acks = 'at-once', formerFilters = [] } = options;
    const { mostUnacknowledged = MOST_UNACKNOWLEDGED, takesRetained } = options;
    this.#options = options;
    this.#timing = options.timing ?? LINK_TIMING;
    const filters = [...new Set(options.filters)];
    const base = settings.session.persistent ? identifierBase(filters) : 0;
    this.#listeners = new Listeners({ filters, identifierBase: base });
    this.#intake = createIntake({
      filters,
      formerFilters,
      identifierBase: base,
      baseTopic: settings.baseTopic,
      // Microtasks run when the chunk of the socket has been read.
      atEnd: queueMicrotask,
      ...{ clock, report, acks, takesRetained },
    });
    this.#subscriptions = new StreamSubscriptions({
      settings,
      filters,
      unwanted: formerFilters.filter((filter) => !filters.includes(filter)),
      identifierBase: base,
      report,
      wantsRetained: takesRetained,
      hasListeners: () => !this.#listeners.isEmpty,
      onGranted: (codes) => this.#intake.grant(codes),
    });
    this.#silence = silenceWatchOf(options, this.#timing);
    this.#outbound = createOutbound(settings.outboundBuffer, report);
    this.inbound$ = this.#intake.inbound$;
    this.repeats = new MqttRepeats({ clock, mostUnacknowledged: 2 * mostUnacknowledged });
    this.connected$ = this.#connected.asObservable();
    this.#client = createReconnectingClient({
      ...options,
      timing: this.#timing,
      receiveMaximum: options.receiveMaximum ?? RECEIVE_MAXIMUM[acks],
      mostUnacknowledged,
      onMessage: (topic, payload, flags, delivery) => this.#take(topic, payload, flags, delivery),
      onUp: (welcome) => void this.#welcome(welcome),
      onDown: () => this.#down(),
    });
    this.#arrangement = new Arrangement({
      ...{ options, filters, intake: this.#intake, listeners: this.#listeners, subscriptions: this.#subscriptions },
      ...{ silence: this.#silence, client: this.#client, outbound: this.#outbound, timing: this.#timing },
    });
  }

  start(onNewSession: OnNewSession = nothingToDo): void {
    this.#onNewSession = onNewSession;
    this.#client.start();
  }

  publish(message: Outgoing): boolean {
    const isOut = this.#outbound.publish(message);
    if (isOut) this.#listeners.published(message);
    return isOut;
  }

  readonly publishTo: PublishTo = (topic, payload, retain, expire) => {
    // Where our own messages come back to handlers, the bytes are needed to know them again.
    if (this.#listeners.hearsOwn) return this.publish(toOutgoing(topic, payload, retain, expire));
    return this.#outbound.publishTo(topic, payload, retain, expire);
  };

  readonly listen: Listen = (filter, handler) => this.#listeners.add(filter, handler);

  get silentFilters(): readonly string[] {
    return this.#silence.silent;
  }

  get outboundBytes(): number {
    return this.#outbound.waitingBytes;
  }

  async arrange(change: ConnectionChange, farewell?: Announcement): Promise<boolean> {
    return this.#isIntakeOpen && (await this.#arrangement.change(change, farewell));
  }

  closeIntake(): void {
    if (!this.#isIntakeOpen) return;
    this.#isIntakeOpen = false;
    this.#intake.close();
    // A session that outlives us keeps its subscriptions: the broker collects for them while we are away.
    if (this.#options.settings.session.persistent) return;
    const client = this.#connection?.client;
    const { filters } = this.#arrangement;
    if (client?.connected && filters.length > 0) void unsubscribeAll(client, filters);
  }

  stop({ farewell }: { readonly farewell?: Announcement } = {}): Promise<void> {
    this.#stopping ??= this.#stop(farewell);
    return this.#stopping;
  }

  async #stop(farewell: Announcement | undefined): Promise<void> {
    this.closeIntake();
    this.#listeners.clear();
    if (farewell !== undefined && this.#connection !== undefined) this.#announce(farewell);
    const isFlushed = await settlesWithin(this.#outbound.idle(), this.#timing.flush, inRealTime);
    await this.#client.stop(isFlushed);
    this.#connected.complete();
  }

  async #welcome(welcome: Welcome): Promise<void> {
    const { connection, connack } = welcome;
    this.#connection = connection;
    this.#outbound.attach(connection.client, connack.properties);
    if (!connack.sessionPresent) await this.#beginSession(welcome);
    // A client that hears of us may ask at once: the broker knows the filters of listeners before it says that we are there.
    const hear = (): Promise<void> => this.#listeners.connected(this.#listenerLink(welcome));
    const arrange = (): Promise<boolean> => this.#subscriptions.arrange(welcome, hear);
    if (this.#isIntakeOpen && connection.isOpen && !(await this.#arrangement.inTurn(arrange))) return;
    if (!connection.isOpen || this.#stopping !== undefined) return;
    this.#arrangement.welcomed = welcome;
    this.#silence.connected();
    const { greeting } = this.#options;
    if (greeting !== undefined) this.#announce(greeting);
    this.#connected.next(true);
  }

  async #beginSession({ sessionNumber }: Welcome): Promise<void> {
    // What a session that lives on has collected came by the subscriptions of before.
    this.#intake.grant(undefined);
    if (!this.#options.settings.session.persistent) return;
    this.repeats.enter(sessionNumber);
    await this.#onNewSession();
  }

  #take(topic: string, payload: ByteRange, flags: PublishFlags, delivery: Delivery | undefined): void {
    if (this.#silence.isListening) this.#silence.heard(topic);
    if (this.#listeners.take(topic, payload, flags)) this.#intake.take(topic, payload, flags, delivery);
    else delivery?.ack();
  }

  /** The connection as listeners use it. A filter that the broker refuses is reported, and the listener hears nothing. */
  #listenerLink(welcome: Welcome): ListenerLink {
    const { connection, protocol } = welcome;
    const { report, settings } = this.#options;
    const identified = canIdentify(welcome);
    return {
      protocol,
      subscribe: (listener) => {
        this.#subscriptions.identify(welcome);
        return subscribeListener(connection, { listener, protocol, identified, settings, report });
      },
      unsubscribe: ({ filter }, onDone) => {
        if (connection.client.connected) connection.client.unsubscribe(filter, onDone);
      },
    };
  }

  #announce({ topic, payload }: Announcement): void {
    this.#outbound.publish({ topic, payload, qos: 1, retain: true });
  }

  #down(): void {
    this.#connection = undefined;
    this.#arrangement.welcomed = undefined;
    this.#outbound.detach();
    this.#silence.disconnected();
    this.#listeners.disconnected();
    if (this.#connected.value) this.#connected.next(false);
  }
}

function silenceWatchOf(
  { expectedFilters: filters = [], settings, report }: MqttConnectionOptions,
  { silentFilters: after }: LinkTiming,
): SilenceWatch {
  return new SilenceWatch({ filters, baseTopic: settings.baseTopic, after, report });
}

function nothingToDo(): Promise<void> {
  return Promise.resolve();
}

const inRealTime: Delay = (run, after) => {
  const timer = setTimeout(run, after);
  return () => clearTimeout(timer);
};
