import type { IClientOptions } from 'mqtt';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import type { DurationMs } from '../../../domain/time.ts';
import { parseServerAddress } from './serverAddress.ts';
import type { TlsFiles } from './tlsFiles.ts';
import type { Will } from './will.ts';

/** The longest packet that a broker may send (MQTT 5: 3.1.2.11.4). */
const MAXIMUM_PACKET_BYTES = 1024 * 1024;

/** Longest message of a websocket; one message may hold many MQTT packets or a part of one. */
const MAXIMUM_WEBSOCKET_BYTES = 16 * 1024 * 1024;

export interface ClientOptionsInput {
  readonly settings: MqttSettings;
  readonly protocol: 4 | 5;
  readonly tls: TlsFiles;
  /** Published by the broker when the link breaks without a farewell. */
  readonly will: Will | undefined;
  /** Number of messages that a broker may send unacknowledged (MQTT 5: 3.1.2.11.3). */
  readonly receiveMaximum: number;
}

/**
 * Options for one client of one session. Its own retry is off (`reconnectPeriod: 0`): it has no back-off, reads no
 * certificates again and cannot change the protocol; `link.ts` opens a new client instead. Nothing is queued while away.
 */
export function clientOptions({ settings, protocol, tls, will, receiveMaximum }: ClientOptionsInput): IClientOptions {
  const { persistent, expiry } = settings.session;
  return {
    ...transportOptions(settings, tls),
    manualConnect: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    clean: !persistent,
    timerVariant: 'native',
    // A buffer for each number of two bytes, made with the first packet: 8 MB for what is written here a few times a second.
    writeCache: false,
    protocolId: 'MQTT',
    protocolVersion: protocol,
    clientId: settings.clientId,
    keepalive: keepaliveSeconds(settings),
    connectTimeout: settings.connectTimeout,
    ...(settings.user !== undefined && { username: settings.user }),
    ...(settings.password !== undefined && { password: settings.password }),
    ...(protocol === 5 && {
      properties: {
        receiveMaximum,
        maximumPacketSize: MAXIMUM_PACKET_BYTES,
        ...(persistent && { sessionExpiryInterval: expirySeconds(expiry) }),
      },
    }),
    ...(will !== undefined && {
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
    }),
  };
}

function transportOptions(settings: MqttSettings, tls: TlsFiles): IClientOptions {
  const { scheme, host, port, path } = parseServerAddress(settings.server);
  const isWebSocket = scheme === 'ws' || scheme === 'wss';
  return {
    protocol: scheme,
    // A websocket's address is put together again as text, where an IPv6 host needs its brackets.
    hostname: isWebSocket && host.includes(':') ? `[${host}]` : host,
    port,
    ...(isWebSocket && {
      path,
      wsOptions: { perMessageDeflate: false, maxPayload: MAXIMUM_WEBSOCKET_BYTES },
    }),
    // Only where the address asks for TLS: given to a plain one, mqtt.js would change the protocol by itself.
    ...((scheme === 'mqtts' || scheme === 'wss') && { ...tls, rejectUnauthorized: !settings.insecure }),
    // A websocket is HTTP for TLS, whatever it carries.
    ...(scheme === 'mqtts' && settings.alpn !== undefined && { ALPNProtocols: [settings.alpn] }),
  };
}

/** Whole seconds in four bytes (MQTT 5: 3.1.2.11.2), of which all ones would mean for ever. */
function expirySeconds(expiry: DurationMs): number {
  return Math.min(0xffff_fffe, Math.ceil(expiry / 1000));
}

/** Whole seconds in two bytes (MQTT 3.1.2.10); 0 switches it off. */
function keepaliveSeconds({ keepalive }: MqttSettings): number {
  return keepalive === 0 ? 0 : Math.min(65_535, Math.max(1, Math.round(keepalive / 1000)));
}
