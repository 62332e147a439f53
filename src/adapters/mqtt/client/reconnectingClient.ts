import type { IConnackPacket } from 'mqtt';
import type { ByteRange } from '../../../domain/byteRange.ts';
import { RECEIVED } from '../../../domain/frequentEvents.ts';
import { Acknowledgements } from '../inbound/acknowledgements.ts';
import { messageChecksum } from '../inbound/messageChecksum.ts';
import type { PublishFlags } from '../inbound/publishGate.ts';
import { type BrokerKnowledge, brokerKnowledge } from './brokerKnowledge.ts';
import { clientOptions } from './clientOptions.ts';
import { describeCause, type EarlyEndCause, type StrangerFate } from './earlyEnds.ts';
import { describeFault } from './fault.ts';
import { type ConnectionEnd, type NetworkConnection, openNetworkConnection } from './networkConnection.ts';
import { OverrunError } from './overrunError.ts';
import { versionHint } from './protocolChoice.ts';
import type { ReconnectingClient, ReconnectingClientOptions, Relink } from './reconnectingClientOptions.ts';
import { isElsewhere, RelinkError } from './relinkError.ts';
import { Retries } from './retries.ts';
import { tryStranger } from './strangerTrial.ts';
import { readTlsFiles, type TlsFiles } from './tlsFiles.ts';
import { describeWill } from './will.ts';

/** Session taken over (MQTT 5: 3.14.2.1). */
const TAKEN_OVER = 142;
const CLOSED_OVER_FILTERS =
  'the broker closed the connection on our subscriptions: check its access rules and its limits';

/** MQTT 3.1.1 has no word for it; mosquitto's own bound for a client, and what others have is near. */
const UNTOLD_WINDOW = 20;

/** Times the keepalive: half again above the point where mqtt.js's own ping check would have acted. */
const SILENT_KEEPALIVES = 2;

export function createReconnectingClient(options: ReconnectingClientOptions): ReconnectingClient {
  return new RetryingClient(options);
}

class RetryingClient implements ReconnectingClient {
  #options: ReconnectingClientOptions;
  #broker: BrokerKnowledge;
  readonly #retries: Retries;
  readonly #acknowledgements = new Acknowledgements();
  #connection: NetworkConnection | undefined;
  #endTrial: (() => void) | undefined;
  #isStopped = false;
  /** A session that the broker may have for us is none of those before. */
  #isElsewhere = false;
  #onClosed: (() => void) | undefined;

  constructor(options: ReconnectingClientOptions) {
    this.#options = options;
    this.#broker = brokerKnowledge(options);
    this.#retries = new Retries(options.timing, options.random);
  }

  start(): void {
    if (this.#connection !== undefined || this.#isStopped) return;
    this.#open(readTlsFiles(this.#options.settings));
  }

  get unacknowledged(): number {
    return this.#acknowledgements.waiting;
  }

  relink(change: Relink): void {
    const { settings, timing } = this.#options;
    const { server } = this.#broker;
    this.#isElsewhere ||= isElsewhere(settings, change.settings);
    this.#options = { ...this.#options, ...change };
    this.#broker = brokerKnowledge(this.#options);
    if (this.#isStopped) return;
    this.#endTrial?.();
    this.#retries.succeed();
    this.#acknowledgements.flush();
    if (this.#connection === undefined) this.#retries.now(this.#attempt);
    else this.#connection.close(timing.close, new RelinkError(server));
  }

  async stop(polite: boolean): Promise<void> {
    this.#isStopped = true;
    this.#retries.cancel();
    this.#endTrial?.();
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#acknowledgements.flush();
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
      if (polite) connection.close(this.#options.timing.close);
      else connection.cut(undefined);
    });
  }

  readonly #attempt = (): void => {
    if (this.#connection === undefined) this.#withTls((tls) => this.#open(tls));
  };

  #withTls(run: (tls: TlsFiles) => void): void {
    try {
      run(readTlsFiles(this.#options.settings));
    } catch (error) {
      this.#refused(error);
    }
  }

  #open(tls: TlsFiles): void {
    const { settings, receiveMaximum, longestPayload } = this.#options;
    const protocol = this.#broker.protocol.current;
    const will = this.#broker.will.current;
    this.#connection = openNetworkConnection({
      client: clientOptions({ settings, protocol, tls, will, receiveMaximum }),
      silentKeepalives: SILENT_KEEPALIVES,
      longestPayload,
      onAdmitted: (connection, connack) => this.#admitted(connection, connack, protocol),
      onMessage: (topic, payload, flags) => this.#take(topic, payload, flags),
      onRelease: (packetId) => this.#acknowledgements.release(packetId),
      onUp: (connection, connack) => this.#up(connection, connack, protocol),
      onEnd: (end) => this.#ended(end),
    });
  }

  #admitted(connection: NetworkConnection, connack: IConnackPacket, protocol: 4 | 5): void {
    const { settings, receiveMaximum, mostUnacknowledged, hasRoom, timing } = this.#options;
    const { persistent } = settings.session;
    this.#acknowledgements.begin({
      isResumed: persistent && connack.sessionPresent && !this.#isElsewhere,
      window: protocol === 5 ? receiveMaximum : UNTOLD_WINDOW,
      // Of a session that ends with its connection nothing comes again.
      most: persistent ? mostUnacknowledged : Number.POSITIVE_INFINITY,
      hasRoom: persistent ? hasRoom : undefined,
      renew: () => connection.close(timing.close, new OverrunError()),
      write: (bytes, onSeen) => connection.write(bytes, onSeen),
    });
    this.#isElsewhere = false;
  }

  #take(topic: string, payload: ByteRange, flags: PublishFlags): void {
    const { onMessage, report } = this.#options;
    if (flags.qosFields === undefined) {
      onMessage(topic, payload, flags, undefined);
      return;
    }
    const delivery = this.#acknowledgements.receive(flags.qosFields, messageChecksum(topic, payload));
    if (delivery === 'repeat') {
      report(RECEIVED);
      report({ type: 'InputDropped', reason: 'redelivered', topic });
    } else if (delivery === 'in-use')
      this.#connection?.cut(new Error(`protocol error: packet identifier ${flags.qosFields.packetId} is in use`));
    else if (delivery !== undefined) onMessage(topic, payload, flags, delivery);
  }

  #up(connection: NetworkConnection, connack: IConnackPacket, protocol: 4 | 5): void {
    const { timing, report } = this.#options;
    if (this.#isStopped) return;
    if (this.#broker.protocol.confirm()) report({ type: 'ProtocolDowngraded', server: this.#broker.server });
    const silence = this.#broker.earlyEnds.begin();
    const begin = (): void => {
      report({ type: 'BrokerConnected', server: this.#broker.server, protocol });
      this.#retries.after(timing.stableAfter, () => {
        this.#retries.succeed();
        this.#broker.earlyEnds.lasted();
      });
      this.#options.onUp({ connection, connack, protocol, sessionNumber: this.#acknowledgements.session });
    };
    if (silence === 0) begin();
    else {
      report({ type: 'BrokerTried', server: this.#broker.server, silence });
      this.#retries.after(silence, () => {
        this.#broker.earlyEnds.endTrial();
        begin();
      });
    }
  }

  #ended(end: ConnectionEnd): void {
    this.#retries.cancel();
    this.#connection = undefined;
    this.#acknowledgements.end();
    if (end.wasUp) this.#options.onDown();
    if (this.#isStopped) {
      this.#onClosed?.();
      return;
    }
    if (end.error instanceof RelinkError) {
      const { server, message: reason } = end.error;
      if (end.wasUp) this.#options.report({ type: 'BrokerDisconnected', server, reason });
      this.#retries.now(this.#attempt);
    } else if (end.wasUp) this.#lost(end);
    else this.#notTaken(end.error);
  }

  #notTaken(error: unknown): void {
    const { report, settings } = this.#options;
    if (this.#broker.protocol.reject(versionHint(error, settings))) this.#retries.now(this.#attempt);
    else if (this.#broker.will.lessen((error as { code?: unknown } | undefined)?.code)) {
      report({ type: 'WillLessened', server: this.#broker.server, reason: describeWill(this.#broker.will.current) });
      this.#retries.now(this.#attempt);
    } else this.#refused(error);
  }

  #refused(error: unknown): void {
    const { report, settings } = this.#options;
    this.#broker.earlyEnds.unreachable();
    const retryIn = this.#retries.nextWait();
    report({
      type: 'BrokerRefused',
      server: this.#broker.server,
      reason: describeFault(error, settings).reason,
      retryIn,
    });
    this.#retries.after(retryIn, this.#attempt);
  }

  #lost({ error, wasArranging }: ConnectionEnd): void {
    const { report, settings, timing } = this.#options;
    const isTakenOver = (error as { code?: unknown } | undefined)?.code === TAKEN_OVER;
    const cause = this.#broker.earlyEnds.ended({ isTakenOver, isUnexplained: error === undefined && !wasArranging });
    const isOverFilters = error === undefined && wasArranging;
    const known = isOverFilters ? CLOSED_OVER_FILTERS : describeCause(cause, settings);
    report({
      type: 'BrokerDisconnected',
      server: this.#broker.server,
      reason: known ?? describeFault(error, settings, 'session').reason,
    });
    // We have ended it ourselves, and the broker is well: to wait would only let more pile up.
    if (error instanceof OverrunError) this.#retries.after(timing.afterOverrun, this.#attempt);
    else if (cause === 'silent') this.#tryStranger();
    else this.#retryAfter(cause, isTakenOver);
  }

  #tryStranger(): void {
    const { settings, timing } = this.#options;
    const { current: protocol } = this.#broker.protocol;
    const { silence, close } = timing;
    const onEnd = (fate: StrangerFate): void => this.#retryAfter(this.#broker.earlyEnds.strangerEnded(fate));
    this.#retries.after(timing.firstRetry, () =>
      this.#withTls((tls) => {
        this.#endTrial = tryStranger({ settings, protocol, tls, silence, close, onEnd });
      }),
    );
  }

  #retryAfter(cause: EarlyEndCause, isReported = false): void {
    const { report, settings, timing } = this.#options;
    const wait = this.#retries.nextWait();
    if (cause === 'contested') report({ type: 'ClientIdContested', clientId: settings.clientId, isReported });
    this.#retries.after(cause === 'contested' ? timing.maxRetry : wait, this.#attempt);
  }
}
