import { describe, expect, it } from 'vitest';
import { errorOf, parseAll } from '../context.ts';

const MAIN = 'mqtt: {server: "mqtt://h", user: u}\nstreams: [{topic: a}]\n';
const withEnv = (env: Readonly<Record<string, string>>) => parseAll(MAIN, { '1.yaml': 'mqtt: {qos: 1}\n' }, env);
const faultOf = (env: Readonly<Record<string, string>>): string => errorOf(() => withEnv(env)).message;

describe('options in variables of the environment', () => {
  it('win over every file, with the type that the schema gives them', () => {
    const { mqtt, threads, streams, homeAssistant, log } = withEnv({
      TIDEGATE__MQTT__SERVER: 'mqtts://other:8884',
      TIDEGATE__MQTT__QOS: '2',
      TIDEGATE__MQTT__PASSWORD: '0123',
      TIDEGATE__MQTT__BASE_TOPIC: 'true',
      TIDEGATE__MQTT__KEEPALIVE: '30s',
      TIDEGATE__THREADS: '2',
      TIDEGATE__DEFAULTS__HORIZONS: '[1, 5]',
      TIDEGATE__DEFAULTS__MODEL__REPLAY: '0',
      TIDEGATE__HOME_ASSISTANT__DISCOVERY: 'on',
      TIDEGATE__LOG__LEVEL: 'debug',
    });
    expect([mqtt.server, mqtt.qos, mqtt.password, mqtt.baseTopic, mqtt.keepalive]).toEqual([
      'mqtts://other:8884',
      2,
      '0123',
      'true',
      30_000,
    ]);
    expect([threads, homeAssistant.discovery, log.level]).toEqual([2, true, 'debug']);
    expect(streams[0]?.settings.horizons.map(({ label }) => label)).toEqual(['1', '5']);
    expect(streams[0]?.settings.model.replay).toBe(0);
  });

  it('give whole sections and further streams as YAML, the variable of an option behind that of its section', () => {
    const { mqtt, streams } = withEnv({
      TIDEGATE__MQTT: '{qos: 2, base_topic: x}',
      TIDEGATE__MQTT__BASE_TOPIC: 'y',
      TIDEGATE__STREAMS: '[{topic: b, horizons: [2]}]',
    });
    expect([mqtt.qos, mqtt.baseTopic, mqtt.user]).toEqual([2, 'y', 'u']);
    expect(streams.map(({ topic }) => topic)).toEqual(['b', 'a']);
  });

  it('may be tags, and are left out where they are empty or no options', () => {
    const { mqtt } = withEnv({
      SECRET: 's3',
      TIDEGATE__MQTT__PASSWORD: '!env SECRET',
      TIDEGATE__MQTT__BASE_TOPIC: '',
      TIDEGATE_MQTT_QOS: '2',
      TIDEGATE_CONFIG: 'x',
    });
    expect([mqtt.password, mqtt.baseTopic, mqtt.qos]).toEqual(['s3', 'tidegate', 1]);
    expect(faultOf({ TIDEGATE__MQTT__PASSWORD: '!env NOT_SET' })).toBe(
      'TIDEGATE__MQTT__PASSWORD: the environment variable after !env is not set',
    );
  });

  it.each([
    [{ TIDEGATE__MQTT__SEVER: 'x' }, 'TIDEGATE__MQTT__SEVER: names no option; did you mean TIDEGATE__MQTT__SERVER?'],
    [{ TIDEGATE__MQTT_SERVER: 'x' }, 'TIDEGATE__MQTT_SERVER: names no option; did you mean TIDEGATE__MQTT__SERVER?'],
    [
      { TIDEGATE__STREAMS__0__TOPIC: 'x' },
      'TIDEGATE__STREAMS__0__TOPIC: names no option; did you mean TIDEGATE__STREAMS?',
    ],
    [{ TIDEGATE__: 'x' }, 'TIDEGATE__: names no option; that of mqtt.qos is TIDEGATE__MQTT__QOS'],
    [{ TIDEGATE__mqtt__qos: '1' }, 'TIDEGATE__mqtt__qos: is written in capitals: TIDEGATE__MQTT__QOS'],
    [{ TIDEGATE__MQTT__QOS: '7' }, /^TIDEGATE__MQTT__QOS: mqtt\.qos: expected /],
    [{ TIDEGATE__MQTT: 'x' }, /^TIDEGATE__MQTT: mqtt: expected a mapping/],
    [{ TIDEGATE__MQTT: '{qos: 1, sever: x}' }, /^TIDEGATE__MQTT: mqtt\.sever: unknown option; did you mean server\?$/],
    [{ TIDEGATE__STREAMS: '[{topic: a}]' }, /^tidegate\.yaml:2:11: .*as streams\[0\] in TIDEGATE__STREAMS does/],
  ])('names the variable and what is wrong with it: %o', (env, expected) => {
    expect(faultOf(env)).toMatch(expected);
  });

  it('say no value of a variable', () => {
    const canary = 'Zq7Xw9Kj3Vy5';
    for (const name of ['MQTT', 'MQTT__SERVER', 'MQTT__QOS', 'MQTT__PASSWORT', 'STREAMS', 'THREADS', 'MQTT__CA__X'])
      for (const value of [
        canary,
        `{${canary}: 1}`,
        `[${canary}]`,
        `!file ${canary}`,
        `"${canary}`,
        `{server: ${canary}`,
      ])
        expect(faultOf({ [`TIDEGATE__${name}`]: value })).not.toContain(canary);
  });
});
