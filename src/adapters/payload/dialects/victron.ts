import { createRecentMap } from '../recentMap.ts';
import { isLenientText } from '../refusedValue.ts';
import type { Dialect, DialectOptions, ReadDialect } from './dialect.ts';
import { objectOf } from './walk.ts';

/** Parts of a path about the device, its connection and its settings. */
const NO_SENSOR: ReadonlySet<string> = new Set([
  ...[
    'DeviceInstance',
    'ProductId',
    'ProductName',
    'FirmwareVersion',
    'HardwareVersion',
    'Serial',
    'CustomName',
    'Mgmt',
  ],
  ...['Connected', 'Devices', 'Settings', 'Role', 'AllowedRoles', 'Position', 'NrOfPhases', 'Heartbeat'],
  ...['Mode', 'State', 'ErrorCode', 'Alarms', 'Alarm', 'Link', 'Control', 'Bms', 'Quirks', 'Hub4', 'Capabilities'],
  ...['DeviceFunction', 'SetCurrent', 'Offset', 'Scale', 'Capacity', 'TemperatureType', 'FluidType', 'Standard'],
  ...['VebusChargeState', 'VebusMainState', 'Leds', 'DeviceOffReason', 'OffReason', 'Diagnostics', 'ServiceMapping'],
]);
/** Units of the values of D-Bus, by the last part of their path; those of energy by what stands before. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ...['Power', 'P'].map((part) => [part, 'W'] as const),
  ...['Voltage', 'V', 'MidVoltage'].map((part) => [part, 'V'] as const),
  ...['Current', 'I'].map((part) => [part, 'A'] as const),
  ...['Frequency', 'F'].map((part) => [part, 'Hz'] as const),
  ...['S', 'ApparentPower'].map((part) => [part, 'VA'] as const),
  ...([
    ['Soc', '%'],
    ['Soh', '%'],
    ['Level', '%'],
    ['Humidity', '%'],
    ['Temperature', '°C'],
    ['CellTemperature', '°C'],
    ['ExternalTemperature', '°C'],
    ['ConsumedAmphours', 'Ah'],
    ['TimeToGo', 's'],
    ['Remaining', 'm³'],
    ['Irradiance', 'W/m²'],
    ['WindSpeed', 'm/s'],
  ] as const),
]);
const ENERGY = /\/(?:Energy\/[^/]+|Yield\/(?:User|System)|History\/(?:Daily\/\d+|Overall)\/(?:Yield|Consumption))$/;

function unitOf(topic: string, last: string): string | undefined {
  return ENERGY.test(topic) ? 'kWh' : UNITS.get(last);
}
const NO_SENSOR_SERVICES: ReadonlySet<string> = new Set(['settings', 'platform', 'logger', 'keepalive', 'heartbeat']);

const MOST_PORTALS = 256;
/** A portal sends for a minute after each request; its heartbeat comes every three seconds all the time. */
const KEEP_ALIVE_MS = 30_000;

/** Victron: `N/<portal>/<service>/<instance>/<path>`, `{"value": …}`; null is no value, an empty payload a device that is gone. */
export const victron: Dialect = {
  name: 'victron',
  fits: ({ levels }) => (levels[0] === 'N' && levels.length >= 3) || (levels.length >= 3 && /^[RW]$/.test(levels[0])),
  readEmpty({ levels, topic }, out) {
    if (levels[0] !== 'N') return 'not-a-reading';
    out.tellPresence(topic, false);
    return 'availability';
  },
  create: createReader,
};

function createReader({ keepalive = false }: DialectOptions): ReadDialect {
  const asked = createRecentMap<string, number>(MOST_PORTALS);
  return (message, out) => {
    const { levels, receivedAt } = message;
    if (keepalive && levels[0] === 'N' && levels.length > 2) {
      const at = asked.get(levels[1]) ?? Number.NEGATIVE_INFINITY;
      if (receivedAt - at >= KEEP_ALIVE_MS || receivedAt < at) {
        asked.set(levels[1], receivedAt);
        out.report({ type: 'KeepaliveWanted', portal: levels[1], isFirst: !Number.isFinite(at) });
      }
    }
    if (levels[0] !== 'N' || levels.length < 5 || NO_SENSOR_SERVICES.has(levels[2])) return 'not-a-reading';
    if (levels.slice(4).some((level) => NO_SENSOR.has(level))) return 'not-a-reading';
    const root = objectOf(message);
    if (root === undefined || !Object.hasOwn(root, 'value')) return 'no-field';
    if (typeof root['value'] === 'string' && !out.takesTexts) {
      if (isLenientText(root['value'])) out.passOverText(root['value'], 'value');
      return 'not-a-number';
    }
    out.offer(root['value'], 'value', undefined, () => unitOf(message.topic, levels[levels.length - 1]));
    return 'no-field';
  };
}
