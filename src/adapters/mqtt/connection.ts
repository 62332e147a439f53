import { BehaviorSubject, type Observable } from 'rxjs';
import { TidegateError } from '../../domain/errors.ts';
import type { RepeatDetector } from '../../domain/receipt.ts';
import type { Inbound } from '../../domain/sample.ts';
import { settlesWithin } from '../../domain/settlesWithin.ts';
import type { Delay } from '../../domain/time.ts';
import type { Announcement } from './client/announcement.ts';
import { createLink, type Link, type Welcome } from './client/link.ts';
import { LINK_TIMING, type LinkTiming } from './client/linkTiming.ts';
import type { Session } from './client/session.ts';
import { subscribeAll } from './client/subscribeAll.ts';
import type { MqttConnectionOptions } from './connectionOptions.ts';
import { identifierBase } from './inbound/copyFilter.ts';
import { createIntake, type Intake } from './inbound/inbound.ts';
import { MqttRepeats } from './inbound/mqttRepeats.ts';
import { MOST_UNACKNOWLEDGED, RECEIVE_MAXIMUM } from './inbound/receiveLimits.ts';
import { isTopicFilter } from './inbound/topicFilter.ts';
import { createOutbound, type Outbound, type Outgoing } from './outbound/outbound.ts';

/**
 * Of a persistent session: the broker had none of ours and has begun one. Nothing comes over it before this resolves: the
 * subscriptions are asked for afterwards.
 */
type OnNewSession = () => Promise<void>;

/** The link to the broker: messages in, messages out, kept up for years. */
export interface MqttConnection {
  /** Live messages of others, each once. Completes with the intake. Errors never. */
  readonly inbound$: Observable<Inbound>;
  /** Recognises what the broker sends again. */
  readonly repeats: RepeatDetector;
  /** True from the moment that the subscriptions are answered and the greeting is out. Starts with false; ends with stop. */
  readonly connected$: Observable<boolean>;
  /** @throws TidegateError TG_CONFIG_UNREADABLE where a certificate file cannot be read; all else is retried. */
  start(onNewSession?: OnNewSession): void;
  /** @returns false where the message was dropped, which is reported too. */
  publish(message: Outgoing): boolean;
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
  readonly repeats: MqttRepeats;
  readonly connected$: Observable<boolean>;
  readonly #options: MqttConnectionOptions;
  readonly #filters: readonly string[];
  readonly #identifierBase: number;
  readonly #timing: LinkTiming;
  readonly #connected = new BehaviorSubject(false);
  readonly #intake: Intake;
  readonly #outbound: Outbound;
  readonly #link: Link;
  #session: Session | undefined;
  #unwanted: readonly string[];
  #isIntakeOpen = true;
  #onNewSession: OnNewSession = nothingToDo;
  #stopping: Promise<void> | undefined;

  constructor(options: MqttConnectionOptions) {
    const { settings, clock, report, will, random, acks = 'at-once', formerFilters = [] } = options;
    const { mostUnacknowledged = MOST_UNACKNOWLEDGED } = options;
    this.#options = options;
    this.#filters = [...new Set(options.filters)];
    this.#timing = options.timing ?? LINK_TIMING;
    this.#unwanted = formerFilters.filter((filter) => !this.#filters.includes(filter));
    this.#identifierBase = settings.session.persistent ? identifierBase(this.#filters) : 0;
    this.#intake = createIntake({
      filters: this.#filters,
      formerFilters,
      identifierBase: this.#identifierBase,
      baseTopic: settings.baseTopic,
      clock,
      report,
      acks,
    });
    this.#outbound = createOutbound(settings.outboundBuffer, report);
    this.inbound$ = this.#intake.inbound$;
    this.repeats = new MqttRepeats({ clock, mostUnacknowledged: 2 * mostUnacknowledged });
    this.connected$ = this.#connected.asObservable();
    this.#link = createLink({
      settings,
      will,
      report,
      random,
      timing: this.#timing,
      receiveMaximum: options.receiveMaximum ?? RECEIVE_MAXIMUM[acks],
      mostUnacknowledged,
      hasRoom: options.hasRoom,
      onMessage: (topic, payload, flags, delivery) => this.#intake.take(topic, payload, flags, delivery),
      onUp: (welcome) => void this.#welcome(welcome),
      onDown: () => this.#down(),
    });
  }

  start(onNewSession: OnNewSession = nothingToDo): void {
    this.#onNewSession = onNewSession;
    this.#link.start();
  }

  publish(message: Outgoing): boolean {
    return this.#outbound.publish(message);
  }

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
    if (this.#isIntakeOpen && session.isOpen && !(await this.#arrange(welcome))) return;
    if (!session.isOpen || this.#stopping !== undefined) return;
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

  /** @returns whether the broker has answered for every filter in time */
  async #arrange(welcome: Welcome): Promise<boolean> {
    const { session, connack } = welcome;
    const { connectTimeout } = this.#options.settings;
    const timer = setTimeout(() => session.cut(new Error('no answer to our subscriptions')), connectTimeout);
    session.isArranging = true;
    const isAnswered = await this.#subscribe(welcome);
    const isDone = isAnswered && (!connack.sessionPresent || (await this.#giveUpUnwanted(session)));
    clearTimeout(timer);
    session.isArranging = false;
    return isDone;
  }

  async #subscribe({ session, connack, protocol }: Welcome): Promise<boolean> {
    const { settings, report } = this.#options;
    const filters = this.#filters;
    const canIdentify = protocol === 5 && connack.properties?.subscriptionIdentifiersAvailable !== false;
    const identify = canIdentify && (filters.length > 1 || settings.session.persistent);
    const base = identify ? this.#identifierBase : undefined;
    const { persistent: isRenewal } = settings.session;
    const options = { filters, qos: settings.qos, protocol, identifierBase: base, isRenewal };
    const codes = await subscribeAll(session.client, options).catch((error: unknown) => session.cut(error));
    if (codes === undefined || !session.isOpen) return false;
    this.#intake.grant(codes);
    for (const [i, code] of codes.entries()) {
      if (code >= 128) report({ type: 'FilterRefused', filter: filters[i] as string, code });
    }
    report({ type: 'FiltersGranted', count: codes.filter((code) => code < 128).length });
    return true;
  }

  /** Not before today's are in force: what both match is never without a subscription. @returns whether it was answered */
  #giveUpUnwanted(session: Session): Promise<boolean> {
    const unwanted = this.#unwanted;
    if (unwanted.length === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      session.client.unsubscribe([...unwanted], (error) => {
        if (!error) this.#unwanted = [];
        resolve(!error && session.isOpen);
      });
    });
  }

  #announce({ topic, payload }: Announcement): void {
    this.#outbound.publish({ topic, payload, qos: 1, retain: true });
  }

  #down(): void {
    this.#session = undefined;
    this.#outbound.detach();
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
