import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../../src/adapters/payload/decoder.ts';
import type { Inbound } from '../../../../src/domain/sample.ts';
import type { StreamSpec } from '../../../../src/domain/streamSpec.ts';
import { nameOf } from '../../../contract/dialectContract.ts';
import { collectEvents, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../../fixtures/decoderSetup.ts';

const json = JSON.stringify;
const ALL: StreamSpec = {
  ...makeSpec('#', 'auto', { time: { sanity: false } }),
  source: { dialect: 'auto', booleans: false },
};

function create(specs: readonly StreamSpec[] = [ALL]): Decoder & { readonly declared: () => readonly string[] } {
  const { events, report } = collectEvents();
  const options = { specs, limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report, matchesFilter, maxTopics: 50 };
  return {
    ...createDecoder(options),
    declared: () => events.flatMap((event) => (event.type === 'SensorDeclared' ? [event.topic] : [])),
  };
}
const kept = (topic: string, payload: unknown): Inbound => ({ ...inbound(topic, json(payload)), retained: true });
const read = (decoder: Decoder, topic: string, payload: unknown) =>
  decoder
    .decode(inbound(topic, json(payload)))
    .samples.map((sample) => [nameOf(sample), sample.source?.about?.unit, sample.source?.about?.deviceClass]);

const CONFIG = { t: 'porch', ft: '%prefix%/house/%topic%/', tp: ['cmnd', 'stat', 'tele'], ofln: 'Offline', ver: 1 };
const SENSORS = {
  sn: { Time: '2026-03-10T12:58:00', AM2301: { Temperature: 70.1, Humidity: 40 }, TempUnit: 'F' },
  ver: 1,
};
const TEMPERATURE = 'tele/house/porch/SENSOR#AM2301.Temperature';

describe('units of Tasmota', () => {
  it.each([[['config', 'sensors']], [['sensors', 'config']]])(
    'are those of its discovery, in the order %s, which holds no readings',
    (kinds) => {
      const decoder = create();
      for (const kind of kinds) {
        const { samples, drops } = decoder.decode(
          kept(`tasmota/discovery/AABB/${kind}`, kind === 'config' ? CONFIG : SENSORS),
        );
        expect([samples, drops.map(({ reason }) => reason)]).toEqual([[], ['not-a-reading']]);
      }
      // The message itself does not say it this time.
      expect(read(decoder, 'tele/house/porch/SENSOR', { AM2301: { Temperature: 70, Humidity: 41 } })).toEqual([
        [TEMPERATURE, '°F', undefined],
        ['tele/house/porch/SENSOR#AM2301.Humidity', '%', undefined],
      ]);
    },
  );

  it('follow a setting that is changed, and stay where a message says none', () => {
    const decoder = create();
    const unitOf = (extra: object) =>
      read(decoder, 'tele/house/porch/SENSOR', { AM2301: { Temperature: 20 }, ...extra })[0]?.[1];
    expect([{}, { TempUnit: 'C' }, {}, { TempUnit: 'F' }, { TempUnit: 'K' }].map(unitOf)).toEqual([
      undefined,
      '°C',
      '°C',
      '°F',
      '°F',
    ]);
    expect(decoder.declared()).toEqual(['tele/house/porch/SENSOR', 'tele/house/porch/SENSOR']);
  });

  it('are those of its keys, with the number of a second sensor, in phases, and under ENERGY', () => {
    const decoder = create();
    const energy = { Total: 1, Power: [10, 20], Factor: 0.5 };
    const payload = { ENERGY: energy, BME280: { Pressure: 990 }, PressureUnit: 'hPa', PMS: { 'PM2.5': 4 } };
    const units = read(decoder, 'tele/meter/SENSOR', {
      ...payload,
      ANALOG: { Total: 3, Temperature2: 4 },
      TempUnit: 'C',
    });
    expect(new Map(units.map(([name, unit]) => [name?.split('#')[1], unit]))).toEqual(
      new Map([
        ['ENERGY.Total', 'kWh'],
        ['ENERGY.Power.0', 'W'],
        ['ENERGY.Power.1', 'W'],
        ['ENERGY.Factor', undefined],
        ['BME280.Pressure', 'hPa'],
        ['PMS.PM2.5', 'µg/m³'],
        ['ANALOG.Total', undefined],
        ['ANALOG.Temperature2', '°C'],
      ]),
    );
  });
});

describe('units that devices declare', () => {
  const plug = { state_topic: 'plug/t', unit_of_measurement: 'W', device_class: 'power' };

  it('come from the discovery of others, of single entities and of whole devices', () => {
    const decoder = create();
    decoder.decode(kept('homeassistant/sensor/plug/power/config', { ...plug, val_tpl: '{{ value_json.power }}' }));
    const cmps = {
      a: { p: 'sensor', val_tpl: "{{ value_json['energy'] }}", unit_of_meas: 'kWh', dev_cla: 'energy' },
      b: { p: 'sensor', stat_t: '~/volt', unit_of_meas: ' ' },
      c: { p: 'sensor', val_tpl: '{{ value_json.power * 1000 }}', unit_of_meas: 'mW' },
    };
    decoder.decode(kept('homeassistant/device/plug/config', { '~': 'plug', stat_t: '~/t', cmps }));
    expect(read(decoder, 'plug/t', { power: 5, energy: 3, volt: 1 })).toEqual([
      ['plug/t#power', 'W', 'power'],
      ['plug/t#energy', 'kWh', 'energy'],
      ['plug/t#volt', undefined, undefined],
    ]);
  });

  it('reach streams whose fields the configuration names', () => {
    const own = makeSpec('plug/t', [{ path: 'power', name: 'watts', map: undefined, valid: undefined }]);
    const decoder = create([own, ALL]);
    decoder.decode(kept('homeassistant/sensor/plug/power/config', { ...plug, val_tpl: '{{ value_json.power }}' }));
    const [sample] = decoder.decode(inbound('plug/t', json({ power: 5 }))).samples;
    expect(sample?.source?.about).toEqual({ unit: 'W', deviceClass: 'power' });
    expect(decoder.sensorOf(sample?.stream as never)).toMatchObject({ topic: 'plug/t', unit: 'W', isSilent: false });
  });

  it('are never controls, halves of characters, or longer than a word, and never those of another field', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('°C', '\u0000', '\uD800', '\uFFFD'),
    );
    const exposes = fc.array(fc.record({ property: fc.constantFrom('a', 'b', 'c'), unit }), { maxLength: 4 });
    void fc.assert(
      fc.property(exposes, (features) => {
        const decoder = create();
        decoder.decode(kept('zigbee2mqtt/bridge/devices', [{ friendly_name: 'x', definition: { exposes: features } }]));
        for (const [name, told] of read(decoder, 'zigbee2mqtt/x', { a: 1, b: 2, c: 3, linkquality: 1 })) {
          if (told === undefined) continue;
          expect(told.length <= 32 && !/[\p{Cc}\p{Cs}\uFFFD]/u.test(told) && told.trim() === told).toBe(true);
          const own = features.filter(({ property }) => name?.endsWith(`#${property}`));
          expect(own.map((feature) => feature.unit.trim())).toContain(told);
        }
      }),
    );
  });
});
