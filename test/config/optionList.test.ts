import { describe, expect, it } from 'vitest';
import { listConfigOptions, maskOption } from '../../src/config/optionList.ts';
import { parse, parseAll } from './context.ts';
import { leaksOf, RIGHT_PLACES } from './secretPlaces.ts';

describe('listConfigOptions', () => {
  it('has every option of the daemon and of defaults, with value and origin', () => {
    const config = parseAll(
      'mqtt: {server: "mqtt://h", qos: 1}\nstreams: [{topic: a}]\n',
      { '1.yaml': 'defaults: {horizons: [1, 5]}\n' },
      { TIDEGATE__MQTT__PASSWORD: 'secret', TIDEGATE__MQTT__USER: 'bob' },
    );
    const options = new Map(listConfigOptions(config).map((option) => [option.name, option]));
    expect(options.get('mqtt.qos')).toEqual({
      name: 'mqtt.qos',
      value: 1,
      origin: { kind: 'file', name: 'tidegate.yaml' },
      applies: 'restart',
    });
    expect(options.get('defaults.horizons')).toMatchObject({ value: [1, 5], origin: { name: 'conf.d/1.yaml' } });
    expect(options.get('mqtt.base_topic')).toMatchObject({ value: 'tidegate', origin: { kind: 'default' } });
    expect(options.get('mqtt.password')).toMatchObject({ value: '***', origin: { kind: 'env' } });
    expect([...options.keys()].some((name) => name.startsWith('streams'))).toBe(false);
  });

  it('prints no secret, wherever it stands', () => {
    const secret = 'Zq7Xw9Kj3Vy5';
    for (const [name, place] of RIGHT_PLACES)
      expect(leaksOf(secret, JSON.stringify(listConfigOptions(parse(place(secret))))), name).toEqual([]);
  });

  it('masks every option of the schema that is named like a secret, in whatever section it is', () => {
    const names = listConfigOptions(parse('mqtt: {server: mqtt://h}\nstreams: [{topic: a}]\n')).map(({ name }) => name);
    const secret = names.filter((name) => /(^|\.)(user|password|key|token)$/.test(name));
    expect(secret).toEqual(expect.arrayContaining(['mqtt.password', 'page.token']));
    for (const name of secret) expect([name, maskOption(name, 'Zq7Xw9Kj3Vy5')]).toEqual([name, '***']);
  });

  it('shows scheme, host and port of an address', () => {
    const mask = (address: string): unknown => maskOption('mqtt.server', address);
    expect([mask('mqtts://h:8883'), mask('ws://h/mqtt?token=x'), mask('wss://u:p@h:1/'), mask('h?x')]).toEqual([
      'mqtts://h:8883',
      'ws://h/***',
      'wss://h:1',
      '***',
    ]);
  });
});
