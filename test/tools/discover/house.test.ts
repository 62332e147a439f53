import { expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { decodeStreamId } from '../../../src/domain/streamId.ts';
import type { ModelSettings } from '../../../src/domain/streamSettings.ts';
import { createFieldListener, type FieldReport } from '../../../src/tools/discover/listenFields.ts';
import { suggestConfig } from '../../../src/tools/discover/suggestConfig.ts';
import { parse } from '../../config/context.ts';
import { inbound } from '../../fixtures/decoderSetup.ts';
import { createInputRig } from '../../support/inputRig.ts';
import { decodeAll } from './decodeAll.ts';

const SERVER = 'mqtt://localhost:1883';
const ROUNDS = 12;

/** Learns quickly; the rest as the configuration says. */
const SMALL = (model: ModelSettings): ModelSettings => ({ ...model, kernel: 'plain', hidden: 4, replay: 0 });

/** A house with sensors of several makes: what it sends each minute. */
function house(i: number): readonly (readonly [topic: string, payload: string])[] {
  const celsius = Math.round((19 + Math.sin(i)) * 10) / 10;
  const fahrenheit = Math.round((celsius * 1.8 + 32) * 100) / 100;
  const isOpen = i % 5 === 0;
  return [
    ...['hall', 'attic', 'cellar'].map((room, j): readonly [string, string] => [
      `zigbee2mqtt/${room}`,
      JSON.stringify({ temperature: celsius + j, humidity: 50 - j, battery: 90, linkquality: 60 + i, contact: isOpen }),
    ]),
    ['tele/saw/SENSOR', JSON.stringify({ ENERGY: { Total: 7 + i / 10, Power: 40 + (i % 3), Yesterday: 1.5 } })],
    ['ble/terrace', JSON.stringify({ tempc: String(celsius), tempf: String(fahrenheit), hum: '61.5' })],
    ['boiler/flow', String(i === 4 ? -127 : 41.5 + (i % 4) / 2)],
    ['tank', JSON.stringify({ level: i === 7 ? 65_535 : 700 + i, in: 3 })],
    ['shelf/weight', '21,5 kg'],
    ['meter', JSON.stringify({ l1: { w: `${300 + i} W` }, phases: [{ a: { b: { c: 1 } } }] })],
  ];
}

function hear(): FieldReport {
  const listener = createFieldListener(decodeAll());
  for (let i = 0; i < ROUNDS; i++)
    for (const [topic, payload] of house(i)) listener.hear(inbound(topic, payload, i * 60_000));
  return listener.report();
}

it('gets a configuration with steps, inputs and faults, and is told what is left out', () => {
  expect(suggestConfig(hear(), { server: SERVER })).toMatchInlineSnapshot(`
    "version: 1
    mqtt:
      server: mqtt://localhost:1883
    streams:
      - topic: ble/terrace
        fields: [hum, tempc]
        step: 1m
        horizons: [1m, 5m, 15m]
      - topic: boiler/flow
        valid: {not: [-127]}
        step: 1m
        horizons: [1m, 5m, 15m]
      - topic: tank
        fields:
          in: in
          level: {path: level, valid: {not: [65535]}}
        step: 1m
        horizons: [1m, 5m, 15m]
      - topic: tele/saw/SENSOR
        fields: [ENERGY.Power]
        step: 1m
        horizons: [1m, 5m, 15m]
      - topic: zigbee2mqtt/+ # 3 topics
        fields: [humidity, temperature]
        step: 1m
        horizons: [1m, 5m, 15m]
        # Fields with two states can help one field: in place of \`fields\`
        # target: "humidity"
        # inputs: {"contact":{"path":"contact","map":{"true":1,"false":0}}}

    # left out, another field says the same: ble/terrace tempf (same as tempc)
    # left out, it only adds up: tele/saw/SENSOR ENERGY.Total, tele/saw/SENSOR ENERGY.Yesterday
    # left out, it tells of the device itself: zigbee2mqtt/attic battery, zigbee2mqtt/cellar battery, zigbee2mqtt/hall battery
    # passed over, devices send it about themselves: linkquality
    # not read: meter l1.w "300 W" (not-a-number, 12×); read with parse: lenient
    # not read: meter (too-deep, 12×)
    # not read: shelf/weight "21,5 kg" (not-a-number, 12×); read with parse: lenient
    "
  `);
});

it('gets a configuration that loads, and forecasts of what it lists and of nothing else', () => {
  const { streams } = parse(suggestConfig(hear(), { server: SERVER }));
  const specs = streams.map((spec) => ({ ...spec, settings: { ...spec.settings, model: SMALL(spec.settings.model) } }));
  const rig = createInputRig(100, { specs });
  for (let i = 0; i < ROUNDS; i++)
    for (const [j, [topic, payload]] of house(i).entries()) rig.send(topic, payload, { after: j === 0 ? 60_000 : 0 });
  expect([...new Set(rig.forecasts.map(({ stream }) => decodeStreamId(stream)))].sort()).toEqual([
    'ble/terrace/hum',
    'ble/terrace/tempc',
    'boiler/flow',
    'tank/in',
    'tank/level',
    'tele/saw/SENSOR/ENERGY.Power',
    'zigbee2mqtt/attic/humidity',
    'zigbee2mqtt/attic/temperature',
    'zigbee2mqtt/cellar/humidity',
    'zigbee2mqtt/cellar/temperature',
    'zigbee2mqtt/hall/humidity',
    'zigbee2mqtt/hall/temperature',
  ]);
  expect(rig.dropsSince(0).filter((reason) => reason === 'not-valid')).toHaveLength(2);
  expect(rig.forecasts.every(({ value }) => value !== -127 && value !== 65_535)).toBe(true);
});

it('is offered inputs that load where they take the place of the fields', () => {
  const text = suggestConfig(hear(), { server: SERVER });
  const offered = text.split('\n').flatMap((line) => /^ *# ((?:target|inputs): .*)$/.exec(line)?.[1] ?? []);
  const options = parseYaml(offered.join('\n')) as object;
  const [entry] = parse(
    JSON.stringify({ mqtt: { server: SERVER }, streams: [{ topic: 'zigbee2mqtt/+', ...options }] }),
  ).streams;
  expect(entry?.fields).toMatchObject([{ path: 'humidity' }]);
  expect(entry?.inputs).toMatchObject([{ path: 'contact', map: { true: 1, false: 0 } }]);
});
