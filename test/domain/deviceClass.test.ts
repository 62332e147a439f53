import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeAbout } from '../../src/domain/deviceClass.ts';

/** Units that Home Assistant takes with each class (sensor/const.py), as far as devices declare them, in small letters. */
const UNITS_OF: Readonly<Record<string, RegExp>> = {
  temperature: /^(°[cf]|k|cel|deg ?[cf]|celsius|fahrenheit|[cf])$/,
  power: /^[mkg]?w$/,
  energy: /^[kmg]?wh$/,
  apparent_power: /^k?va$/,
  reactive_power: /^k?var$/,
  reactive_energy: /^k?varh$/,
  voltage: /^[mµμk]?v$/,
  current: /^m?a$/,
  frequency: /^[kmg]?hz$/,
  pressure: /^([hk]?pa|m?bar|psi|mmhg|inhg)$/,
  illuminance: /^(lx|lux)$/,
  humidity: /^(%|%rh)$/,
  battery: /^(%|%el)$/,
  moisture: /^%$/,
};

describe('device class', () => {
  it.each([
    ['loft/temperature', '°C', 'temperature'],
    ['urn:dev:a:t', 'Cel', 'temperature'],
    ['plug/power', 'kW', 'power'],
    ['plug/energy', 'kWh', 'energy'],
    ['bath/humidity', '%', 'humidity'],
    ['bed/soil_moisture', '%', 'moisture'],
    ['humidity sensor/battery', '%', 'battery'],
    ['blind/position', '%', undefined],
    ['air/co2', 'ppm', 'carbon_dioxide'],
    ['air/PMS5003.PM2.5', 'µg/m³', 'pm25'],
    ['air/pm10', 'μg/m³', 'pm10'],
    ['air/pm1_0', 'µg/m3', 'pm1'],
    ['roof/wind_avg_km_h', 'km/h', 'wind_speed'],
    ['car/speed', 'km/h', 'speed'],
    ['roof/wind_dir_deg', '°', 'wind_direction'],
    ['door/tilt', '°', undefined],
    ['rain_mm', 'mm', 'precipitation'],
    ['tank/depth', 'cm', 'distance'],
    ['lamp/color_temp', 'mired', undefined],
    ['engine/oil', '', undefined],
    ['x', undefined, undefined],
  ])('of %s in %s is %s', (name, unit, deviceClass) => {
    expect(completeAbout({ unit }, name).deviceClass).toBe(deviceClass);
  });

  it('is the one that the device declares, whatever the unit', () => {
    expect(completeAbout({ unit: 'W', deviceClass: 'power_factor' }, 'a')).toEqual({
      unit: 'W',
      deviceClass: 'power_factor',
    });
    expect(completeAbout(undefined, 'temperature')).toEqual({ unit: undefined, deviceClass: undefined });
  });

  it('is one that its unit can have, whatever the name', () => {
    const unit = fc.oneof(
      fc.constantFrom('°C', 'W', 'kWh', '%', 'V', 'mA', 'Hz', 'hPa', 'lx', 'K', 'ppm'),
      fc.string(),
    );
    const name = fc.oneof(fc.constantFrom('battery', 'humidity', 'temperature', 'soil', 'wind'), fc.string());
    void fc.assert(
      fc.property(unit, name, (given, of) => {
        const { deviceClass } = completeAbout({ unit: given }, of);
        const allowed = deviceClass === undefined ? undefined : UNITS_OF[deviceClass];
        if (allowed !== undefined) expect(given.toLowerCase().trim()).toMatch(allowed);
      }),
    );
  });
});
