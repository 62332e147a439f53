import { describe, expect, it } from 'vitest';
import { describeFault } from '../../../../src/adapters/mqtt/client/fault.ts';
import { ForeignProtocolError, foreignProtocolOf } from '../../../../src/adapters/mqtt/client/foreignProtocol.ts';
import { describeCode, describeSubscriptionCode } from '../../../../src/adapters/mqtt/client/reasonCodes.ts';
import { settingsFor } from '../harness.ts';

/** MQTT 5, table 2-6: every reason code from 0x80 on. */
const CODES = Array.from({ length: 0xa2 - 0x80 + 1 }, (_, i) => 0x80 + i);

describe('reason codes', () => {
  it.each(CODES)('%i has words', (code) => {
    expect(describeCode(code).reason).not.toMatch(/code \d/);
    expect(describeCode(code).reason.length).toBeGreaterThan(8);
    expect(describeSubscriptionCode(code)).not.toMatch(/code \d/);
  });

  it('of no specification are shown as they are', () => {
    expect(describeCode(200).reason).toBe('the broker ended the connection (code 200)');
    expect(describeSubscriptionCode(200)).toBe('refused (code 200)');
  });

  it.each([
    [162, /no wildcards/],
    [158, /no shared subscriptions/],
    [135, /^no right to subscribe/],
    [128, /access rules/],
  ])('%i as the answer to a subscription says what to do', (code, words) =>
    expect(describeSubscriptionCode(code)).toMatch(words),
  );
});

const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('the words for a fault', () => {
  it.each([
    ['mqtts://pi', {}, coded('SELF_SIGNED_CERT_IN_CHAIN'), /not trusted .*: set mqtt\.ca$/],
    [
      'mqtts://pi',
      { ca: '/etc/ca.pem' },
      coded('SELF_SIGNED_CERT_IN_CHAIN'),
      /not trusted .*: mqtt\.ca is set, and \/etc\/ca\.pem does not hold/,
    ],
    [
      'mqtts://pi',
      {},
      coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
      /none is set .*: set mqtt\.cert and mqtt\.key/,
    ],
    [
      'mqtts://pi',
      { cert: 'c', key: 'k' },
      coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
      /refuses our certificate/,
    ],
    ['mqtts://pi', {}, coded('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'), /mqtt\.alpn/],
    ['mqtts://pi:1883', {}, coded('ERR_SSL_WRONG_VERSION_NUMBER'), /pi:1883 does not speak TLS .*: use mqtt:\/\//],
    [
      'wss://pi:80',
      {},
      coded('EPROTO', 'write EPROTO 00:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../x.c:1:'),
      /does not speak TLS .*: use ws:\/\//,
    ],
    ['mqtt://pi:8883', {}, coded('ECONNRESET'), /^ECONNRESET pi:8883: is it a port with TLS \(mqtts:\/\/\)/],
    [
      'mqtts://pi:1883',
      {},
      coded('ECONNRESET'),
      /port without TLS \(mqtt:\/\/\), or one that wants a client certificate/,
    ],
    [
      'mqtts://pi',
      { cert: 'c', key: 'k' },
      undefined,
      /closed the connection: is it a port without TLS \(mqtt:\/\/\)\?$/,
    ],
    ['mqtt://pi', {}, new ForeignProtocolError('TLS'), /pi:1883 speaks TLS: use mqtts:\/\//],
    ['mqtt://pi:9001', {}, new ForeignProtocolError('HTTP'), /pi:9001 speaks HTTP: use ws:\/\//],
    ['mqtts://pi:443', {}, new ForeignProtocolError('HTTP'), /pi:443 speaks HTTP: use wss:\/\//],
    ['ws://pi:1883', {}, coded('HPE_INVALID_CONSTANT'), /does not speak HTTP: .*mqtt:\/\//],
    [
      'ws://pi/?token=secret',
      {},
      new Error('Unexpected server response: 404'),
      /no websocket at \/ \(404\): .*\/mqtt, RabbitMQ at \/ws/,
    ],
    ['wss://pi/mqtt', {}, new Error('Unexpected server response: 403'), /refuses us \(403\)/],
    ['wss://pi/mqtt', {}, new Error('Unexpected server response: 200'), /at \/mqtt, without a websocket \(200\)/],
  ] as const)('at %s with %o and %s', (server, changes, error, words) => {
    const { reason } = describeFault(error, settingsFor(server, changes));
    expect(reason).toMatch(words);
    expect(reason).not.toContain('secret');
  });

  it('guess at no other port once the broker had taken us in', () => {
    const settings = settingsFor('mqtts://pi');
    expect(describeFault(coded('ECONNRESET'), settings, 'session').reason).toBe('ECONNRESET pi:8883');
    expect(describeFault(undefined, settings, 'session').reason).toBe('the broker closed the connection');
  });
});

describe('the first bytes of an answer', () => {
  it.each([
    ['an alert of TLS', [0x15, 0x03, 0x01, 0, 2, 2, 70], 'TLS'],
    ['a handshake of TLS', [0x16, 0x03, 0x03], 'TLS'],
    ['HTTP', [...Buffer.from('HTTP/1.1 400 Bad Request')], 'HTTP'],
    ['a CONNACK', [0x20, 2, 0, 0], undefined],
    ['one byte', [0x15], undefined],
    ['nothing', [], undefined],
  ] as const)('%s: %s', (_, bytes, expected) => expect(foreignProtocolOf(Uint8Array.from(bytes))).toBe(expected));
});
