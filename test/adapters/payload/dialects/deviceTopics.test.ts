import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTopicFilter } from '../../../../src/adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../../../../src/adapters/payload/decoder.ts';
import { covers, deviceTopics } from '../../../../src/adapters/payload/dialects/deviceTopics.ts';
import { DIALECT_NAMES, type DialectName } from '../../../../src/domain/dialectName.ts';
import type { StreamSpec } from '../../../../src/domain/streamSpec.ts';
import { nameOf } from '../../../contract/dialectContract.ts';
import { inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../../fixtures/decoderSetup.ts';
import { DIALECT_MESSAGES } from '../../../fixtures/dialectMessages.ts';

const specOf = (topic: string, dialect: 'auto' | DialectName = 'auto'): StreamSpec => ({
  ...makeSpec(topic, 'auto', { time: { sanity: false } }),
  source: { dialect, booleans: false },
});
function create(...specs: readonly StreamSpec[]) {
  const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
  return createDecoder({ specs, ...options, maxTopics: 20 });
}

describe('topics of devices', () => {
  it.each([
    [
      'zigbee2mqtt/kitchen',
      ['zigbee2mqtt/bridge/state', 'zigbee2mqtt/bridge/devices', 'zigbee2mqtt/kitchen/availability'],
    ],
    ['zigbee2mqtt/#', []],
    ['tele/+/SENSOR', ['tele/+/LWT', 'tasmota/discovery/+/config', 'tasmota/discovery/+/sensors']],
    ['attic/sensor/co2/state', ['attic/status', 'homeassistant/+/attic/+/config']],
    ['homie/car/engine/oil', ['homie/car/$state', 'homie/car/engine/oil/$unit', 'homie/car/engine/oil/$datatype']],
    ['homie/5/car/engine/oil', ['homie/5/+/$state', 'homie/5/car/$description']],
    [
      'spBv1.0/plant/DDATA/edge/pump',
      ['NBIRTH/edge', 'NDEATH/edge', 'DBIRTH/edge/pump', 'DDEATH/edge/pump'].map((it) => `spBv1.0/plant/${it}`),
    ],
    ['$share/group/shellies/plug/relay/0/power', ['shellies/plug/online']],
    ['plant/press/temperature', []],
    ['#', []],
  ])('of %s are %j', (topic, expected) => {
    expect(deviceTopics(specOf(topic))).toEqual(expected);
  });

  it('are filters that the own one leaves out, whatever it is, and few', () => {
    const level = fc.constantFrom(
      'zigbee2mqtt',
      'tele',
      'stat',
      'homie',
      '5',
      'shellies',
      'a',
      '+',
      'sensor',
      'state',
      'SENSOR',
      'rpc',
      'BTtoMQTT',
      'spBv1.0',
      'rtl_433',
      'frigate',
      '',
    );
    const filter = fc
      .tuple(fc.array(level, { minLength: 1, maxLength: 7 }), fc.boolean())
      .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));
    void fc.assert(
      fc.property(filter, fc.constantFrom('auto' as const, ...DIALECT_NAMES), (topic, dialect) => {
        const found = deviceTopics(specOf(topic, dialect));
        expect(found.length).toBeLessThan(12);
        for (const each of found) {
          expect(isTopicFilter(each)).toBe(true);
          expect(covers(topic.split('/'), each.split('/'))).toBe(false);
        }
      }),
    );
  });

  it('make no streams, whatever comes on them', () => {
    const narrow = [
      'zigbee2mqtt/kitchen',
      'tele/a/SENSOR',
      'spBv1.0/plant/DDATA/edge/other',
      'n/sensor/a/state',
      'homie/car/engine/oil',
    ];
    const decoder = create(...narrow.map((topic) => specOf(topic)));
    const filters = narrow.flatMap((topic) => deviceTopics(specOf(topic)));
    const topics = filters.map((filter) => filter.replaceAll('+', 'x'));
    const any = fc.record({
      topic: fc.constantFrom(...topics),
      of: fc.constantFrom(...DIALECT_MESSAGES),
      retained: fc.boolean(),
    });
    void fc.assert(
      fc.property(any, ({ topic, of, retained }) => {
        const { samples, drops } = decoder.decode({ ...inbound(topic, of.payload), retained });
        expect(samples).toEqual([]);
        expect(drops).toHaveLength(1);
        // SenML may come on any topic.
        expect(['availability', 'not-a-reading', 'several-dialects']).toContain(drops[0]?.reason);
      }),
    );
  });

  it('name the aliases of a device whose data alone is wanted', () => {
    const birth = DIALECT_MESSAGES.find(({ name }) => name === 'birth of a device');
    const data = DIALECT_MESSAGES.find(({ name }) => name === 'alias of a birth');
    const decoder = create(specOf('spBv1.0/plant/DDATA/edge/pump'));
    expect(decoder.decode(inbound(birth!.topic, birth!.payload)).samples).toEqual([]);
    const [sample] = decoder.decode(inbound(data!.topic, data!.payload)).samples;
    expect([nameOf(sample!), sample!.source?.about?.unit]).toEqual(['spBv1.0/plant/edge/pump#Flow', 'l/s']);
  });

  it.each([
    ['a/#', 'a', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/#', false],
    ['a/+/c', 'a/+/c', true],
    ['a/b', 'a/+', false],
    ['#', 'a/#', true],
    ['a', 'a/b', false],
  ])('%s covers %s: %s', (wide, narrow, expected) => {
    expect(covers(wide.split('/'), narrow.split('/'))).toBe(expected);
  });
});
