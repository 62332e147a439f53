import { describe, expect, it } from 'vitest';
import { nameOfOrigin, originOf } from '../../../src/config/layers/origins.ts';
import { parseAll } from '../context.ts';

const config = parseAll(
  'mqtt: {server: "mqtt://h", qos: 1, user: u}\ndefaults: {interval: 0.8}\nstreams: [{topic: a, step: 5m}]\nsource: auto\n',
  { '1.yaml': 'mqtt: {qos: 2}\nstreams: [{topic: b}, {topic: c, interval: 0.7}]\n' },
  { TIDEGATE__DEFAULTS__HORIZONS: '[2]' },
  { credentialsDirectory: '/run', readFile: () => 'secret' },
);
const from = (...path: readonly (string | number)[]): string => nameOfOrigin(originOf(config, path));

describe('originOf', () => {
  it('tells which file, variable or credential gave an option of the daemon', () => {
    expect([
      from('mqtt', 'server'),
      from('mqtt', 'qos'),
      from('defaults', 'horizons'),
      from('mqtt', 'password'),
    ]).toEqual(['tidegate.yaml', 'conf.d/1.yaml', 'TIDEGATE__DEFAULTS__HORIZONS', 'mqtt-password']);
    expect(from('mqtt', 'base_topic')).toBe('default');
  });

  it('asks the defaults for what an entry does not say', () => {
    expect(config.streams.map(({ topic }) => topic)).toEqual(['b', 'c', 'a', '#']);
    expect([0, 1, 2, 3].map((i) => from('streams', i, 'topic'))).toEqual([
      'conf.d/1.yaml',
      'conf.d/1.yaml',
      'tidegate.yaml',
      'tidegate.yaml',
    ]);
    expect([0, 1, 2].map((i) => from('streams', i, 'interval'))).toEqual([
      'tidegate.yaml',
      'conf.d/1.yaml',
      'tidegate.yaml',
    ]);
    expect([0, 2, 3].map((i) => from('streams', i, 'step'))).toEqual(['default', 'tidegate.yaml', 'default']);
    expect(from('streams', 2, 'horizons')).toBe('TIDEGATE__DEFAULTS__HORIZONS');
  });
});
