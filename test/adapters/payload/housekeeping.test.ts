import { describe, expect, it } from 'vitest';
import {
  isHousekeepingKey,
  isHousekeepingTopic,
  isHousekeepingValue,
} from '../../../src/adapters/payload/housekeeping.ts';

describe('isHousekeepingKey', () => {
  it.each(['temperature', 'grid', 'Liquid', 'freq', 'counter', 'battery', 'power', 'runtime', 'format'])(
    'keeps the reading %s',
    (key) => {
      expect(isHousekeepingKey(key, false)).toBe(false);
    },
  );

  it('passes over some names only where they hold an object', () => {
    expect([isHousekeepingKey('update', false), isHousekeepingKey('update', true)]).toEqual([false, true]);
  });
});

describe('isHousekeepingTopic', () => {
  it.each([
    ['homie/dev/$stats/uptime', 'homie/#', true],
    ['homie/dev/$stats/uptime', 'homie/+/$stats/uptime', false],
    ['$SYS/broker/load', '$SYS/#', false],
    ['$SYS/broker/$x', '$SYS/#', true],
    ['zigbee2mqtt/bridge/health', 'zigbee2mqtt/#', true],
    ['zigbee2mqtt/bridge/health', 'zigbee2mqtt/bridge/#', false],
    ['city/bridge/strain', 'city/#', false],
    ['other/place/bridge/request/label', '#', true],
    ['other/place/bridge/response/save', 'other/place/bridge/#', false],
    ['bridge/state', '#', false],
    ['homeassistant/sensor/a/config', '#', true],
    ['homeassistant/sensor/a/config', 'homeassistant/+/+/config', false],
    ['homeassistant/sensor/a/state', '#', false],
  ])('%s with the filter %s: %s', (topic, filter, expected) => {
    expect(isHousekeepingTopic(topic, filter)).toBe(expected);
  });
});

describe('isHousekeepingValue', () => {
  it.each([
    ['a/rssi', 'a/+', true],
    ['a/rssi', '#', true],
    ['a/rssi', 'a/rssi', false],
    ['a/rssi', '+/rssi', false],
    ['a/power', 'a/+', false],
    ['a/device', '#', false],
  ])('%s with the filter %s: %s', (topic, filter, expected) => {
    expect(isHousekeepingValue(topic, filter)).toBe(expected);
  });
});
