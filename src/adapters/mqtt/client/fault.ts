import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { parseServerAddress } from './serverAddress.ts';

/** Why there is no link, in words that name what to look at. */
export interface Fault {
  /** `version`: the broker does not speak this MQTT version. `refused`: it said no to who we are. */
  readonly kind: 'version' | 'refused' | 'unreachable';
  readonly reason: string;
}

/** Return codes of MQTT 3.1.1 (3.2.2.3) and reason codes of MQTT 5 (2.4) that have words of their own. */
const CODES: Readonly<Record<number, readonly [Fault['kind'], string]>> = {
  1: ['version', 'the broker does not speak this MQTT version'],
  2: ['refused', 'client id refused: check mqtt.client_id'],
  3: ['unreachable', 'the broker is not available yet'],
  4: ['refused', 'not authorised: check mqtt.user and mqtt.password'],
  5: ['refused', 'not authorised: check mqtt.user and mqtt.password'],
  129: ['unreachable', 'malformed packet'],
  130: ['unreachable', 'protocol error'],
  132: ['version', 'the broker does not speak this MQTT version'],
  133: ['refused', 'client id refused: check mqtt.client_id'],
  134: ['refused', 'not authorised: check mqtt.user and mqtt.password'],
  135: ['refused', 'not authorised: check mqtt.user and mqtt.password'],
  136: ['unreachable', 'the broker is not available yet'],
  137: ['unreachable', 'the broker is busy'],
  138: ['refused', 'the broker has banned this client'],
  139: ['unreachable', 'the broker is shutting down'],
  140: ['refused', 'the broker wants another way of authentication'],
  141: ['unreachable', 'the broker heard nothing from us within the keepalive'],
  142: ['unreachable', 'another client took over our client id'],
  144: ['refused', 'the broker refuses a topic of ours: check mqtt.base_topic'],
  147: ['unreachable', 'too many unacknowledged messages'],
  149: ['unreachable', 'a packet was too large'],
  150: ['unreachable', 'messages came too fast for the broker'],
  151: ['unreachable', 'the quota at the broker is used up'],
  152: ['unreachable', 'ended by the administrator of the broker'],
  154: ['refused', 'the broker does not keep retained messages'],
  155: ['refused', 'the broker does not offer this QoS'],
  156: ['unreachable', 'the broker asks to use another server'],
  157: ['unreachable', 'the broker has moved to another server'],
  159: ['unreachable', 'we connect too often'],
};

const UNTRUSTED: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** The words for a CONNACK or DISCONNECT code. */
function describeCode(code: number): Fault {
  const [kind, reason] = CODES[code] ?? ['unreachable', 'the broker ended the connection'];
  return { kind, reason: CODES[code] === undefined ? `${reason} (code ${code})` : reason };
}

/** The words for what an attempt or a session ended with; undefined: closed without a word. */
export function describeFault(error: unknown, settings: MqttSettings): Fault {
  if (error === undefined) return { kind: 'unreachable', reason: 'the broker closed the connection' };
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'number') return describeCode(code);
  if (typeof code === 'string') return describeSystemCode(code, String(message ?? ''), settings);
  return describeText(String(message ?? error), settings);
}

function describeSystemCode(code: string, message: string, settings: MqttSettings): Fault {
  const { host, port } = parseServerAddress(settings.server);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { kind: 'unreachable', reason: `unknown host "${host}" (${code}): check mqtt.server` };
  }
  if (UNTRUSTED.includes(code)) {
    return { kind: 'refused', reason: `the broker's certificate is not trusted (${code}): set mqtt.ca` };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return { kind: 'refused', reason: `the broker's certificate is not for "${host}" (${code}): check mqtt.server` };
  }
  if (code.startsWith('CERT_')) return { kind: 'refused', reason: `the broker's certificate is not valid (${code})` };
  if (/ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_)/.test(code)) {
    return { kind: 'refused', reason: `the broker refuses our certificate (${code}): check mqtt.cert and mqtt.key` };
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return { kind: 'unreachable', reason: `${host}:${port} does not speak TLS (${code}): check mqtt.server` };
  }
  if (code.startsWith('ERR_OSSL') || code === 'TG_CONFIG_UNREADABLE') {
    const files = code === 'TG_CONFIG_UNREADABLE' ? '' : ': check mqtt.ca, mqtt.cert and mqtt.key';
    return { kind: 'refused', reason: `${message}${files}` };
  }
  return { kind: 'unreachable', reason: `${code} ${host}:${port}` };
}

function describeText(message: string, settings: MqttSettings): Fault {
  if (message === 'connack timeout') {
    return { kind: 'unreachable', reason: `no answer within ${settings.connectTimeout / 1000} s` };
  }
  if (message === 'Keepalive timeout') return { kind: 'unreachable', reason: 'no answer to our ping' };
  return { kind: 'unreachable', reason: message };
}
