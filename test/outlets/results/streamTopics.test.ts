import { expect, it } from 'vitest';
import { encodeStreamId } from '../../../src/domain/streamId.ts';
import { bridgeTopics } from '../../../src/outlets/bridge/bridgeTopics.ts';
import { streamTopics } from '../../../src/outlets/results/streamTopics.ts';

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
    health: 'tidegate/bridge/health',
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
