import { completeAbout } from '../../domain/deviceClass.ts';
import type { About } from '../../domain/streamSpec.ts';

/** Units of each device class that Home Assistant takes (2024.12 and later); none: the class has no unit. */
const PRESSURE = ['Pa', 'hPa', 'kPa', 'bar', 'cbar', 'mbar', 'mmHg', 'inHg', 'psi'];
const ENERGY = ['J', 'kJ', 'MJ', 'GJ', 'Wh', 'kWh', 'MWh', 'GWh', 'TWh', 'cal', 'kcal', 'Mcal', 'Gcal'];
const VOLUME = ['L', 'mL', 'gal', 'fl. oz.', 'm³', 'ft³', 'CCF'];
const METERED = ['m³', 'ft³', 'CCF'];
const MASS_IN_AIR = ['µg/m³'];
export const SENSOR_CLASSES: Readonly<Record<string, readonly string[]>> = {
  apparent_power: ['VA'],
  aqi: [],
  atmospheric_pressure: PRESSURE,
  battery: ['%'],
  carbon_dioxide: ['ppm'],
  carbon_monoxide: ['ppm'],
  conductivity: ['S/cm', 'mS/cm', 'µS/cm'],
  current: ['A', 'mA'],
  data_rate: ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'B/s', 'kB/s', 'MB/s', 'GB/s', 'KiB/s', 'MiB/s', 'GiB/s'],
  data_size: ['bit', 'kbit', 'Mbit', 'Gbit', 'B', 'kB', 'MB', 'GB', 'TB', 'KiB', 'MiB', 'GiB', 'TiB'],
  distance: ['km', 'm', 'cm', 'mm', 'mi', 'yd', 'ft', 'in'],
  duration: ['d', 'h', 'min', 's', 'ms'],
  energy: ENERGY,
  energy_storage: ENERGY,
  frequency: ['Hz', 'kHz', 'MHz', 'GHz'],
  gas: METERED,
  humidity: ['%'],
  illuminance: ['lx'],
  irradiance: ['W/m²', 'BTU/(h⋅ft²)'],
  moisture: ['%'],
  nitrogen_dioxide: MASS_IN_AIR,
  nitrogen_monoxide: MASS_IN_AIR,
  nitrous_oxide: MASS_IN_AIR,
  ozone: MASS_IN_AIR,
  ph: [],
  pm1: MASS_IN_AIR,
  pm10: MASS_IN_AIR,
  pm25: MASS_IN_AIR,
  power: ['W', 'kW', 'MW', 'GW', 'TW'],
  precipitation: ['cm', 'in', 'mm'],
  precipitation_intensity: ['in/d', 'in/h', 'mm/d', 'mm/h'],
  pressure: PRESSURE,
  reactive_power: ['var'],
  signal_strength: ['dB', 'dBm'],
  sound_pressure: ['dB', 'dBA'],
  speed: ['ft/s', 'in/d', 'in/h', 'km/h', 'kn', 'm/s', 'mph', 'mm/d', 'mm/h'],
  sulphur_dioxide: MASS_IN_AIR,
  temperature: ['°C', '°F', 'K'],
  volatile_organic_compounds: MASS_IN_AIR,
  volatile_organic_compounds_parts: ['ppm', 'ppb'],
  voltage: ['V', 'mV'],
  volume: VOLUME,
  volume_flow_rate: ['m³/h', 'ft³/min', 'L/min', 'gal/min'],
  volume_storage: VOLUME,
  water: [...METERED, 'gal', 'L'],
  weight: ['kg', 'g', 'mg', 'µg', 'oz', 'lb', 'st'],
  wind_speed: ['ft/s', 'km/h', 'kn', 'm/s', 'mph'],
};

/** Other spellings of a unit. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...['C', 'degC', '℃', '°c', 'celsius', 'Cel'].map((other) => [other, '°C'] as const),
  ...['F', 'degF', '℉', '°f', 'fahrenheit'].map((other) => [other, '°F'] as const),
  ...['lux', 'Lux', 'LUX'].map((other) => [other, 'lx'] as const),
  ...['ug/m3', 'µg/m3', 'ug/m³', 'μg/m3', 'μg/m³'].map((other) => [other, 'µg/m³'] as const),
  ...['uS/cm', 'μS/cm'].map((other) => [other, 'µS/cm'] as const),
  ...['VAr', 'VAR', 'Var'].map((other) => [other, 'var'] as const),
  ...['%RH', '%rH', 'percent'].map((other) => [other, '%'] as const),
  ...['kwh', 'KWh', 'KWH'].map((other) => [other, 'kWh'] as const),
  ['m3', 'm³'],
  ['m3/h', 'm³/h'],
  ['W/m2', 'W/m²'],
  ['l', 'L'],
  ['l/min', 'L/min'],
]);

/** The unit and the device class of an entity, in words that Home Assistant takes together. */
export interface EntityClass {
  readonly unit_of_measurement?: string;
  readonly device_class?: string;
}

/**
 * Finds what Home Assistant may be told of a reading. It refuses a class that it does not know, and one whose unit is another: then the class is left out.
 * @param path whose keys often name what is measured
 */
export function entityClassOf({ unit: spelled, deviceClass }: About, path: string | undefined): EntityClass {
  const unit = spelled === undefined || spelled === '' ? undefined : (SPELLINGS.get(spelled) ?? spelled);
  if (unit === undefined) return {};
  const candidates = [deviceClass, completeAbout({ unit, deviceClass: undefined }, path ?? '').deviceClass];
  const fitting = candidates.find((name) => name !== undefined && unitsOf(name).includes(unit));
  return { unit_of_measurement: unit, ...(fitting !== undefined && { device_class: fitting }) };
}

function unitsOf(name: string): readonly string[] {
  return Object.hasOwn(SENSOR_CLASSES, name) ? (SENSOR_CLASSES[name] as readonly string[]) : [];
}
