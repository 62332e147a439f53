import { describe, expect, it } from 'vitest';
import { clientOptions } from '../../../../src/adapters/mqtt/client/clientOptions.ts';
import type { MqttSettings } from '../../../../src/domain/mqttSettings.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { OFFLINE, settingsFor } from '../harness.ts';

const optionsFor = (server: string, changes: Partial<MqttSettings> = {}, protocol: 4 | 5 = 5) =>
  clientOptions({
    settings: settingsFor(server, changes),
    protocol,
    tls: { ca: Buffer.from('ca') },
    will: { ...OFFLINE, qos: 1, retain: true },
    receiveMaximum: 100,
  });

describe('the options of a client', () => {
  it.each([
    ['mqtt://pi', { protocol: 'mqtt', hostname: 'pi', port: 1883 }],
    ['mqtts://pi', { protocol: 'mqtts', hostname: 'pi', port: 8883, rejectUnauthorized: true }],
    ['mqtt://[fe80::1]:1884', { protocol: 'mqtt', hostname: 'fe80::1', port: 1884 }],
    ['ws://pi/mqtt?x=1', { protocol: 'ws', hostname: 'pi', port: 80, path: '/mqtt?x=1' }],
    ['wss://[::1]:9/mqtt', { protocol: 'wss', hostname: '[::1]', port: 9, path: '/mqtt' }],
  ])('reach %s', (server, expected) => {
    expect(optionsFor(server)).toMatchObject(expected);
  });

  it('give certificates only to addresses with TLS: mqtt.js would change the protocol', () => {
    expect(optionsFor('mqtt://pi')).not.toHaveProperty('ca');
    expect(optionsFor('wss://pi', { insecure: true })).toMatchObject({
      ca: Buffer.from('ca'),
      rejectUnauthorized: false,
    });
  });

  it('ask for an application protocol over TLS, and over nothing else', () => {
    expect(optionsFor('mqtts://pi:443', { alpn: 'x-amzn-mqtt-ca' })).toMatchObject({
      ALPNProtocols: ['x-amzn-mqtt-ca'],
    });
    for (const server of ['mqtt://pi', 'wss://pi', 'ws://pi'])
      expect(optionsFor(server, { alpn: 'mqtt' })).not.toHaveProperty('ALPNProtocols');
  });

  it('queue nothing, retry nothing, and bound what the broker may send', () => {
    expect(optionsFor('mqtt://pi')).toMatchObject({
      manualConnect: true,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      clean: true,
      protocolVersion: 5,
      properties: { receiveMaximum: 100 },
      will: { topic: 'tidegate/bridge/state', qos: 1, retain: true },
    });
    expect(optionsFor('mqtt://pi', {}, 4)).not.toHaveProperty('properties');
  });

  it('name a longest packet for websockets only, whose messages are held as a whole', () => {
    // Anywhere else a broker would drop what is longer without a word.
    expect(optionsFor('mqtts://pi').properties).not.toHaveProperty('maximumPacketSize');
    expect(optionsFor('wss://pi').properties?.maximumPacketSize).toBe(17 * 1_048_576);
  });

  it('ask for a session that outlives the connection, where it is wanted', () => {
    const session = { persistent: true, expiry: toDurationMs(86_400_000) };
    expect(optionsFor('mqtt://pi', { session })).toMatchObject({
      clean: false,
      properties: { sessionExpiryInterval: 86_400 },
    });
    expect(optionsFor('mqtt://pi', { session }, 4)).toMatchObject({ clean: false });
    expect(optionsFor('mqtt://pi').properties).not.toHaveProperty('sessionExpiryInterval');
    const ages = { persistent: true, expiry: toDurationMs(1e15) };
    expect(optionsFor('mqtt://pi', { session: ages }).properties?.sessionExpiryInterval).toBe(0xffff_fffe);
  });

  it.each([
    [0, 0],
    [200, 1],
    [30_000, 30],
    [1e9, 65_535],
  ])('turn a keepalive of %i ms into %i s', (keepalive, seconds) => {
    expect(optionsFor('mqtt://pi', { keepalive: toDurationMs(keepalive) }).keepalive).toBe(seconds);
  });

  it.each(['pi:1883', 'http://pi', 'mqtt://', ''])('refuse the address %s', (server) => {
    expect(() => optionsFor(server)).toThrow(expect.objectContaining({ code: 'TG_CONFIG_INVALID' }));
  });
});
