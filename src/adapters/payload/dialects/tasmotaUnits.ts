import type { UnitOf } from './dialect.ts';
import { textAt } from './walk.ts';

/** Units that Tasmota measures in whatever its settings are, by the last key without its number. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ...([
    ['Humidity', '%'],
    ['Illuminance', 'lx'],
    ['CarbonDioxide', 'ppm'],
    ['eCO2', 'ppm'],
    ['TVOC', 'ppb'],
    ['Distance', 'cm'],
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
    ['Period', 'Wh'],
    ['PM1', 'µg/m³'],
    ['PM2.5', 'µg/m³'],
    ['PM10', 'µg/m³'],
  ] as const),
]);
/** Keys of energy, whose names elsewhere mean something else. */
const ENERGY = /(?:^|\.)ENERGY\.[^.]+(?:\.\d+)?$/;
const OF_ENERGY: ReadonlySet<string> = new Set(['Total', 'Yesterday', 'Today', 'ExportActive', 'Period', 'Power']);
const PRESSURES: ReadonlySet<string> = new Set(['hPa', 'mmHg', 'inHg']);

/** Units of a message of Tasmota: those that it declares beside its values (`TempUnit`, `PressureUnit`), and those of its keys. */
export function tasmotaUnits(holder: object | undefined): UnitOf {
  return (path = '') => {
    const key = keyOf(path);
    if (key === 'Temperature' || key === 'DewPoint') {
      const unit = textAt(holder, 'TempUnit');
      return unit === 'C' || unit === 'F' ? `°${unit}` : undefined;
    }
    if (key === 'Pressure' || key === 'SeaPressure') {
      const unit = textAt(holder, 'PressureUnit') ?? '';
      return PRESSURES.has(unit) ? unit : undefined;
    }
    return OF_ENERGY.has(key) && !ENERGY.test(path) ? undefined : UNITS.get(key);
  };
}

/** Last key of a path that is none of an array; the second of two sensors of a kind has a number behind it. */
function keyOf(path: string): string {
  const keys = path.split('.');
  // The one key with a point in it.
  if (/PM2\.5$/.test(path)) return 'PM2.5';
  const last = keys.findLast((key) => !/^\d+$/.test(key)) ?? '';
  return UNITS.has(last) ? last : last.replace(/\d+$/, '');
}
