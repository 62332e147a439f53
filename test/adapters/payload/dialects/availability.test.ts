import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../../src/adapters/payload/decoder.ts';
import { deviceTopics } from '../../../../src/adapters/payload/dialects/deviceTopics.ts';
import type { Inbound } from '../../../../src/domain/sample.ts';
import type { StreamId } from '../../../../src/domain/streamId.ts';
import { ARRIVAL, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../../fixtures/decoderSetup.ts';

const json = JSON.stringify;
const create = (): Decoder =>
  createDecoder({
    specs: [{ ...makeSpec('#', 'auto', { time: { sanity: false } }), source: { dialect: 'auto', booleans: false } }],
    limits: LIMITS,
    zoneOffsetOf: () => UTC_PLUS_1,
    report: () => undefined,
    matchesFilter,
    maxTopics: 50,
  });
const kept = (topic: string, payload: string): Inbound => ({ ...inbound(topic, payload), retained: true });

interface Case {
  readonly name: string;
  readonly reading: readonly [topic: string, payload: string];
  readonly gone: readonly [topic: string, payload: string];
  readonly back: readonly [topic: string, payload: string];
  /** A reading of a device that stays. */
  readonly other: readonly [topic: string, payload: string];
}

const zigbee = (name: string) => [`zigbee2mqtt/${name}`, json({ temperature: 20, linkquality: 5 })] as const;
const tasmota = (topic: string) => [topic, json({ Time: '2026-03-10T12:58:00', A: { Temperature: 7 } })] as const;

const CASES: readonly Case[] = [
  {
    name: 'Zigbee2MQTT, a device whose name begins that of another',
    reading: zigbee('hall'),
    gone: ['zigbee2mqtt/hall/availability', json({ state: 'offline' })],
    back: ['zigbee2mqtt/hall/availability', json({ state: 'online' })],
    other: zigbee('hall/lamp'),
  },
  {
    name: 'Zigbee2MQTT, the bridge, in plain words',
    reading: zigbee('hall/lamp'),
    gone: ['zigbee2mqtt/bridge/state', 'offline'],
    back: ['zigbee2mqtt/bridge/state', 'online'],
    other: ['other/t', '5'],
  },
  {
    name: 'Zigbee2MQTT below a longer base',
    reading: ['home/zb/hall', json({ temperature: 20, linkquality: 5 })],
    gone: ['home/zb/bridge/state', json({ state: 'offline' })],
    back: ['home/zb/bridge/state', json({ state: 'online' })],
    other: ['home/t', '5'],
  },
  {
    name: 'Tasmota',
    reading: tasmota('tele/porch/SENSOR'),
    gone: ['tele/porch/LWT', 'Offline'],
    back: ['tele/porch/LWT', 'Online'],
    other: tasmota('tele/porch2/SENSOR'),
  },
  {
    name: 'Tasmota, an answer to Status',
    reading: ['stat/porch/STATUS8', json({ StatusSNS: { A: { Temperature: 7 } } })],
    gone: ['tele/porch/LWT', 'Offline'],
    back: ['tele/porch/LWT', 'Online'],
    other: tasmota('tele/attic/SENSOR'),
  },
  {
    name: 'Tasmota with its prefix behind',
    reading: tasmota('porch/tele/SENSOR'),
    gone: ['porch/tele/LWT', 'Offline'],
    back: ['porch/tele/LWT', 'Online'],
    other: tasmota('attic/tele/SENSOR'),
  },
  {
    name: 'ESPHome',
    reading: ['cellar/sensor/co2/state', '612'],
    gone: ['cellar/status', 'offline'],
    back: ['cellar/status', 'online'],
    other: ['loft/sensor/co2/state', '612'],
  },
  {
    name: 'Shelly of the first generation',
    reading: ['shellies/shellyht-1/sensor/temperature', '19'],
    gone: ['shellies/shellyht-1/online', 'false'],
    back: ['shellies/shellyht-1/online', 'true'],
    other: ['shellies/shellyht-2/sensor/temperature', '19'],
  },
  {
    name: 'Shelly of the second generation',
    reading: ['shellyplus1-1/status/switch:0', json({ id: 0, apower: 3 })],
    gone: ['shellyplus1-1/online', 'false'],
    back: ['shellyplus1-1/online', 'true'],
    other: ['shellyplus1-2/status/switch:0', json({ id: 0, apower: 3 })],
  },
  ...(['lost', 'disconnected', ''] as const).flatMap((state) =>
    (['init', 'ready', 'sleeping', 'alert'] as const).map((back) => ({
      name: `Homie 4, "${state}" and ${back}`,
      reading: ['homie/boiler/tank/level', '5'] as const,
      gone: ['homie/boiler/$state', state] as const,
      back: ['homie/boiler/$state', back] as const,
      other: ['homie/boiler2/tank/level', '5'] as const,
    })),
  ),
  {
    name: 'Homie 5',
    reading: ['homie/5/boiler/tank/level', '5'],
    gone: ['homie/5/boiler/$state', 'lost'],
    back: ['homie/5/boiler/$state', 'ready'],
    other: ['homie/5/boiler2/tank/level', '5'],
  },
  {
    name: 'Frigate',
    reading: ['frigate/yard/person', '1'],
    gone: ['frigate/available', 'offline'],
    back: ['frigate/available', 'online'],
    other: ['other/t', '5'],
  },
  {
    name: 'Frigate, stopped in order',
    reading: ['frigate/yard/person', '1'],
    gone: ['frigate/available', 'stopped'],
    back: ['frigate/available', 'online'],
    other: ['other/t', '5'],
  },
  {
    name: 'Victron, a service that is gone',
    reading: ['N/c06/pvinverter/20/Ac/Power', json({ value: 4 })],
    gone: ['N/c06/pvinverter/20/Ac/Power', ''],
    back: ['N/c06/pvinverter/20/Ac/Power', json({ value: 5 })],
    other: ['N/c06/system/0/Ac/Power', json({ value: 4 })],
  },
  {
    name: 'OpenMQTTGateway',
    reading: ['home/OMG/BTtoMQTT/A4C1', json({ id: 'A4:C1', tempc: 20 })],
    gone: ['home/OMG/LWT', 'offline'],
    back: ['home/OMG/LWT', 'online'],
    other: ['home/OMG2/BTtoMQTT/A4C1', json({ id: 'A4:C1', tempc: 20 })],
  },
  {
    name: 'a device of no dialect',
    reading: ['plant/press/temperature', '5'],
    gone: ['plant/press/availability', 'offline'],
    back: ['plant/press/availability', 'online'],
    other: ['plant/temperature', '5'],
  },
];

describe('a device that says it is gone', () => {
  it.each(CASES.map((it) => [it.name, it] as const))(
    '%s: its streams are silent, and those of others are not',
    (_, it) => {
      const decoder = create();
      const read = (message: Inbound): StreamId => {
        const [sample] = decoder.decode(message).samples;
        if (sample === undefined) throw new Error(`no reading in ${message.topic}`);
        return sample.stream;
      };
      const tell = (message: Inbound): void => {
        expect(decoder.decode(message).drops).toEqual([{ reason: 'availability', topic: message.topic }]);
      };
      const isSilent = (stream: StreamId) => decoder.sensorOf(stream)?.isSilent;
      const stream = read(inbound(...it.reading));
      const other = read(inbound(...it.other));
      tell(inbound(...it.gone));
      expect([isSilent(stream), isSilent(other)]).toEqual([true, false]);
      decoder.decode(inbound(...it.back));
      expect([isSilent(stream), isSilent(other)]).toEqual([false, false]);
      // What the broker has kept of it counts as much.
      tell(kept(...it.gone));
      expect([isSilent(stream), isSilent(other)]).toEqual([true, false]);
      // The reading that it had kept is old; a new one shows that the device is there.
      expect(decoder.decode(kept(...it.reading)).samples).toEqual([]);
      expect(isSilent(stream)).toBe(true);
      // Later: Zigbee2MQTT sends what it remembers just after its start.
      read(inbound(...it.reading, ARRIVAL + 60_000));
      expect(isSilent(stream)).toBe(false);
    },
  );

  const told = CASES.filter(({ name }) => name !== 'a device of no dialect');
  it.each(told.map((it) => [it.name, it] as const))(
    '%s: is heard where the filter has its readings alone',
    (name, it) => {
      const [filter] = it.reading;
      const dialect = name.endsWith('longer base') ? 'zigbee2mqtt' : 'auto';
      const spec = {
        ...makeSpec(filter, 'auto', { time: { sanity: false } }),
        source: { dialect, booleans: false } as const,
      };
      const heard = [filter, ...deviceTopics(spec)];
      expect(heard.filter((each) => matchesFilter(each, it.gone[0]))).not.toEqual([]);
      expect(deviceTopics({ ...spec, source: { ...spec.source, deviceTopics: false } })).toEqual([]);
      const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
      const decoder = createDecoder({ specs: [spec], ...options, maxTopics: 9 });
      const stream = decoder.decode(inbound(...it.reading)).samples[0]?.stream as StreamId;
      const { samples, drops } = decoder.decode(kept(...it.gone));
      expect([samples, drops.map(({ reason }) => reason)]).toEqual([[], ['availability']]);
      expect(decoder.sensorOf(stream)?.isSilent).toBe(true);
      decoder.decode(inbound(...it.back));
      expect(decoder.sensorOf(stream)?.isSilent).toBe(false);
      // Others of the kind, on topics that nobody asked for.
      expect(decoder.decode(inbound(...it.other)).samples).toEqual([]);
    },
  );

  it('is not taken for gone by a switch that is off', () => {
    const decoder = create();
    decoder.decode(inbound('home/door/angle', '5'));
    const { drops } = decoder.decode(inbound('home/door/state', 'false'));
    expect(drops.map(({ reason }) => reason)).toEqual(['not-a-number']);
    expect(decoder.sensorOf('home/door/angle' as StreamId)?.isSilent).toBe(false);
  });
});

describe('what a broker had kept', () => {
  it('declares units, and its readings are old', () => {
    const decoder = create();
    const exposes = [{ type: 'numeric', property: 'temperature', unit: '°C' }];
    const devices = json([{ friendly_name: 'hall', definition: { exposes } }]);
    expect(decoder.decode(kept('zigbee2mqtt/bridge/devices', devices)).drops).toMatchObject([
      { reason: 'not-a-reading' },
    ]);
    const old = decoder.decode(kept(...zigbee('hall')));
    expect([old.samples, old.drops]).toEqual([[], [{ reason: 'retained', topic: 'zigbee2mqtt/hall' }]]);
    const [sample] = decoder.decode(inbound(...zigbee('hall'))).samples;
    expect(sample?.source?.about?.unit).toBe('°C');
  });

  it('is dropped unread where no entry has a source', () => {
    const specs = [makeSpec('#', 'auto')];
    const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
    const { samples, drops } = createDecoder({ specs, ...options, maxTopics: 5 }).decode(kept('a', '5'));
    expect([samples, drops]).toEqual([[], [{ reason: 'retained', topic: 'a' }]]);
  });

  it('is a reading where the caller says so', () => {
    const specs = [{ ...makeSpec('#', 'auto'), source: { dialect: 'auto' as const, booleans: false } }];
    const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
    const decoder = createDecoder({ specs, ...options, maxTopics: 5, takesRetained: true });
    expect(decoder.decode(kept('a', '5')).samples).toHaveLength(1);
  });

  it('may describe devices at a length that no reading has', () => {
    const decoder = create();
    const exposes = [{ type: 'numeric', property: 'temperature', unit: '°C' }];
    const devices = Array.from({ length: 500 }, (_, i) => ({
      friendly_name: `hall${i}`,
      definition: { exposes, description: 'x'.repeat(500) },
    }));
    decoder.decode(kept('zigbee2mqtt/bridge/devices', json(devices)));
    const [sample] = decoder.decode(inbound(...zigbee('hall499'))).samples;
    expect(sample?.source?.about?.unit).toBe('°C');
    const long = json({ temperature: 20, linkquality: 5, text: 'x'.repeat(5000) });
    expect(decoder.decode(inbound('zigbee2mqtt/hall1', long)).drops).toMatchObject([{ reason: 'too-large' }]);
    const tooLong = json([{ text: 'x'.repeat(5_000_000) }]);
    expect(decoder.decode(kept('zigbee2mqtt/bridge/devices', tooLong)).drops).toMatchObject([{ reason: 'too-large' }]);
  });
});
