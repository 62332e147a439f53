import type { IConnackPacket } from 'mqtt';
import type { ByteRange } from '../../../domain/byteRange.ts';
import type { Report } from '../../../domain/events.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import type { Delivery } from '../inbound/delivery.ts';
import type { PublishFlags } from '../inbound/publishGate.ts';
import type { Announcement } from './announcement.ts';
import type { LinkTiming } from './linkTiming.ts';
import type { NetworkConnection } from './networkConnection.ts';

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
  /** Bytes of a payload that are read. */
  readonly longestPayload?: number | undefined;
  /** Tells if there is room for another message while some are not acknowledged. */
  readonly hasRoom?: (() => boolean) | undefined;
  onUp(welcome: Welcome): void;
  /** The payload is lent for the time of the call. `delivery`: of QoS 1 and 2. */
  onMessage(topic: string, payload: ByteRange, flags: PublishFlags, delivery: Delivery | undefined): void;
  onDown(): void;
}

/** Other settings of a link. */
export type Relink = Pick<ReconnectingClientOptions, 'settings' | 'longestPayload'>;

/** Keeps one connection alive for as long as it is wanted: retry, back-off, fall-back to 3.1.1, contested client ids. */
export interface ReconnectingClient {
  /** @throws TidegateError TG_CONFIG_UNREADABLE */
  start(): void;
  /** No further attempt. `polite`: with a DISCONNECT (no will); else the link is cut and the broker publishes the will. */
  stop(polite: boolean): Promise<void>;
  /** Leaves the broker with a DISCONNECT and comes back at once, by other settings. Not before `start`. */
  relink(change: Relink): void;
  /** Messages with QoS 1 and 2 of this connection that wait for their acknowledgement. */
  readonly unacknowledged: number;
}
