import { describe, expect, it } from 'vitest';
import { diff } from '../../src/config/diff.ts';
import { parse } from './context.ts';
import {
  type Changes,
  COMPANIONS,
  changesOf,
  configOf,
  ENTRY_OPTIONS,
  ENTRY_VALUES,
  NOTHING,
  nameOf,
  nest,
  ROOT_OPTIONS,
  ROOT_VALUES,
  SERVER,
} from './optionValues.ts';

const entryWith = (topic: string, path: string, value: unknown): object =>
  nest(path, value, { topic, ...COMPANIONS[path] });

describe('diff', () => {
  it('has two values of every option to compare', () => {
    // What decides on the streams of an entry makes it another one.
    const identity = ['topic', 'id', 'fields', 'source', 'booleans', 'rebirth', 'keepalive', 'device_topics', 'by'];
    expect(Object.keys(ENTRY_VALUES).sort()).toEqual(
      ENTRY_OPTIONS.map(nameOf)
        .filter((name) => !identity.includes(name))
        .sort(),
    );
    expect(Object.keys(ROOT_VALUES).sort()).toEqual(
      ROOT_OPTIONS.map(nameOf)
        .filter((name) => name !== 'version' && name !== 'source')
        .sort(),
    );
  });

  it.each(Object.entries(ENTRY_VALUES))(
    'names %s of an entry, in the class that the schema gives it',
    (name, [a, b]) => {
      const before = configOf([entryWith('a', name, a), { topic: 'b' }]);
      const { changed, ...others } = changesOf(diff(before, configOf([entryWith('a', name, b), { topic: 'b' }])));
      const isLive = ENTRY_OPTIONS.find((option) => nameOf(option) === name)?.applies === 'live';
      expect(others).toEqual({ live: [], link: [], restart: [], added: [], removed: [], isReordered: false });
      expect(changed).toMatchObject([
        { index: 0, topic: 'a', live: isLive ? [name] : [], stream: isLive ? [] : [name] },
      ]);
    },
  );

  it.each(Object.entries(ROOT_VALUES))(
    'names %s of the daemon, in the class that the schema gives it',
    (name, [a, b]) => {
      const streams = [{ topic: 'a' }];
      const before = configOf(streams, nest(name, a, COMPANIONS[name]));
      const applies = ROOT_OPTIONS.find((option) => nameOf(option) === name)?.applies ?? 'restart';
      const expected = { [applies]: applies === 'live' ? [{ path: name.split('.'), value: b }] : [name] };
      expect(changesOf(diff(before, configOf(streams, nest(name, b, COMPANIONS[name]))))).toEqual({
        ...NOTHING,
        ...expected,
      });
    },
  );

  it('finds nothing where the same is said in other words', () => {
    const before = configOf([
      { topic: 'a', publish: { min_interval: '60s' } },
      { topic: 'b', valid: { not: 85 } },
    ]);
    const after = parse(
      JSON.stringify({
        health: { interval: '1m' },
        defaults: { publish: { min_interval: '1m' } },
        streams: [{ topic: 'a' }, { topic: 'b', valid: { not: [85] }, publish: { min_interval: '1s' } }],
        mqtt: { keepalive: '60s', server: `${SERVER}:8883` },
      }),
    );
    expect(changesOf(diff(before, after))).toEqual(NOTHING);
  });

  it('names an option of defaults in each entry that takes it from there', () => {
    const streams = [{ topic: 'a' }, { topic: 'b', interval: 0.7 }, { topic: 'c' }];
    const { changed } = diff(configOf(streams), configOf(streams, { defaults: { interval: 0.8 } }));
    expect(changed.map(({ topic, stream }) => [topic, stream])).toEqual([
      ['a', ['interval']],
      ['c', ['interval']],
    ]);
  });

  it('takes an entry of another topic or id for another entry', () => {
    const before = configOf([{ topic: 'a' }, { topic: 'b', id: 'one' }]);
    const after = configOf([
      { topic: 'a', id: 'two' },
      { topic: 'c', id: 'one' },
    ]);
    expect(changesOf(diff(before, after))).toEqual({ ...NOTHING, added: after.streams, removed: before.streams });
  });

  it('takes fields that change for a change of their entry, and finds entries of one topic by their fields', () => {
    const [t, h, p] = ['t', 'h', 'p'].map((target) => ({ topic: 'a', target }));
    expect(diff(configOf([t, h]), configOf([t, p])).changed).toMatchObject([{ index: 1, stream: ['target'] }]);
    const before = configOf([t, h, p]);
    expect(changesOf(diff(before, configOf([h, p])))).toEqual({ ...NOTHING, removed: [before.streams[0]] });
  });

  it('tells where entries that may read one topic change places, and nothing where they cannot', () => {
    const reversed = (...topics: string[]): Changes => {
      const streams = topics.map((topic) => ({ topic }));
      return changesOf(diff(configOf(streams), configOf(streams.toReversed())));
    };
    expect(reversed('a/+', 'b/+', 'a')).toEqual(NOTHING);
    for (const [one, other] of [
      ['a/+', '+/b'],
      ['a/#', 'a'],
      ['a/b', '#'],
      ['+/b/c', 'a/#'],
    ])
      expect([one, other, reversed(one, other)]).toEqual([one, other, { ...NOTHING, isReordered: true }]);
  });
});
