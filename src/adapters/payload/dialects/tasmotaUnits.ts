import type { UnitOf } from './dialect.ts';
import { objectAt, textAt } from './walk.ts';

/** Units that Tasmota measures in whatever its settings are, by the last key without its number. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ...([
    ['Humidity', '%'],
    ['Illuminance', 'lx'],
    ['CarbonDioxide', 'ppm'],
    ['eCO2', 'ppm'],
    ['TVOC', 'ppb'],
    ['Power', 'W'],
    ['ApparentPower', 'VA'],
    ['ReactivePower', 'var'],
    ['Voltage', 'V'],
    ['Current', 'A'],
    ['Frequency', 'Hz'],
    ['Total', 'kWh'],
    ['Yesterday', 'kWh'],
    ['Today', 'kWh'],
    ['ExportActive', 'kWh'],
    ['ImportActive', 'kWh'],
    ['ExportReactive', 'kvarh'],
    ['ImportReactive', 'kvarh'],
    ['PhaseAngle', '°'],
    ['ActivePower', 'W'],
    ['RMSVoltage', 'V'],
    ['RMSCurrent', 'A'],
    ['BatteryPercentage', '%'],
    ['BatteryVoltage', 'V'],
    ['Moisture', '%'],
    ['Vcc', 'V'],
    ['Signal', 'dBm'],
    ['Period', 'Wh'],
    ['PM1', 'µg/m³'],
    ['PM2.5', 'µg/m³'],
    ['PM10', 'µg/m³'],
  ] as const),
]);
/** Keys of energy, whose names elsewhere mean something else. */
const ENERGY = /(?:^|\.)ENERGY\.[^.]+(?:\.\d+)?$/;
const OF_ENERGY: ReadonlySet<string> = new Set([
  ...['Total', 'Yesterday', 'Today', 'ExportActive', 'ImportActive', 'ExportReactive', 'ImportReactive', 'Period'],
  ...['Power', 'PhaseAngle'],
]);
/** Units of `Distance`, which each kind of sensor measures in another one, by the beginning of the sensor's name. */
const DISTANCES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)(?:VL53L|TOF10120)[^.]*\./, 'mm'],
  [/(?:^|\.)AS3935[^.]*\./, 'km'],
  [/(?:^|\.)(?:SR04|HC-SR04|LD2410|DYP|ME007)[^.]*\./, 'cm'],
];
const PRESSURES: ReadonlySet<string> = new Set(['hPa', 'mmHg', 'inHg']);

/** Units of a message of Tasmota: those that it declares beside its values (`TempUnit`, `PressureUnit`), and those of its keys. */
export function tasmotaUnits(holder: object | undefined): UnitOf {
  return (path = '') => {
    const key = keyOf(path);
    if (key === 'Temperature' || key === 'DewPoint') {
      const unit = told(holder, path, 'TempUnit');
      return unit === 'C' || unit === 'F' ? `°${unit}` : undefined;
    }
    if (key === 'Pressure' || key === 'SeaPressure') {
      const unit = told(holder, path, 'PressureUnit') ?? '';
      return PRESSURES.has(unit) ? unit : undefined;
    }
    // A LoRaWAN node tells volts.
    if (key === 'Battery') return path.startsWith('LwReceived.') ? undefined : '%';
    if (key === 'Distance') return DISTANCES.find(([sensor]) => sensor.test(path))?.[1];
    return OF_ENERGY.has(key) && !ENERGY.test(path) ? undefined : UNITS.get(key);
  };
}

/** A unit that the message declares: beside the reading, or for all of it. */
function told(root: object | undefined, path: string, key: string): string | undefined {
  let holder: object | undefined = root;
  for (const step of path
    .replace(/^StatusSNS\./, '')
    .split('.')
    .slice(0, -1))
    holder = objectAt(holder, step);
  return textAt(holder, key) ?? textAt(root, key);
}

/** Last key of a path that is none of an array; the second of two sensors of a kind has a number behind it. */
function keyOf(path: string): string {
  const keys = path.split('.');
  // The one key with a point in it.
  if (/PM2\.5$/.test(path)) return 'PM2.5';
  const last = keys.findLast((key) => !/^\d+$/.test(key)) ?? '';
  return UNITS.has(last) ? last : last.replace(/\d+$/, '');
}
