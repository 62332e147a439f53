import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/adapters/payload/decoder.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import { field, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

function read(specs: readonly StreamSpec[], topic: string, payload: string): unknown {
  const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
  const decoder = createDecoder({ ...options, specs, maxTopics: 10 });
  const { samples, drops } = decoder.decode(inbound(topic, payload));
  const owner = (id: (typeof samples)[number]['stream']): number =>
    specs.findIndex(({ settings }) => settings === decoder.settingsOf(id));
  return [
    ...samples.map(({ stream, value }) => `${stream}=${value} by ${owner(stream)}`),
    ...drops.map(({ reason }) => reason),
  ];
}

describe('createTopicPlan', () => {
  it('lets every matching entry read a message, each with its own settings', () => {
    const specs = [makeSpec('a/b', ['x']), makeSpec('a/+', ['y']), makeSpec('c/#', ['x'])];
    expect(read(specs, 'a/b', '{"x":1,"y":2}')).toEqual(['a/b/x=1 by 0', 'a/b/y=2 by 1']);
  });

  it('gives a name that two entries want to the first', () => {
    const named = makeSpec('a/b', ['x']);
    const auto = makeSpec('#', 'auto');
    expect(read([named, auto], 'a/b', '{"x":1,"y":2}')).toEqual(['a/b/x=1 by 0', 'a/b/y=2 by 1']);
    expect(read([auto, named], 'a/b', '{"x":1,"y":2}')).toEqual(['a/b/x=1 by 0', 'a/b/y=2 by 0']);
    expect(read([named, makeSpec('a/+', ['x'])], 'a/b', '{"x":1}')).toEqual(['a/b/x=1 by 0']);
    expect(read([auto, makeSpec('a/#', 'auto')], 'a/b', '{"x":1}')).toEqual(['a/b/x=1 by 0']);
    expect(read([makeSpec('a', ['']), makeSpec('#', 'auto')], 'a', '5')).toEqual(['a=5 by 0']);
  });

  it('keeps a name for the first entry also while that has no value for it', () => {
    const named = makeSpec('a', [field('w', { name: 'v' })]);
    expect(read([named, makeSpec('#', 'auto')], 'a', '{"v":5}')).toEqual(['no-field']);
    expect(read([named, makeSpec('#', ['v'])], 'a', '{"v":5}')).toEqual(['no-field']);
    const specs = [makeSpec('a', ['v'], { id: 'x' }), makeSpec('a', 'auto', { id: 'x' })];
    expect(read(specs, 'a', '5')).toEqual(['no-field']);
  });

  it('reads a topic automatically once, however many entries match', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, i])));
    const result = read([makeSpec('#', 'auto'), makeSpec('a', 'auto')], 'a', many) as string[];
    expect([result.length, result[64]]).toEqual([65, 'too-many-streams']);
  });

  it('lets a later entry read what automatic choice leaves out', () => {
    const specs = [makeSpec('#', 'auto'), makeSpec('a', ['linkquality', field('open', { map: { true: 1 } })])];
    expect(read(specs, 'a', '{"x":1,"linkquality":90,"open":true}')).toEqual([
      'a/x=1 by 0',
      'a/linkquality=90 by 1',
      'a/open=1 by 1',
    ]);
  });

  it('counts a message that is nothing to any entry once', () => {
    const specs = [makeSpec('a', 'auto', { id: 'one' }), makeSpec('a', 'auto', { id: 'two' })];
    expect(read(specs, 'a', 'hello')).toEqual(['not-a-number']);
    expect(read(specs, 'a', '{"name":"x"}')).toEqual(['no-field']);
    const spelled = [makeSpec('a/rssi', 'auto', { id: 'one' }), makeSpec('#', 'auto')];
    expect(read(spelled, 'a/rssi', 'hello')).toEqual(['not-a-number']);
  });
});
