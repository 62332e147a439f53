import type { About } from './streamSpec.ts';

/** Units that stand for one quantity alone, in small letters and without their spelling marks, and its class in the words of Home Assistant. */
const BY_UNIT: ReadonlyMap<string, string> = new Map([
  ...['°c', '°f', 'cel', 'degc', 'degf', 'celsius', 'fahrenheit'].map((unit) => [unit, 'temperature'] as const),
  ...['w', 'kw', 'mw', 'gw'].map((unit) => [unit, 'power'] as const),
  ...['wh', 'kwh', 'mwh', 'gwh'].map((unit) => [unit, 'energy'] as const),
  ...['va', 'kva'].map((unit) => [unit, 'apparent_power'] as const),
  ...['var', 'kvar'].map((unit) => [unit, 'reactive_power'] as const),
  ...['varh', 'kvarh'].map((unit) => [unit, 'reactive_energy'] as const),
  ...['v', 'mv', 'µv', 'kv'].map((unit) => [unit, 'voltage'] as const),
  ...['a', 'ma'].map((unit) => [unit, 'current'] as const),
  ...['hz', 'khz', 'mhz', 'ghz'].map((unit) => [unit, 'frequency'] as const),
  ...['hpa', 'pa', 'kpa', 'mbar', 'bar', 'psi', 'mmhg', 'inhg'].map((unit) => [unit, 'pressure'] as const),
  ...['lx', 'lux'].map((unit) => [unit, 'illuminance'] as const),
  ...['dba', 'dbspl'].map((unit) => [unit, 'sound_pressure'] as const),
  ...['dbm'].map((unit) => [unit, 'signal_strength'] as const),
  ...['m/s', 'km/h', 'mph', 'kn'].map((unit) => [unit, 'speed'] as const),
  ...['mm/h', 'in/h'].map((unit) => [unit, 'precipitation_intensity'] as const),
  ...['µs/cm', 'ms/cm', 's/cm'].map((unit) => [unit, 'conductivity'] as const),
  ...['w/m2'].map((unit) => [unit, 'irradiance'] as const),
  ...['kg', 'g', 'mg', 'lb', 'oz'].map((unit) => [unit, 'weight'] as const),
  ...['%rh'].map((unit) => [unit, 'humidity'] as const),
  ...['%el'].map((unit) => [unit, 'battery'] as const),
  ...['ph'].map((unit) => [unit, 'ph'] as const),
]);

type Rule = readonly [name: RegExp, deviceClass: string];
const LENGTHS: readonly Rule[] = [[/dist|level|lvl|depth|height|range/, 'distance']];
const RAIN: readonly Rule[] = [[/rain|precip/, 'precipitation'], ...LENGTHS];
const SPANS: readonly Rule[] = [[/duration|runtime|time_?to|uptime|time_?on/, 'duration']];
const DEGREES: readonly Rule[] = [[/temp|dew_?point|^t$/, 'temperature']];

/** Units of several quantities: the name of the reading decides, the first rule that fits. */
const BY_NAME: ReadonlyMap<string, readonly Rule[]> = new Map<string, readonly Rule[]>([
  [
    '%',
    [
      [/batt|^bat$|^soc$|^soh$/, 'battery'],
      [/moist|soil|^moi$/, 'moisture'],
      [/humid|^hum$|^rh$|hygro/, 'humidity'],
      [/power_?factor|^pf$/, 'power_factor'],
    ],
  ],
  [
    'ppm',
    [
      [/co2|carbon_?dioxide/, 'carbon_dioxide'],
      [/voc/, 'volatile_organic_compounds_parts'],
      [/^co$|carbon_?monoxide/, 'carbon_monoxide'],
    ],
  ],
  ['ppb', [[/voc/, 'volatile_organic_compounds_parts']]],
  [
    'µg/m3',
    [
      [/pm_?2[._]?5/, 'pm25'],
      [/pm_?10/, 'pm10'],
      [/pm_?1(?!\d)/, 'pm1'],
      [/pm_?4/, 'pm4'],
      [/voc/, 'volatile_organic_compounds'],
      [/^o3|ozone/, 'ozone'],
    ],
  ],
  [
    'm3',
    [
      [/gas/, 'gas'],
      [/water/, 'water'],
    ],
  ],
  ['l', [[/water|litres|consum/, 'water']]],
  ...['k', 'c', 'f'].map((unit): [string, readonly Rule[]] => [unit, DEGREES]),
  ...['mm', 'in'].map((unit): [string, readonly Rule[]] => [unit, RAIN]),
  ...['m', 'cm', 'km', 'ft'].map((unit): [string, readonly Rule[]] => [unit, LENGTHS]),
  ...['s', 'min', 'h', 'd', 'ms'].map((unit): [string, readonly Rule[]] => [unit, SPANS]),
]);
/** Speeds and directions of the wind, whose units other things have too. */
const WIND = /wind|gust/;

/**
 * Class of a reading in the words of Home Assistant, where its unit fixes it, or the unit and its name together.
 * @param name levels of its topic and keys of its path, the nearest last
 */
function deviceClassOf(name: string, unit: string | undefined): string | undefined {
  if (unit === undefined) return undefined;
  const plain = plainUnit(unit);
  // The one name with a point in it.
  const words = name.toLowerCase().replaceAll('pm2.5', 'pm25').split(/[./:]/);
  const known = BY_UNIT.get(plain);
  if (known === 'speed' && words.some((word) => WIND.test(word))) return 'wind_speed';
  if (plain === '°' && words.some((word) => WIND.test(word))) return 'wind_direction';
  if (known !== undefined) return known;
  const rules = BY_NAME.get(plain);
  if (rules === undefined) return undefined;
  // The nearest word decides: a battery of a humidity sensor is a battery.
  for (const word of words.reverse())
    for (const [pattern, deviceClass] of rules) if (pattern.test(word)) return deviceClass;
  return undefined;
}

/**
 * Properties that a device declares, with the class that its unit fixes where it declares none.
 * @param name of the stream
 */
export function completeAbout(about: About | undefined, name: string): About {
  const { unit, deviceClass = deviceClassOf(name, unit) } = about ?? {};
  return { unit, deviceClass };
}

/** Small letters, one form of each letter (`μ` and `µ`, `³` and `3`), no blanks. */
function plainUnit(unit: string): string {
  return unit.normalize('NFKC').toLowerCase().replaceAll('μ', 'µ').replace(/\s+/g, '');
}
