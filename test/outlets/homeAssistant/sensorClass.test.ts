import { describe, expect, it } from 'vitest';
import { entityClassOf, SENSOR_CLASSES } from '../../../src/outlets/homeAssistant/sensorClass.ts';

describe('the class of an entity', () => {
  it.each([
    ['°C', undefined, 'temperature', { unit_of_measurement: '°C', device_class: 'temperature' }],
    ['C', undefined, 'temp', { unit_of_measurement: '°C', device_class: 'temperature' }],
    ['%', undefined, 'humidity', { unit_of_measurement: '%', device_class: 'humidity' }],
    ['%', undefined, 'valve', { unit_of_measurement: '%' }],
    ['W', 'power', 'ENERGY.Power', { unit_of_measurement: 'W', device_class: 'power' }],
    ['W', undefined, undefined, { unit_of_measurement: 'W', device_class: 'power' }],
    ['lux', 'illuminance', 'x', { unit_of_measurement: 'lx', device_class: 'illuminance' }],
    ['ppm', undefined, 'SCD40.co2', { unit_of_measurement: 'ppm', device_class: 'carbon_dioxide' }],
    ['μg/m3', undefined, 'pm25', { unit_of_measurement: 'µg/m³', device_class: 'pm25' }],
    // What Home Assistant would refuse, or warn of.
    ['psi', 'power', 'x', { unit_of_measurement: 'psi', device_class: 'pressure' }],
    ['kWh', 'window', 'x', { unit_of_measurement: 'kWh', device_class: 'energy' }],
    ['furlong', 'distance', 'distance', { unit_of_measurement: 'furlong' }],
    ['W', '__proto__', 'constructor', { unit_of_measurement: 'W', device_class: 'power' }],
    [undefined, 'power', 'power', {}],
    ['', 'power', 'power', {}],
  ] as const)('of unit %s, class %s and path %s', (unit, deviceClass, path, expected) => {
    expect(entityClassOf({ unit, deviceClass }, path)).toEqual(expected);
  });

  it('is never one whose unit is another', () => {
    const units = [...new Set(Object.values(SENSOR_CLASSES).flat())];
    for (const unit of units)
      for (const deviceClass of Object.keys(SENSOR_CLASSES)) {
        const { device_class: given, unit_of_measurement: told } = entityClassOf({ unit, deviceClass }, undefined);
        if (given !== undefined) expect(SENSOR_CLASSES[given]).toContain(told);
        if (SENSOR_CLASSES[deviceClass]?.includes(unit) === true) expect(given).toBe(deviceClass);
      }
  });
});
