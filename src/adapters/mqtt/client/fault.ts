import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { ForeignProtocolError } from './foreignProtocol.ts';
import { describeCode, type Fault } from './reasonCodes.ts';
import { parseServerAddress } from './serverAddress.ts';
import { describeTlsCode } from './tlsFault.ts';

/** `connect`: before the broker has taken us in. `session`: after. */
type Phase = 'connect' | 'session';

/** The words for what an attempt or a session ended with; an `error` of undefined: closed without a word. */
export function describeFault(error: unknown, settings: MqttSettings, phase: Phase = 'connect'): Fault {
  if (error === undefined) return unreachable(closedWithoutWord(settings, phase));
  if (error instanceof ForeignProtocolError) return describeForeign(error, settings);
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'number') return describeCode(code);
  const text = String(message ?? error);
  if (typeof code !== 'string') return describeText(text, settings);
  return describeTlsCode(code, text, settings) ?? describeSystemCode(code, text, settings, phase);
}

function unreachable(reason: string): Fault {
  return { kind: 'unreachable', reason };
}

function describeForeign({ speaks }: ForeignProtocolError, settings: MqttSettings): Fault {
  const { host, port, scheme } = parseServerAddress(settings.server);
  const isTls = speaks === 'TLS';
  const right = isTls ? 'mqtts://' : `${scheme === 'mqtts' ? 'wss' : 'ws'}://`;
  return unreachable(`${host}:${port} speaks ${isTls ? 'TLS' : 'HTTP'}: use ${right} in mqtt.server, or another port`);
}

function describeSystemCode(code: string, message: string, settings: MqttSettings, phase: Phase): Fault {
  const { host, port } = parseServerAddress(settings.server);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return unreachable(`unknown host "${host}" (${code}): check mqtt.server`);
  // The parser of HTTP, for a websocket.
  if (code.startsWith('HPE_')) return unreachable(`${host}:${port} does not speak HTTP${schemeHint(settings, phase)}`);
  if (code === 'TG_CONFIG_UNREADABLE') return { kind: 'refused', reason: message };
  const hint = code === 'ECONNRESET' || code === 'EPIPE' ? schemeHint(settings, phase) : '';
  return unreachable(`${code} ${host}:${port}${hint}`);
}

/** Brokers end a connection like that for many reasons; over TLS, where each has its alert, few are left. */
function closedWithoutWord(settings: MqttSettings, phase: Phase): string {
  const hint = /^(?:mqtts|wss):/.test(settings.server) ? schemeHint(settings, phase) : '';
  return `the broker closed the connection${hint}`;
}

/** A port that closes before it has answered may speak something else than the address says. */
function schemeHint({ server, cert }: MqttSettings, phase: Phase): string {
  if (phase === 'session') return '';
  const certificate = cert === undefined ? ', or one that wants a client certificate (mqtt.cert, mqtt.key)' : '';
  switch (parseServerAddress(server).scheme) {
    case 'mqtt':
      return ': is it a port with TLS (mqtts://) or for websockets (ws://)?';
    case 'mqtts':
      return `: is it a port without TLS (mqtt://)${certificate}?`;
    case 'ws':
      return ': is it a port with TLS (wss://) or without websockets (mqtt://)?';
    default:
      return `: is it a port without TLS (ws://) or without websockets (mqtts://)${certificate}?`;
  }
}

function describeText(message: string, settings: MqttSettings): Fault {
  if (message === CONNACK_TIMEOUT) return unreachable(`no answer within ${settings.connectTimeout / 1000} s`);
  if (message === 'Keepalive timeout') return unreachable('no answer to our ping');
  const status = /^Unexpected server response: (\d+)$/.exec(message)?.[1];
  return unreachable(status === undefined ? message : describeStatus(Number(status), settings));
}

/** Status of HTTP in place of a websocket. */
function describeStatus(status: number, { server }: MqttSettings): string {
  const { path } = parseServerAddress(server);
  // A query may hold a token.
  const place = path.replace(/\?.*$/s, '');
  if (status === 404)
    return `no websocket at ${place} (404): most brokers have it at /mqtt, RabbitMQ at /ws: append the path to mqtt.server`;
  if (status === 401 || status === 403) return `the web server refuses us (${status}): check its access rules`;
  return `a web server answers at ${place}, without a websocket (${status}): check port and path of mqtt.server`;
}

/** The message of mqtt.js where a CONNECT is not answered in time. */
export const CONNACK_TIMEOUT = 'connack timeout';
