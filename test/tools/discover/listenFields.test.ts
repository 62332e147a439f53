import { expect, test } from 'vitest';
import { toEpochMs } from '../../../src/domain/time.ts';
import { createFieldListener } from '../../../src/tools/discover/listenFields.ts';
import { RULES } from './rules.ts';

const heard = (topic: string, text: string, atMs: number, retained = false) => ({
  topic,
  text,
  receivedAt: toEpochMs(atMs),
  retained,
});

test('reports per topic and field, in order of names, the last value, the count and the cadence', () => {
  const listener = createFieldListener(RULES);
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
          { path: 'energy', lastValue: 14, count: 5, cadence: regular(10_000) },
          { path: 'power', lastValue: 4, count: 5, cadence: regular(10_000) },
        ],
      },
    ],
    messages: 10,
    passedOver: { topics: 0, long: 0, beyondLimits: 0 },
  });
});

test('a retained reading shows its value but says nothing about the pace', () => {
  const listener = createFieldListener(RULES);
  listener.hear(heard('a', '1', 0, true));
  listener.hear(heard('b', '1', 0, true));
  listener.hear(heard('b', '2', 5_000));
  listener.hear(heard('b', '3', 9_000));

  const [a, b] = listener.report().topics.map(({ fields }) => fields[0]);
  expect(a).toEqual({ path: undefined, lastValue: 1, count: 0, cadence: { kind: 'unknown', medianMs: undefined } });
  expect(b).toMatchObject({ lastValue: 3, count: 2, cadence: { medianMs: 4_000 } });
});

test('the cadence follows the last 32 intervals', () => {
  const listener = createFieldListener(RULES);
  for (let i = 0; i < 40; i++) listener.hear(heard('a', '1', i * 60_000));
  for (let i = 1; i <= 32; i++) listener.hear(heard('a', '1', 39 * 60_000 + i * 1_000));

  expect(listener.report().topics[0]?.fields[0]?.cadence).toEqual({ kind: 'regular', medianMs: 1_000 });
});

test('passes over topics without readings, names that no configuration can hold, and long payloads, and counts them', () => {
  const listener = createFieldListener(RULES);
  for (const topic of ['tidegate/x', 'zigbee2mqtt/bridge/health', 'a/+', 'a/#', 'a\nb', '$SYS/load', 'x'.repeat(1_025)])
    listener.hear(heard(topic, '1', 0));
  listener.hear(heard('a', ' '.repeat(70_000), 0));

  expect(listener.report()).toEqual({
    topics: [],
    messages: 8,
    passedOver: { topics: 7, long: 1, beyondLimits: 0 },
  });
});

test('stays within its limits and counts what is beyond', () => {
  const limits = { topics: 3, fieldsPerTopic: 2, fields: 5 };
  const listener = createFieldListener(RULES, limits);
  for (const topic of ['a', 'b', 'c', 'd']) listener.hear(heard(topic, '{"x":1,"y":2,"z":3}', 0));

  const report = listener.report();
  expect(report.topics.map(({ topic, fields }) => `${topic}:${fields.length}`)).toEqual(['a:2', 'b:2', 'c:1']);
  expect(report.passedOver.beyondLimits).toBe(12 - 5);
});

test('takes no memory for topics beyond 10,000', () => {
  const listener = createFieldListener(RULES);
  for (let i = 0; i < 10_500; i++) listener.hear(heard(`t/${i}`, '1', i));

  expect(listener.report().topics).toHaveLength(10_000);
  expect(listener.report().passedOver.beyondLimits).toBe(500);
});
