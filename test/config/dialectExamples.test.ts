import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../src/adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../../src/adapters/payload/decoder.ts';
import type { DialectName } from '../../src/domain/dialectName.ts';
import { nameOf } from '../contract/dialectContract.ts';
import { ARRIVAL, inbound, UTC_PLUS_1 } from '../fixtures/decoderSetup.ts';
import { DIALECT_MESSAGES, type DialectMessageFixture } from '../fixtures/dialectMessages.ts';
import { parse } from './context.ts';

const FOLDER = new URL('../../config/', import.meta.url);

/** Dialects that each example is for. */
const EXAMPLES: Readonly<Record<string, readonly DialectName[]>> = {
  'auto.yaml': [...new Set(DIALECT_MESSAGES.map(({ dialect }) => dialect))],
  'homie.yaml': ['homie4', 'homie5'],
  'sparkplug.yaml': ['sparkplug-b'],
  'senml.yaml': ['senml'],
  'rtl_433.yaml': ['rtl_433'],
  'openmqttgateway.yaml': ['openmqttgateway', 'theengs'],
  'lorawan.yaml': ['ttn-v3', 'chirpstack-v4'],
  'victron.yaml': ['victron'],
  'home-assistant.yaml': ['ha-statestream', 'ha-discovery'],
  'frigate.yaml': ['frigate'],
};

/** Messages as devices send them, and what each example makes of them. */
const OWN: readonly (readonly [
  example: string,
  messages: readonly [string, string | Uint8Array][],
  streams: string[],
])[] = [
  [
    'zigbee2mqtt.yaml',
    [['zigbee2mqtt/loft', '{"temperature":19.5,"linkquality":90}']],
    ['zigbee2mqtt/loft/temperature 19.5'],
  ],
  [
    'tasmota.yaml',
    [
      ['tele/plug/SENSOR', '{"Time":"2026-03-10T12:58:00","ENERGY":{"Power":62}}'],
      ['stat/plug/POWER', 'ON'],
    ],
    ['tele/plug/SENSOR/ENERGY.Power 62', 'stat/plug/POWER/switch 1'],
  ],
  [
    'esphome.yaml',
    [
      ['livingroom/sensor/co2/state', '612'],
      ['livingroom/binary_sensor/door/state', 'ON'],
    ],
    ['livingroom/sensor/co2/state 612', 'livingroom/binary_sensor/door/state/state 1'],
  ],
  [
    'generic.yaml',
    [
      ['factory/line1/temp', '[{"ts":1773143880,"v":71.4}]'],
      ['radio/events', '{"model":"WH2","id":7,"t":4}'],
      ['plc/a/raw', Uint8Array.of(0x41, 0x20, 0, 0)],
    ],
    ['factory/line1/temp/v 71.4', 'radio/events/WH2/-/7/t 4', 'plc/a/raw 10'],
  ],
];

function decoderOf(example: string) {
  const { streams: specs, limits } = parse(readFileSync(new URL(example, FOLDER), 'utf8'));
  const options = { specs, limits, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
  return createDecoder({ ...options, maxTopics: 100 });
}

describe.each(Object.entries(EXAMPLES))('%s', (example, dialects) => {
  const fixtures = DIALECT_MESSAGES.filter(({ dialect }) => dialects.includes(dialect));
  const { streams } = parse(readFileSync(new URL(example, FOLDER), 'utf8'));
  const isMeant = ({ topic }: DialectMessageFixture) => streams.some((spec) => matchesFilter(spec.topic, topic));

  it.each(dialects)('is for messages of %s', (dialect) => {
    expect(fixtures.some((fixture) => fixture.dialect === dialect && isMeant(fixture))).toBe(true);
  });

  it('reads what is expected of each, with its unit', () => {
    for (const fixture of fixtures.filter(isMeant)) {
      const { decode } = decoderOf(example);
      let now = ARRIVAL as number;
      for (const [topic, payload] of fixture.before ?? []) decode(inbound(topic, payload, now++));
      const { samples } = decode(inbound(fixture.topic, fixture.payload, now));
      expect([fixture.name, samples.map((it) => [nameOf(it), it.value, it.source?.about?.unit])]).toEqual([
        fixture.name,
        (fixture.readings ?? []).map(([stream, value, , unit]) => [stream, value, unit]),
      ]);
    }
  });
});

it.each(OWN)('%s reads what it names', (example, messages, expected) => {
  const { decode } = decoderOf(example);
  const streams = messages.flatMap(([topic, payload]) =>
    decode(inbound(topic, payload)).samples.map(({ stream, value }) => `${stream} ${value}`),
  );
  expect(streams).toEqual(expected);
});
