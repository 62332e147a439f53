import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import type { Fault } from './reasonCodes.ts';
import { parseServerAddress } from './serverAddress.ts';

const UNTRUSTED: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** Alerts of a broker that does not like our certificate, or that we have none. */
const ABOUT_CERTIFICATE = /ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_)/;

/** The words for an error of Node.js that comes from TLS; undefined: it comes from elsewhere. */
export function describeTlsCode(given: string, message: string, settings: MqttSettings): Fault | undefined {
  const code = given === 'EPROTO' ? codeIn(message) : given;
  const { host, port } = parseServerAddress(settings.server);
  if (UNTRUSTED.includes(code)) return refused(untrusted(code, settings));
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return refused(`the broker's certificate is not for "${host}" (${code}): check mqtt.server`);
  if (code.startsWith('CERT_')) return refused(`the broker's certificate is not valid (${code})`);
  if (ABOUT_CERTIFICATE.test(code)) return refused(aboutOurCertificate(code, settings));
  if (code.endsWith('ALERT_NO_APPLICATION_PROTOCOL'))
    return refused(`the broker wants an application protocol (${code}): check mqtt.alpn`);
  if (/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code))
    return refused(`the broker and Node.js ${process.versions.node} have no TLS version in common (${code})`);
  if (/ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)/.test(code))
    return { kind: 'unreachable', reason: `${host}:${port} does not speak TLS (${code}): ${withoutTls(settings)}` };
  if (code.startsWith('ERR_OSSL')) return refused(`${message}: check mqtt.ca, mqtt.cert and mqtt.key`);
  return undefined;
}

/** A write that fails over an alert has its cause as OpenSSL's text only: `…:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:…`. */
function codeIn(message: string): string {
  const reason = /SSL routines:[^:]*:([^:]+):/.exec(message)?.[1];
  return reason === undefined ? 'EPROTO' : `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
}

function refused(reason: string): Fault {
  return { kind: 'refused', reason };
}

function untrusted(code: string, { ca }: MqttSettings): string {
  if (ca === undefined) return `the broker's certificate is not trusted (${code}): set mqtt.ca`;
  return `the broker's certificate is not trusted (${code}): mqtt.ca is set, and ${ca} does not hold the authority that has signed it`;
}

function aboutOurCertificate(code: string, { cert }: MqttSettings): string {
  if (cert === undefined)
    return `the broker wants a client certificate, and none is set (${code}): set mqtt.cert and mqtt.key`;
  return `the broker refuses our certificate (${code}): check mqtt.cert and mqtt.key`;
}

function withoutTls({ server }: MqttSettings): string {
  const isWebSocket = parseServerAddress(server).scheme === 'wss';
  return `use ${isWebSocket ? 'ws' : 'mqtt'}:// in mqtt.server, or the port with TLS`;
}
