import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../../src/adapters/payload/decoder.ts';
import { isSettingName } from '../../../../src/adapters/payload/dialects/zigbeeSettings.ts';
import { nameOf } from '../../../contract/dialectContract.ts';
import { inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../../fixtures/decoderSetup.ts';

function create() {
  const specs = [
    { ...makeSpec('#', 'auto', { time: { sanity: false } }), source: { dialect: 'auto' as const, booleans: false } },
  ];
  const report = () => undefined;
  const { decode } = createDecoder({
    ...{ specs, limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report, matchesFilter, maxTopics: 20 },
  });
  const read = (topic: string, payload: unknown) =>
    decode(inbound(topic, typeof payload === 'string' ? payload : JSON.stringify(payload))).samples.map((sample) => [
      nameOf(sample),
      sample.source?.about?.unit,
    ]);
  const describeDevice = (exposes: readonly object[]) =>
    decode({
      ...inbound('zigbee2mqtt/bridge/devices', JSON.stringify([{ friendly_name: 'x', definition: { exposes } }])),
      retained: true,
    });
  return { read, describeDevice };
}

describe('names of settings', () => {
  it.each(['temperature', 'target_distance', 'power', 'energy', 'local_temperature', 'position', 'brightness', 'co2'])(
    '%s is a measurement or a state',
    (name) => {
      expect(isSettingName(name)).toBe(false);
    },
  );
  it.each(['occupied_heating_setpoint', 'countdown_l1', 'color_temp_startup', 'min_brightness', 'action_group'])(
    '%s is a setting',
    (name) => {
      expect(isSettingName(name)).toBe(true);
    },
  );
});

describe('settings that the bridge declares', () => {
  const exposes = [
    { type: 'numeric', name: 'humidity', property: 'humidity', access: 1, unit: '%' },
    { type: 'numeric', name: 'soak', property: 'soak', access: 7, unit: 'min' },
    { type: 'numeric', name: 'depth', property: 'depth', access: 1, category: 'config' },
    { type: 'composite', name: 'plan', property: 'plan', access: 3, features: [{ type: 'numeric', property: 'days' }] },
    { type: 'numeric', name: 'soak_duration', property: 'soak_duration', access: 1, unit: 's' },
    { type: 'numeric', name: 'action_rate', property: 'action_rate', access: 1 },
    { type: 'light', features: [{ type: 'numeric', property: 'glow', access: 7 }] },
  ];
  const message = {
    humidity: 40,
    soak: 5,
    depth: 7,
    plan: { days: 3 },
    glow: 90,
    linkquality: 1,
    soak_duration: 4,
    action_rate: 3,
  };

  it('are no readings, and what may be set of a lamp is one', () => {
    const { read, describeDevice } = create();
    describeDevice(exposes);
    const expected = [
      ['zigbee2mqtt/x#humidity', '%'],
      ['zigbee2mqtt/x#glow', undefined],
      // Its name looks like a setting, and it can be read alone.
      ['zigbee2mqtt/x#soak_duration', 's'],
    ];
    for (let i = 0; i < 3; i++) expect(read('zigbee2mqtt/x', message)).toEqual(expected);
    expect(read('zigbee2mqtt/y', message).map(([name]) => name)).toContain('zigbee2mqtt/y#soak');
  });

  it('win where a device declares a property twice, in either order', () => {
    const twice = [1, 3].map((access) => ({ type: 'numeric', property: 'soak_duration', access }));
    for (const both of [twice, twice.toReversed()]) {
      const { read, describeDevice } = create();
      describeDevice(both);
      expect(read('zigbee2mqtt/x', { soak_duration: 4, power: 5, linkquality: 1 })).toHaveLength(1);
    }
  });

  it('are none from then on where the bridge declares them behind the first messages', () => {
    const { read, describeDevice } = create();
    const flat = { humidity: 40, soak: 5, linkquality: 1 };
    for (let i = 0; i < 3; i++) expect(read('zigbee2mqtt/x', flat)).toHaveLength(2);
    describeDevice(exposes);
    for (let i = 0; i < 3; i++) expect(read('zigbee2mqtt/x', flat)).toEqual([['zigbee2mqtt/x#humidity', '%']]);
  });

  it('are none on a topic of their own, where readings have their units', () => {
    const { read, describeDevice } = create();
    describeDevice(exposes);
    expect(['humidity', 'soak', 'linkquality'].flatMap((key) => read(`zigbee2mqtt/x/${key}`, '5'))).toEqual([
      ['zigbee2mqtt/x/humidity', '%'],
    ]);
  });

  it('throw on no description', () => {
    const { describeDevice } = create();
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({ type: fc.string(), property: fc.string(), access: fc.jsonValue() }),
    );
    void fc.assert(fc.property(fc.array(odd), (list) => void describeDevice(list as object[])));
  });
});
