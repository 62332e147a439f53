import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isFieldPath } from '../../../src/config/scalars/fieldPath.ts';
import { faultOfFilter } from '../../../src/config/schema/topics.ts';
import { toStreamId } from '../../../src/domain/streamId.ts';
import { createFieldListener, type FieldReport } from '../../../src/tools/discover/listenFields.ts';
import { suggestConfig } from '../../../src/tools/discover/suggestConfig.ts';
import { parse as parseConfig } from '../../config/context.ts';
import { inbound } from '../../fixtures/decoderSetup.ts';
import { decodeAll } from './decodeAll.ts';

const SERVER = 'mqtt://localhost:1883';

function reportOf(messages: readonly (readonly [topic: string, payload: unknown])[]): FieldReport {
  const listener = createFieldListener(decodeAll());
  for (const [topic, payload] of messages) listener.hear(inbound(topic, JSON.stringify(payload), 0));
  return listener.report();
}

test('writes a small file that can be read by people', () => {
  const report = reportOf([
    ['zigbee2mqtt/hall', { temperature: 20.6, humidity: 41 }],
    ['zigbee2mqtt/kitchen', { temperature: 21.2, linkquality: 90 }],
    ['zigbee2mqtt/living room', { temperature: 19.9 }],
    ['tele/washer/SENSOR', { ENERGY: { Power: 3, Voltage: 231 } }],
    ['garden/sensor/light/state', 412],
  ]);

  expect(suggestConfig(report, { server: SERVER })).toMatchInlineSnapshot(`
    "version: 1
    mqtt:
      server: mqtt://localhost:1883
    streams:
      - topic: garden/sensor/light/state
      - topic: tele/washer/SENSOR
        fields: [ENERGY.Power, ENERGY.Voltage]
      - topic: zigbee2mqtt/+ # 3 topics
        fields: [temperature, humidity]

    # passed over, devices send it about themselves: linkquality
    "
  `);
});

test('breaks long lists of fields into lines', () => {
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, i]));

  expect(suggestConfig(reportOf([['a', many]]), { server: SERVER })).toContain('fields:\n      - k0\n      - k1\n');
});

test('keeps user and password of the URL out of the file', () => {
  const text = suggestConfig(reportOf([['a', 1]]), { server: 'mqtts://jo%40home:s3cret@broker.lan:8883' });

  expect(text).not.toContain('s3cret');
  expect(text).toContain('server: mqtts://broker.lan:8883\n  user: jo@home\n  password: !env MQTT_PASSWORD\n');
});

test('leaves out what would share a stream id, and says so', () => {
  const text = suggestConfig(
    reportOf([
      ['a', { b: 1, c: 2 }],
      ['a/b', 3],
    ]),
    { server: SERVER },
  );

  expect(parse(text).streams).toEqual([{ topic: 'a', fields: ['b', 'c'] }]);
  expect(text).toContain('# 1 more would share');
});

test('nothing heard gives an empty list', () => {
  expect(parse(suggestConfig(reportOf([]), { server: SERVER })).streams).toEqual([]);
});

const HOSTILE = [
  'yes',
  'null',
  '~',
  '1',
  '0x1f',
  '- a',
  '# b',
  'a: b',
  '"',
  "'",
  '!env X',
  '&a',
  '*a',
  '{',
  '[',
  '%',
  ' ',
  '\t',
  '\n',
  '|',
  '>',
  'é',
  '🌡',
  '\u2028',
  '\ufeff',
  '\u0085',
  '---',
  '...',
];

test('leaves out what no list of fields can name, and says so', () => {
  const text = suggestConfig(reportOf([['a', { 'x..y': 1, c: 2 }]]), { server: SERVER });

  expect(parse(text).streams).toEqual([{ topic: 'a', fields: ['c'] }]);
  expect(text).toContain('# 1 more have names that no list of fields can hold');
});

test('is a configuration that reads the topics and fields, however hostile their names', () => {
  const name = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }));
  const topic = fc.array(name, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
  const payload = fc.oneof(fc.constant(1), fc.dictionary(name, fc.constant(1), { minKeys: 1, maxKeys: 4 }));
  void fc.assert(
    fc.property(fc.array(fc.tuple(topic, payload), { maxLength: 2 }), (messages) => {
      const report = reportOf(messages);
      const text = suggestConfig(report, { server: SERVER });

      const wanted = report.topics.flatMap(({ topic, fields }) => {
        if (faultOfFilter(topic) !== undefined) return [];
        const paths = fields.filter(({ path }) => path !== undefined);
        const kept = paths.length === 0 ? fields : paths.filter(({ path }) => isFieldPath(path as string));
        return kept.map(({ path }) => toStreamId(topic, path));
      });
      if (wanted.length === 0) {
        expect(parse(text).streams).toEqual([]);
        return;
      }
      const { mqtt, streams } = parseConfig(text);
      const ids = streams.flatMap(({ topic, fields }) =>
        fields === 'auto' ? [toStreamId(topic, undefined)] : fields.map(({ path }) => toStreamId(topic, path)),
      );
      expect(mqtt.server).toBe(SERVER);
      expect(new Set(ids)).toEqual(new Set(wanted));
      expect(ids).toHaveLength(new Set(wanted).size);
    }),
    { numRuns: 200 },
  );
});
