import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toStreamId } from '../../../src/domain/streamId.ts';
import { createFieldListener } from '../../../src/tools/discover/listenFields.ts';
import { inbound } from '../../fixtures/decoderSetup.ts';
import { decodeAll } from './decodeAll.ts';

const heard = (topic: string, text: string, atMs: number, retained = false) => ({
  ...inbound(topic, text, atMs),
  retained,
});

test('reports per topic and field, in order of names, the last value, the count and the cadence', () => {
  const listener = createFieldListener(decodeAll());
  for (let i = 0; i < 5; i++) {
    listener.hear(heard('z/plug', JSON.stringify({ power: i, energy: 10 + i, state: 'ON' }), i * 10_000));
    listener.hear(heard('a/temperature', `${20 + i}`, i * 300_000));
  }

  const regular = (medianMs: number) => ({ kind: 'regular', medianMs });
  expect(listener.report()).toEqual({
    topics: [
      {
        topic: 'a/temperature',
        fields: [{ path: undefined, lastValue: 24, count: 5, cadence: regular(300_000) }],
      },
      {
        topic: 'z/plug',
        fields: [
          { path: 'energy', lastValue: 14, count: 5, cadence: regular(10_000), leftOut: 'counter' },
          { path: 'power', lastValue: 4, count: 5, cadence: regular(10_000) },
        ],
        switches: { state: { ON: 1, OFF: 0 } },
      },
    ],
    messages: 10,
    passedOver: {},
    takenTopics: [],
    unread: [],
    housekeeping: [],
  });
});

test('a retained reading shows its value but says nothing about the pace', () => {
  const listener = createFieldListener(decodeAll());
  listener.hear(heard('a', '1', 0, true));
  listener.hear(heard('b', '1', 0, true));
  listener.hear(heard('b', '2', 5_000));
  listener.hear(heard('b', '3', 9_000));

  const [a, b] = listener.report().topics.map(({ fields }) => fields[0]);
  expect(a).toEqual({ path: undefined, lastValue: 1, count: 0, cadence: { kind: 'unknown', medianMs: undefined } });
  expect(b).toMatchObject({ lastValue: 3, count: 2, cadence: { medianMs: 4_000 } });
});

test('the cadence follows the last 32 intervals', () => {
  const listener = createFieldListener(decodeAll());
  for (let i = 0; i < 40; i++) listener.hear(heard('a', '1', i * 60_000));
  for (let i = 1; i <= 32; i++) listener.hear(heard('a', '1', 39 * 60_000 + i * 1_000));

  expect(listener.report().topics[0]?.fields[0]?.cadence).toEqual({ kind: 'regular', medianMs: 1_000 });
});

test('counts what it passes over under the reasons of the daemon', () => {
  const listener = createFieldListener(decodeAll());
  for (const topic of ['zigbee2mqtt/bridge/health', 'rtl_433/9/channel', 'x'.repeat(600)])
    listener.hear(heard(topic, '1', 0));
  listener.hear(heard('a', ' '.repeat(70_000), 0));
  listener.hear(heard('a', 'ON', 0));

  expect(listener.report()).toEqual({
    topics: [],
    messages: 5,
    passedOver: { 'no-field': 2, 'topic-too-long': 1, 'too-large': 1, 'not-a-number': 1 },
    takenTopics: [],
    unread: [
      { topic: 'a', reason: 'too-large', count: 1 },
      { topic: 'a', reason: 'not-a-number', count: 1, value: 'ON', remedy: 'map, or with source: booleans: on' },
    ],
    housekeeping: [],
  });
});

test('lists of a message what the daemon reads: numbers in texts, phases, all records of a batch', () => {
  const listener = createFieldListener(decodeAll());
  listener.hear(heard('a', '{"t":"21.5","on":true,"linkquality":90,"ENERGY":{"Voltage":[231,0]}}', 0));
  listener.hear(heard('b', '[{"v":1},{"v":2}]', 0));

  const [a, b] = listener.report().topics;
  expect(a?.fields.map(({ path, lastValue }) => [path, lastValue])).toEqual([
    ['ENERGY.Voltage.0', 231],
    ['ENERGY.Voltage.1', 0],
    ['t', 21.5],
  ]);
  expect(b?.fields.map(({ path, lastValue, count }) => [path, lastValue, count])).toEqual([['v', 2, 1]]);
});

test('names the topics whose streams another topic has', () => {
  const listener = createFieldListener(decodeAll());
  listener.hear(heard('a', '{"b":1}', 0));
  listener.hear(heard('a/b', '2', 0));

  const { topics, takenTopics, passedOver } = listener.report();
  expect([topics.map(({ topic }) => topic), takenTopics, passedOver]).toEqual([['a'], ['a/b'], { 'name-taken': 1 }]);
});

test('lists the streams of a run, and their last values, whatever arrives', () => {
  const message = fc.tuple(
    fc.constantFrom('a', 'a/b', 'a/b/c', '+%', 'zigbee2mqtt/bridge/state', 'x/id'),
    fc.oneof(fc.json(), fc.double().map(String), fc.string({ unit: 'binary' })),
  );
  void fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
      const listener = createFieldListener(decodeAll());
      const decode = decodeAll();
      const run = new Map<string, number>();
      for (const [topic, text] of messages) {
        listener.hear(heard(topic, text, 0));
        for (const { stream, value } of decode(inbound(topic, text, 0)).samples) run.set(stream, value);
      }
      const listed = listener
        .report()
        .topics.flatMap(({ topic, fields }) =>
          fields.map(({ path, lastValue }) => [toStreamId(topic, path), lastValue]),
        );
      expect(listed.sort()).toEqual([...run].sort());
    }),
  );
});

test('stays within its limits and counts what is beyond', () => {
  const limits = { topics: 3, fieldsPerTopic: 2, fields: 5 };
  const listener = createFieldListener(decodeAll(), limits);
  for (const topic of ['a', 'b', 'c', 'd']) listener.hear(heard(topic, '{"x":1,"y":2,"z":3}', 0));

  const report = listener.report();
  expect(report.topics.map(({ topic, fields }) => `${topic}:${fields.length}`)).toEqual(['a:2', 'b:2', 'c:1']);
  expect(report.passedOver).toEqual({ 'beyond-limits': 12 - 5 });
});

test('takes no memory for topics beyond 10,000', () => {
  const listener = createFieldListener(decodeAll());
  for (let i = 0; i < 10_500; i++) listener.hear(heard(`t/${i}`, '1', i));

  expect(listener.report().topics).toHaveLength(10_000);
  expect(listener.report().passedOver).toEqual({ 'beyond-limits': 500 });
});
