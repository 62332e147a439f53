import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../src/adapters/mqtt/inbound/topicFilter.ts';
import { nearFilter } from '../../../src/tools/hear/nearFilter.ts';

describe('nearFilter', () => {
  it.each<[string, string, string | undefined]>([
    ['zigbe2mqtt/+', 'zigbee2mqtt/hall', 'zigbee2mqtt/+'],
    ['Zigbee2MQTT/+', 'zigbee2mqtt/hall', 'zigbee2mqtt/+'],
    ['zigbee2mqtt/hal', 'zigbee2mqtt/hall', 'zigbee2mqtt/hall'],
    ['zigbee2mqtt', 'zigbee2mqtt/hall', 'zigbee2mqtt/+'],
    ['/zigbee2mqtt/+', 'zigbee2mqtt/hall', 'zigbee2mqtt/+'],
    ['zigbee2mqtt/+', '/zigbee2mqtt/hall', '/zigbee2mqtt/+'],
    ['zigbee2mqtt/+/temperature', 'zigbee2mqtt/hall', 'zigbee2mqtt/+'],
    ['tele/+', 'tele/porch/SENSOR', 'tele/+/SENSOR'],
    ['tele/+/SENSORS', 'tele/porch/SENSOR', 'tele/+/SENSOR'],
    ['plnat/#', 'plant/line/3/temp', 'plant/#'],
    ['sensors/#', 'zigbee2mqtt/hall', undefined],
    ['home/kitchen/temp', 'home/bathroom/temp', undefined],
    ['a/b', 'a/c', undefined],
    ['+/+', 'a/b/c', undefined],
    ['SYS/+', '$SYS/broker', undefined],
  ])('%s beside %s: %s', (filter, topic, expected) => {
    expect(nearFilter(filter, [topic])?.filter).toBe(expected);
  });

  it('takes the nearest, and says which topic shows it', () => {
    const topics = ['zigbee2mqt/x', 'other/hall', 'zigbee2mqtt/hall', 'zigbee2mqtt/hall/availability'];
    expect(nearFilter('zigbe2mqtt/+', topics)).toEqual({ filter: 'zigbee2mqtt/+', topic: 'zigbee2mqtt/hall' });
  });

  it('finds the filter of before after one letter was changed, and what it names matches the topic', () => {
    const level = fc.stringMatching(/^[a-z]{4,9}$/);
    const inputs = fc.tuple(fc.array(level, { minLength: 2, maxLength: 5 }), fc.nat(4), fc.nat(3), fc.nat(8));
    fc.assert(
      fc.property(inputs, ([levels, wild, where, letter]) => {
        const topic = levels.join('/');
        const right = levels.map((each, i) => (i === wild % levels.length ? '+' : each));
        const wrong = [...right];
        const at = (wild + 1 + (where % (levels.length - 1))) % levels.length;
        const word = wrong[at] as string;
        const place = letter % word.length;
        wrong[at] = `${word.slice(0, place)}0${word.slice(place + 1)}`;
        const found = nearFilter(wrong.join('/'), [topic]);
        expect(found?.filter).toBe(right.join('/'));
        expect(compileFilter(found?.filter as string)(topic)).toBe(true);
      }),
    );
  });

  it('never names a filter that does not match the topic, and is quick with long ones', () => {
    const part = fc.constantFrom('a', 'temp', 'Temp', 'tmp', '', '+', 'room', 'rooms');
    const path = (levels: readonly string[]): string => levels.join('/');
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 20 }),
        fc.array(part, { minLength: 1, maxLength: 20 }),
        (a, b) => {
          const topic = path(b.filter((each) => each !== '+'));
          const found = nearFilter(path(a), [topic]);
          if (found !== undefined) expect(compileFilter(found.filter)(topic)).toBe(true);
        },
      ),
    );
  });
});
