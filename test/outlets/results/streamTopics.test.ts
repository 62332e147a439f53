import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { canNameStream, encodeStreamId } from '../../../src/domain/streamId.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { bridgeTopics } from '../../../src/outlets/bridge/bridgeTopics.ts';
import {
  isRetained,
  RETAINED_PARTS,
  readStreamTopic,
  streamTopics,
} from '../../../src/outlets/results/streamTopics.ts';
import { everyMessage, settingsWith } from '../../pipeline/samples.ts';

it('puts all topics below the base topic', () => {
  expect(streamTopics('home/tidegate', encodeStreamId('kitchen/temperature'))).toEqual({
    state: 'home/tidegate/kitchen/temperature',
    forecast: 'home/tidegate/kitchen/temperature/forecast',
    class: 'home/tidegate/kitchen/temperature/class',
    anomaly: 'home/tidegate/kitchen/temperature/anomaly',
    availability: 'home/tidegate/kitchen/temperature/availability',
  });
  expect(bridgeTopics('tidegate')).toEqual({
    state: 'tidegate/bridge/state',
    info: 'tidegate/bridge/info',
    event: 'tidegate/bridge/event',
    logging: 'tidegate/bridge/logging',
    health: 'tidegate/bridge/health',
    streams: 'tidegate/bridge/streams',
    learning: 'tidegate/bridge/learning',
  });
});

it('keeps the topics of any two streams and of the daemon apart', () => {
  const names = [
    'a',
    'a/forecast',
    'a/class',
    'a/anomaly',
    'a/availability',
    'bridge',
    'bridge/state',
    'bridge/info',
    'bridge/health',
  ];
  const topics = names.flatMap((name) => Object.values(streamTopics('t', encodeStreamId(name))));
  topics.push(...Object.values(bridgeTopics('t')));
  expect(new Set(topics).size).toBe(topics.length);
});

it('reads every topic of every stream back, and those of the daemon and of others not', () => {
  const level = fc.constantFrom('a', 'class', 'forecast', 'bridge', 'state', 'set', '%', '+', 'ä', '');
  const name = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
  void fc.assert(
    fc.property(name.filter(canNameStream), fc.constantFrom('t', 't/u'), (text, base) => {
      const stream = encodeStreamId(text);
      for (const [part, topic] of Object.entries(streamTopics(base, stream))) {
        if (stream === '') continue;
        expect(readStreamTopic(base, topic)).toEqual({ stream, part });
      }
    }),
  );
  for (const topic of [...Object.values(bridgeTopics('t')), 't', 't/', 'tu/a', 't/a/set', 'other/a'])
    expect(readStreamTopic('t', topic)).toBeUndefined();
});

it('retains what the settings say', () => {
  const settings = settingsWith(everyMessage);
  const classify = { classes: 'open', delay: toDurationMs(1000), longestLag: undefined, dwell: { rows: 1 } } as const;
  const partsWith = (retain: boolean, forecast: boolean, isClassified: boolean): readonly string[] =>
    RETAINED_PARTS.filter((part) =>
      isRetained(part, {
        publish: { ...settings.publish, retain, forecast },
        classify: isClassified ? classify : undefined,
      }),
    );
  expect(partsWith(true, true, true)).toEqual(['state', 'forecast', 'class']);
  expect(partsWith(true, false, true)).toEqual(['state', 'class']);
  expect(partsWith(true, true, false)).toEqual(['state', 'forecast']);
  expect(partsWith(false, true, true)).toEqual([]);
});
