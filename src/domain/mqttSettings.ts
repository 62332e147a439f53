import type { DurationMs } from './time.ts';

/**
 * Address of the broker, and the identity to use there. Files are read at every connect, so that renewed certificates
 * are taken up.
 */
export interface MqttSettings {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://` with host and port. */
  readonly server: string;
  /** First level(s) of all our own topics. */
  readonly baseTopic: string;
  readonly clientId: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** PEM files. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Accept a broker certificate that cannot be verified. */
  readonly insecure: boolean;
  /** Protocol that is asked for in the TLS handshake (RFC 7301), where one port serves several. */
  readonly alpn: string | undefined;
  /** `auto`: 5, and 3.1.1 where the broker refuses 5. */
  readonly protocol: 'auto' | 5 | 4;
  /** QoS of our subscriptions. */
  readonly qos: 0 | 1 | 2;
  readonly session: MqttSessionSettings;
  readonly keepalive: DurationMs;
  readonly connectTimeout: DurationMs;
  /** Bytes that may wait in the socket before publishes are dropped and counted. */
  readonly outboundBuffer: number;
}

/** Session that the broker keeps while this process is away. */
interface MqttSessionSettings {
  /** It collects messages with QoS 1 and 2; without it each connection begins anew. */
  readonly persistent: boolean;
  /**
   * Time without a connection after which the broker may forget the session (MQTT 5; with 3.1.1 the broker's own
   * configuration decides).
   */
  readonly expiry: DurationMs;
}
