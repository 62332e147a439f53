import type { IClientOptions } from 'mqtt';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import type { DurationMs } from '../../../domain/time.ts';
import { parseServerAddress } from './serverAddress.ts';
import type { TlsFiles } from './tlsFiles.ts';
import type { Will } from './will.ts';

/** Longest message of a websocket, which is held as a whole; one message may hold many MQTT packets or a part of one. */
const MAXIMUM_WEBSOCKET_BYTES = 17 * 1024 * 1024;

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
        // Elsewhere none (MQTT 5: 3.1.2.11.4): the broker would drop what is longer without a word, and here it is counted.
        ...(isWebSocket(settings) && { maximumPacketSize: MAXIMUM_WEBSOCKET_BYTES }),
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
  return {
    protocol: scheme,
    // A websocket's address is put together again as text, where an IPv6 host needs its brackets.
    hostname: isWebSocket(settings) && host.includes(':') ? `[${host}]` : host,
    port,
    ...(isWebSocket(settings) && {
      path,
      wsOptions: { perMessageDeflate: false, maxPayload: MAXIMUM_WEBSOCKET_BYTES },
    }),
    // Only where the address asks for TLS: given to a plain one, mqtt.js would change the protocol by itself.
    ...((scheme === 'mqtts' || scheme === 'wss') && { ...tls, rejectUnauthorized: !settings.insecure }),
    // A websocket is HTTP for TLS, whatever it carries.
    ...(scheme === 'mqtts' && settings.alpn !== undefined && { ALPNProtocols: [settings.alpn] }),
  };
}

function isWebSocket({ server }: MqttSettings): boolean {
  const { scheme } = parseServerAddress(server);
  return scheme === 'ws' || scheme === 'wss';
}

/** Whole seconds in four bytes (MQTT 5: 3.1.2.11.2), of which all ones would mean for ever. */
function expirySeconds(expiry: DurationMs): number {
  return Math.min(0xffff_fffe, Math.ceil(expiry / 1000));
}

/** Whole seconds in two bytes (MQTT 3.1.2.10); 0 switches it off. */
function keepaliveSeconds({ keepalive }: MqttSettings): number {
  return keepalive === 0 ? 0 : Math.min(65_535, Math.max(1, Math.round(keepalive / 1000)));
}
