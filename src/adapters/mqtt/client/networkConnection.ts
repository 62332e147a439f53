import type { IClientOptions, IConnackPacket, MqttClient, Packet } from 'mqtt';
import { ByteRange } from '../../../domain/byteRange.ts';
import type { DurationMs } from '../../../domain/time.ts';
import { packetFlaw } from '../inbound/packetFlaw.ts';
import type { TakePublish } from '../inbound/publishGate.ts';
import { ForeignProtocolError, foreignProtocolOf } from './foreignProtocol.ts';
import { createGatedClient } from './gatedClient.ts';
import { interceptPublish } from './interceptPublish.ts';
import { ReadingProofs } from './readingProofs.ts';

/** End of a connection. */
export interface ConnectionEnd {
  /** The broker had accepted it. */
  readonly wasUp: boolean;
  /** It ended while subscriptions were not answered. */
  readonly wasArranging: boolean;
  /** Cause; undefined: the other side closed without a word. */
  readonly error: unknown;
}

export interface NetworkConnectionOptions {
  readonly client: IClientOptions;
  /** A link that is up and gives no packet for this number of keepalives is dead; without keepalive, or 0: never. */
  readonly silentKeepalives: number;
  /** The broker has taken us in; messages of a session that it still had may follow at once, before `onUp`. */
  onAdmitted?(connection: NetworkConnection, connack: IConnackPacket): void;
  onUp(connection: NetworkConnection, connack: IConnackPacket): void;
  /** A longer payload is only begun in `onMessage`, by more than this. Default: none is. */
  readonly longestPayload?: number | undefined;
  onMessage: TakePublish;
  /** The broker has our PUBREC (QoS 2). */
  onRelease?(packetId: number): void;
  /** Exactly once, and nothing comes after it. */
  onEnd(end: ConnectionEnd): void;
}

/** One client on one network connection, from the attempt to its end. */
export interface NetworkConnection {
  readonly client: MqttClient;
  readonly isOpen: boolean;
  /** Subscriptions are asked for, and not all are answered. */
  isArranging: boolean;
  /** Cuts the connection; the broker publishes the will. */
  cut(error: unknown): void;
  /**
   * Puts bytes on the wire behind mqtt.js; forgets them where nothing may be sent any more. `onSeen`: called when the broker has proved
   * that it has worked through them.
   */
  write(bytes: Uint8Array, onSeen?: () => void): void;
  /** Says goodbye to the broker (no will) and closes; cuts what takes longer than `within`. `reason`: why, for `onEnd`. */
  close(within: DurationMs, reason?: Error): void;
}

const MIB = 1_048_576;

/**
 * Bytes that may arrive without completing a packet. A MQTT 3.1.1 broker cannot be told our limit, and the parser would
 * collect up to 256 MB (MQTT 2.2.3) before anyone sees the packet. The longest payload that can be wanted has 16 MB.
 */
const MAX_UNPARSED_BYTES = 17 * MIB;

export function openNetworkConnection(options: NetworkConnectionOptions): NetworkConnection {
  const connection = new ClientConnection(options);
  connection.open();
  return connection;
}

class ClientConnection implements NetworkConnection {
  readonly client: MqttClient;
  readonly #options: NetworkConnectionOptions;
  isArranging = false;
  #wasUp = false;
  #isOpen = true;
  #error: unknown;
  #unparsedBytes = 0;
  /** The first bytes of the broker have come. */
  #hasAnswer = false;
  /** A packet has come out of the newest chunk: the timer needs to hear of one of them. */
  #isHeard = false;
  #silenceTimer: NodeJS.Timeout | undefined;
  readonly #proofs: ReadingProofs;

  constructor(options: NetworkConnectionOptions) {
    this.#options = options;
    this.client = createGatedClient(options.client, (client) => ({
      isOpen: () => this.#isOpen && client.connected,
      take: (topic, payload, flags) => {
        this.#hear();
        options.onMessage(topic, payload, flags);
      },
      longestPayload: options.longestPayload,
      onPart: () => this.#hear(),
      cut: (error) => this.cut(error),
    }));
    this.client.setMaxListeners(0);
    this.#proofs = new ReadingProofs(this.client);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    const { client } = this;
    client.on('error', (error) => this.cut(error));
    client.on('disconnect', ({ reasonCode }) => {
      if (reasonCode !== undefined && reasonCode !== 0) this.#error ??= { code: reasonCode };
    });
    client.on('connect', (connack) => this.#comeUp(connack));
    client.on('message', (topic, payload, packet) => {
      if (this.#isOpen) this.#options.onMessage(topic, ByteRange.of(payload), packet);
    });
    client.on('packetreceive', (packet) => this.#inspect(packet));
    client.on('close', () => this.#finish());
    try {
      client.connect();
      this.#watchStream();
    } catch (error) {
      // A certificate that does not parse, an address that the websocket refuses: thrown before there is a stream.
      this.cut(error);
      setImmediate(() => this.#finish());
    }
  }

  cut(error: unknown): void {
    this.#error ??= error;
    this.client.stream?.destroy();
  }

  close(within: DurationMs, reason?: Error): void {
    if (!this.#isOpen) return;
    this.#error ??= reason;
    if (!this.client.connected) {
      this.cut(new Error('stopped'));
      return;
    }
    const timer = setTimeout(() => this.client.stream.destroy(), within);
    this.client.once('close', () => clearTimeout(timer));
    this.client.end(false, { reasonCode: 0 });
  }

  write(bytes: Uint8Array, onSeen?: () => void): void {
    const { client } = this;
    // After DISCONNECT nothing may follow (MQTT-3.14.4-2).
    if (!this.#isOpen || client.disconnecting || client.stream.destroyed) return;
    client.stream.write(onSeen === undefined ? bytes : this.#proofs.behind(bytes, onSeen));
  }

  /** mqtt.js swallows stream errors without a code; and each packet of a slow broker may wait for `drain`. */
  #watchStream(): void {
    const { stream } = this.client;
    stream.setMaxListeners(0);
    stream.on('error', (error: unknown) => {
      this.#error ??= error;
    });
    // Before mqtt.js, which takes the first packet out of a chunk at once.
    stream.prependListener('data', (chunk: Buffer) => {
      this.#isHeard = false;
      if (!this.#hasAnswer) this.#lookAtAnswer(chunk);
      this.#unparsedBytes += chunk.length;
      if (this.#unparsedBytes > MAX_UNPARSED_BYTES) {
        this.cut(new Error(`the broker sent a packet of more than ${MAX_UNPARSED_BYTES / MIB - 1} MB`));
      }
    });
  }

  #lookAtAnswer(chunk: Buffer): void {
    this.#hasAnswer = true;
    const speaks = foreignProtocolOf(chunk);
    if (speaks !== undefined) this.cut(new ForeignProtocolError(speaks));
  }

  /** Runs before mqtt.js acts on the packet; it ignores types that it does not know. */
  #inspect(packet: Packet): void {
    this.#hear();
    const flaw = packetFlaw(packet, this.client.connected);
    if (flaw === undefined) {
      if (this.#isOpen) this.#attend(packet);
      return;
    }
    (packet as { cmd: string }).cmd = 'flawed';
    this.cut(new Error(flaw));
  }

  /** Handles the packets that are not left to mqtt.js alone. */
  #attend(packet: Packet): void {
    const { onAdmitted, onRelease, onMessage } = this.#options;
    if (packet.cmd === 'connack' && !packet.returnCode && !packet.reasonCode) {
      this.#keepOurKeepalive(packet);
      onAdmitted?.(this, packet);
    } else if (packet.cmd === 'pubrel') onRelease?.(packet.messageId as number);
    else if (packet.cmd === 'unsuback') this.#proofs.answered(packet.messageId as number);
    else {
      const taken = interceptPublish(packet);
      if (taken !== undefined) onMessage(taken.topic, ByteRange.of(taken.payload), taken.flags);
    }
  }

  /**
   * A broker may ask for another keepalive (MQTT 5: 3.2.2.3.14). A longer one, or none (0), would let a dead link pass for a live one for as long;
   * to ask more often than it wants is always allowed.
   */
  #keepOurKeepalive({ properties }: IConnackPacket): void {
    const ours = this.#options.client.keepalive ?? 0;
    const theirs = properties?.serverKeepAlive;
    if (ours > 0 && properties !== undefined && (theirs === 0 || (theirs ?? 0) > ours))
      delete properties.serverKeepAlive;
  }

  /** A whole packet has come. */
  #hear(): void {
    this.#unparsedBytes = 0;
    if (!this.#isHeard) this.#silenceTimer?.refresh();
    this.#isHeard = true;
  }

  #comeUp(connack: IConnackPacket): void {
    if (!this.#isOpen) return;
    this.#wasUp = true;
    // The client's own getter: a MQTT 5 broker may have set a shorter keepalive (3.2.2.3.14).
    const silenceSeconds = this.#options.silentKeepalives * (this.client.keepalive ?? 0);
    if (silenceSeconds > 0) {
      const reason = `nothing heard from the broker for ${silenceSeconds} s`;
      this.#silenceTimer = setTimeout(() => this.cut(new Error(reason)), silenceSeconds * 1000);
    }
    this.#options.onUp(this, connack);
  }

  #finish(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#silenceTimer);
    this.#options.onEnd({ wasUp: this.#wasUp, wasArranging: this.isArranging, error: this.#error });
  }
}
