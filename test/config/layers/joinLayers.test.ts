import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rounds } from '../../support/rounds.ts';
import { errorOf, parse, parseAll } from '../context.ts';
import { nest, ROOT_VALUES } from '../optionValues.ts';

const MAIN = 'mqtt: {server: "mqtt://h", qos: 1}\nstreams: [{topic: a}, {topic: b}]\n';
const topicsOf = (config: { readonly streams: readonly { readonly topic: string }[] }): string[] =>
  config.streams.map(({ topic }) => topic);

describe('a configuration of several files', () => {
  it('joins sections option by option, the later file wins, and a list is replaced as a whole', () => {
    const { mqtt, streams, limits } = parseAll(MAIN, {
      '10.yaml': 'mqtt: {qos: 2, base_topic: x}\ndefaults: {horizons: [1, 2], interval: 0.8}\n',
      '20.yaml': 'mqtt: {base_topic: y}\ndefaults: {horizons: [3]}\nlimits: {queue: 7}\n',
    });
    expect([mqtt.server, mqtt.qos, mqtt.baseTopic, limits.queue]).toEqual(['mqtt://h:1883', 2, 'y', 7]);
    expect(streams[0]?.settings.horizons.map(({ label }) => label)).toEqual(['3']);
    expect(streams[0]?.settings.interval).toBe(0.8);
  });

  it('asks the streams of the later file first, and the entry of source last', () => {
    const drop = {
      '10.yaml': 'streams: [{topic: c}]\nsource: auto\n',
      '20.yaml': 'streams: [{topic: d}, {topic: e}]\n',
    };
    expect(topicsOf(parseAll(MAIN, drop))).toEqual(['d', 'e', 'c', 'a', 'b', '#']);
  });

  it('takes the broker from one file and the streams from another, and files that say nothing', () => {
    const config = parseAll('# all is in conf.d\n', {
      '1.yaml': 'mqtt: {server: "mqtt://h"}',
      '2.yaml': 'streams: [{topic: a}]',
      '3.yaml': '',
    });
    expect(topicsOf(config)).toEqual(['a']);
    expect(errorOf(() => parseAll('', { '1.yaml': '# nothing' })).message).toMatch(
      /^tidegate\.yaml:1:1: the file is empty/,
    );
  });

  it('names the file, line and column of each fault', () => {
    const { message } = errorOf(() =>
      parseAll('mqtt:\n  server: mqtt://h\n  sever: x\nstreams: [{topic: a}]\n', {
        '10.yaml': 'mqtt:\n  qos: 7\n',
        '20.yaml': 'streams:\n  - topic: b\n    horizonts: [1]\n  - topic: c\n    step: 0s\n',
        '30.yaml': 'defaults: {interval: 2}\n',
      }),
    );
    const heads = message.split('\n').filter((line) => !line.startsWith(' '));
    expect(heads).toEqual([
      'tidegate.yaml:3:3: mqtt.sever: unknown option; did you mean server?',
      expect.stringMatching(/^conf\.d\/10\.yaml:2:8: mqtt\.qos: /),
      'conf.d/20.yaml:3:5: streams[0].horizonts: unknown option; did you mean horizons?',
      expect.stringMatching(/^conf\.d\/20\.yaml:5:11: streams\[1\]\.step: /),
      expect.stringMatching(/^conf\.d\/30\.yaml:1:22: defaults\.interval: /),
    ]);
  });

  it('names both places of a stream that two files make', () => {
    const { message } = errorOf(() =>
      parseAll(MAIN, { '10.yaml': 'streams:\n  - topic: x\n  - {topic: a, step: 5m}\n' }),
    );
    expect(message.split('\n')[0]).toBe(
      'tidegate.yaml:2:11: streams[0]: makes the stream a, as streams[1] in conf.d/10.yaml:3:5 does: give one another id, or remove it',
    );
    const within = errorOf(() => parseAll(MAIN, { '10.yaml': 'streams: [{topic: x}, {topic: x}]\n' })).message;
    expect(within).toContain('conf.d/10.yaml:1:23: streams[1]: makes the stream x, as streams[0] does');
  });

  it('names the file whose streams are no list, whichever it is', () => {
    for (const [name, main, drop] of [
      ['tidegate.yaml', 'mqtt: {server: "mqtt://h"}\nstreams: 5\n', 'streams: [{topic: a}]\n'],
      ['conf.d/1.yaml', MAIN, '# x\nstreams: {topic: a}\n'],
    ] as const) {
      const { message } = errorOf(() => parseAll(main, { '1.yaml': drop }));
      expect(message).toMatch(new RegExp(`^${name}:2:\\d+: streams: expected a list`));
    }
  });

  it('says what is not YAML in any of them, and a file that is a list', () => {
    const { message } = errorOf(() => parseAll(MAIN, { '1.yaml': 'mqtt: [', '2.yaml': '- topic: a\n' }));
    expect(message).toContain('conf.d/1.yaml:1:');
    expect(message).toContain('conf.d/2.yaml:1:1: expected a mapping');
    expect(message).not.toContain('tidegate.yaml');
  });

  it('means the same in however many files the options stand', () => {
    const options = Object.entries(ROOT_VALUES).map(([name, [value]]) => nest(name, value));
    const merged = (parts: readonly object[]): string =>
      // A YAML file of several mappings would repeat its keys: each part is a file of its own.
      JSON.stringify(parts.reduce<object>((all, part) => deepMerge(all, part), {}));
    const streams = ['a', 'b', 'c', 'd'].map((topic) => ({ topic }));
    void fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: options.length, maxLength: options.length }),
        fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }).map((files) => [...files].sort().reverse()),
        (fileOfOption, fileOfStream) => {
          const texts = [0, 1, 2, 3].map((file) => {
            const own = streams.filter((_, i) => fileOfStream[i] === file);
            return merged([
              ...options.filter((_, i) => fileOfOption[i] === file),
              ...(own.length > 0 ? [{ streams: own }] : []),
            ]);
          });
          const [main = '', ...others] = texts;
          const split = parseAll(main, Object.fromEntries(others.map((text, i) => [`${i}.yaml`, text])));
          const one = parse(merged([...options, { streams }]));
          expect({ ...split, sources: undefined, secretFiles: [] }).toEqual({
            ...one,
            sources: undefined,
            secretFiles: [],
          });
        },
      ),
      { numRuns: rounds(40, 400) },
    );
  });
});

function deepMerge(a: object, b: object): object {
  const merged: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const old = merged[key];
    const isMapping = typeof old === 'object' && old !== null && !Array.isArray(old) && typeof value === 'object';
    merged[key] = isMapping ? deepMerge(old, value as object) : value;
  }
  return merged;
}
