import { crc32 } from 'node:zlib';
import type { IConnackPacket } from 'mqtt';
import type { ByteRange } from '../../../domain/byteRange.ts';
import type { Report } from '../../../domain/events.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { type DurationMs, toDurationMs } from '../../../domain/time.ts';
import { Acknowledgements } from '../inbound/acknowledgements.ts';
import type { Delivery } from '../inbound/delivery.ts';
import type { PublishFlags } from '../inbound/publishGate.ts';
import type { Announcement } from './announcement.ts';
import { backOff } from './backOff.ts';
import { clientOptions } from './clientOptions.ts';
import { describeFault } from './fault.ts';
import type { LinkTiming } from './linkTiming.ts';
import { type ConnectionEnd, type NetworkConnection, openNetworkConnection } from './networkConnection.ts';
import { createProtocolChoice, type ProtocolChoice, type VersionHint } from './protocolChoice.ts';
import { parseServerAddress } from './serverAddress.ts';
import { readTlsFiles, type TlsFiles } from './tlsFiles.ts';

/** Facts about a connection that the broker has accepted. */
export interface Welcome {
  readonly connection: NetworkConnection;
  readonly connack: IConnackPacket;
  readonly protocol: 4 | 5;
  /** Number of the broker's session, as `Delivery` has it. */
  readonly sessionNumber: number;
}

export interface ReconnectingClientOptions {
  readonly settings: MqttSettings;
  readonly will?: Announcement | undefined;
  readonly report: Report;
  readonly random: () => number;
  readonly timing: LinkTiming;
  /** Number of messages with QoS 1 and 2 that the broker may send before the first is acknowledged. */
  readonly receiveMaximum: number;
  /** Most unacknowledged messages that are held, whatever the broker makes of that number. */
  readonly mostUnacknowledged: number;
  /** Tells if there is room for another message while some are not acknowledged. */
  readonly hasRoom?: (() => boolean) | undefined;
  onUp(welcome: Welcome): void;
  /** The payload is lent for the time of the call. `delivery`: of QoS 1 and 2. */
  onMessage(topic: string, payload: ByteRange, flags: PublishFlags, delivery: Delivery | undefined): void;
  onDown(): void;
}

/** Keeps one connection alive for as long as it is wanted: retry, back-off, fall-back to 3.1.1, contested client ids. */
export interface ReconnectingClient {
  /** @throws TidegateError TG_CONFIG_UNREADABLE */
  start(): void;
  /** No further attempt. `polite`: with a DISCONNECT (no will); else the link is cut and the broker publishes the will. */
  stop(polite: boolean): Promise<void>;
}

/** Number of connections in a row that others ended early, from which on another client is taken to use our client id. */
const CONTESTED_AFTER = 3;

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

/** The broker oversteps the window that it was told: what we cannot hold is taken over another connection. */
class OverrunError extends Error {
  constructor() {
    super('it sent more messages than we can hold; the rest comes again');
  }
}

class RetryingClient implements ReconnectingClient {
  readonly #options: ReconnectingClientOptions;
  readonly #protocol: ProtocolChoice;
  readonly #server: string;
  readonly #acknowledgements = new Acknowledgements();
  #connection: NetworkConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #takeovers = 0;
  #isStopped = false;
  #onClosed: (() => void) | undefined;

  constructor(options: ReconnectingClientOptions) {
    this.#options = options;
    this.#protocol = createProtocolChoice(options.settings.protocol);
    this.#server = parseServerAddress(options.settings.server).label;
  }

  start(): void {
    if (this.#connection !== undefined || this.#isStopped) return;
    this.#open(readTlsFiles(this.#options.settings));
  }

  async stop(polite: boolean): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#acknowledgements.flush();
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
      if (polite) connection.close(this.#options.timing.close);
      else connection.cut(undefined);
    });
  }

  #attempt(): void {
    try {
      this.#open(readTlsFiles(this.#options.settings));
    } catch (error) {
      this.#refused(error);
    }
  }

  #open(tls: TlsFiles): void {
    const { settings, will, receiveMaximum } = this.#options;
    const protocol = this.#protocol.current;
    this.#connection = openNetworkConnection({
      client: clientOptions({ settings, protocol, tls, will, receiveMaximum }),
      silentKeepalives: SILENT_KEEPALIVES,
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
      isResumed: persistent && connack.sessionPresent,
      window: protocol === 5 ? receiveMaximum : UNTOLD_WINDOW,
      // Of a session that ends with its connection nothing comes again.
      most: persistent ? mostUnacknowledged : Number.POSITIVE_INFINITY,
      hasRoom: persistent ? hasRoom : undefined,
      renew: () => connection.close(timing.close, new OverrunError()),
      write: (bytes, onSeen) => connection.write(bytes, onSeen),
    });
  }

  #take(topic: string, payload: ByteRange, flags: PublishFlags): void {
    const { onMessage, report } = this.#options;
    if (flags.qosFields === undefined) {
      onMessage(topic, payload, flags, undefined);
      return;
    }
    const delivery = this.#acknowledgements.receive(flags.qosFields, crc32(payload.view(), crc32(topic)));
    if (delivery === 'repeat') {
      report({ type: 'MessageReceived' });
      report({ type: 'InputDropped', reason: 'redelivered', topic });
    } else if (delivery === 'in-use')
      this.#connection?.cut(new Error(`protocol error: packet identifier ${flags.qosFields.packetId} is in use`));
    else if (delivery !== undefined) onMessage(topic, payload, flags, delivery);
  }

  #up(connection: NetworkConnection, connack: IConnackPacket, protocol: 4 | 5): void {
    const { report, timing, onUp } = this.#options;
    if (this.#isStopped) return;
    if (this.#protocol.confirm()) report({ type: 'ProtocolDowngraded', server: this.#server });
    report({ type: 'BrokerConnected', server: this.#server, protocol });
    this.#timer = setTimeout(() => {
      this.#failures = 0;
      this.#takeovers = 0;
    }, timing.stableAfter);
    onUp({ connection, connack, protocol, sessionNumber: this.#acknowledgements.session });
  }

  #ended(end: ConnectionEnd): void {
    clearTimeout(this.#timer);
    this.#connection = undefined;
    this.#acknowledgements.end();
    if (end.wasUp) this.#options.onDown();
    if (this.#isStopped) {
      this.#onClosed?.();
      return;
    }
    if (end.wasUp) this.#lost(end);
    else if (this.#protocol.reject(versionHint(end.error, this.#options.settings))) this.#retryIn(toDurationMs(0));
    else this.#refused(end.error);
  }

  #refused(error: unknown): void {
    const { report, settings } = this.#options;
    const retryIn = this.#nextWait();
    report({ type: 'BrokerRefused', server: this.#server, reason: describeFault(error, settings).reason, retryIn });
    this.#retryIn(retryIn);
  }

  #lost({ error, wasArranging }: ConnectionEnd): void {
    const { report, settings, timing } = this.#options;
    const isOverFilters = error === undefined && wasArranging;
    const reason = isOverFilters ? CLOSED_OVER_FILTERS : describeFault(error, settings).reason;
    report({ type: 'BrokerDisconnected', server: this.#server, reason });
    if (error instanceof OverrunError) {
      // We have ended it ourselves, and the broker is well: to wait would only let more pile up.
      this.#retryIn(timing.afterOverrun);
      return;
    }
    // mosquitto 2.0 gives no reason when another client takes the id over; MQTT 5 has code 142 for it. A good session
    // has set the count to 0 by its timer.
    const isReported = (error as { code?: unknown } | undefined)?.code === TAKEN_OVER;
    const isTakeover = isReported || (error === undefined && !wasArranging);
    this.#takeovers = isTakeover ? this.#takeovers + 1 : 0;
    const wait = this.#nextWait();
    if (this.#takeovers < CONTESTED_AFTER) {
      this.#retryIn(wait);
      return;
    }
    report({ type: 'ClientIdContested', clientId: settings.clientId, isReported });
    this.#retryIn(timing.maxRetry);
  }

  #nextWait(): DurationMs {
    const { timing, random } = this.#options;
    const wait = backOff({ failures: this.#failures, first: timing.firstRetry, max: timing.maxRetry, random });
    this.#failures += 1;
    return wait;
  }

  #retryIn(wait: DurationMs): void {
    this.#timer = setTimeout(() => this.#attempt(), wait);
  }
}

function versionHint(error: unknown, settings: MqttSettings): VersionHint {
  if (error === undefined) return 'closed-unanswered';
  return describeFault(error, settings).kind === 'version' ? 'version-refused' : 'other';
}
