import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceDevices } from '../../../src/outlets/homeAssistant/sourceDevices.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const zigbee = (id: string) => ({
  device: { identifiers: [id], name: 'Plug' },
  state_topic: 'z/plug',
  value_template: '{{ value_json.power }}',
  unit_of_measurement: 'W',
  device_class: 'power',
});

describe('devices of other programs', () => {
  it.each([
    ['full names', zigbee('x')],
    [
      'abbreviations, and one identifier as text',
      {
        '~': 'z/plug',
        dev: { ids: 'x', name: 'Plug' },
        stat_t: '~',
        val_tpl: "{{ value_json['power'] }}",
        unit_of_meas: 'W',
        dev_cla: 'power',
      },
    ],
    [
      'a device with entities',
      {
        dev: { ids: ['x'], name: 'Plug' },
        o: { name: 'other' },
        stat_t: 'z/plug',
        cmps: { p: { ...zigbee('y'), state_topic: undefined } },
      },
    ],
  ])('are known by %s', (_, config) => {
    const devices = new SourceDevices();
    expect([...devices.learn('h/sensor/x/config', bytes(config))]).toEqual(['z/plug']);
    expect(devices.of('z/plug')).toEqual({ identifiers: ['x'], name: 'Plug' });
    expect(devices.aboutOf('z/plug', 'power')).toEqual({ unit: 'W', deviceClass: 'power' });
    expect([...devices.learn('h/sensor/x/config', bytes(config))]).toEqual([]);
  });

  it('are known by addresses too', () => {
    const devices = new SourceDevices();
    devices.learn('c', bytes({ device: { connections: [['mac', 'aa:bb'], ['odd']] }, state_topic: 'shelly/1' }));
    expect(devices.of('shelly/1')).toEqual({ connections: [['mac', 'aa:bb']] });
  });

  it('are the same in whatever order two that name one topic come', () => {
    const orders = [
      ['h/a/config', 'h/b/config'],
      ['h/b/config', 'h/a/config'],
    ].map((topics) => {
      const devices = new SourceDevices();
      for (const topic of topics) devices.learn(topic, bytes(zigbee(topic)));
      return devices.of('z/plug');
    });
    expect(orders[0]).toEqual(orders[1]);
  });

  it('are not those that tidegate announces, of whatever instance', () => {
    const devices = new SourceDevices();
    expect([...devices.learn('c', bytes({ ...zigbee('x'), origin: { name: 'tidegate' } }))]).toEqual([]);
    expect(devices.of('z/plug')).toBeUndefined();
  });

  it('are learned of no nonsense, without an error and within bounds', () => {
    const devices = new SourceDevices();
    for (const payload of [
      '',
      '{',
      'null',
      '[]',
      '5',
      '{"device":5,"state_topic":7}',
      '{"dev":{"ids":[""]},"stat_t":"t"}',
    ])
      expect([...devices.learn('c', new TextEncoder().encode(payload))]).toEqual([]);
    const long = {
      device: {
        identifiers: Array(50)
          .fill('i')
          .map((it, n) => `${it}${n}`),
      },
      state_topic: 't',
    };
    devices.learn('c', bytes(long));
    expect(devices.of('t')?.identifiers).toHaveLength(8);
    expect(devices.learn('c', bytes({ ...zigbee('x'), state_topic: 'l'.repeat(2000) })).size).toBe(0);
    fc.assert(fc.property(fc.jsonValue(), (value) => devices.learn('c', bytes(value)).size >= 0));
  });
});
