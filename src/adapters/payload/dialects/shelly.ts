import type { Dialect, DialectMessage, ReadDialect, UnitOf } from './dialect.ts';
import { isAvailability, offerText, readAvailability, topicsBeside } from './textReading.ts';
import { createWalk, objectAt, objectOf, reasonWithoutObject, textAt } from './walk.ts';

/** Units of the documentation of the first generation, by the last level of the topic. */
const UNITS_1: ReadonlyMap<string, string> = new Map([
  ...([
    ['power', 'W'],
    ['energy', 'Wmin'],
    ['returned_energy', 'Wmin'],
    ['total', 'Wh'],
    ['total_returned', 'Wh'],
    ['voltage', 'V'],
    ['current', 'A'],
    ['humidity', '%'],
    ['battery', '%'],
    ['lux', 'lx'],
    ['reactive_power', 'var'],
    ['apparent_power', 'VA'],
    ['concentration', 'ppm'],
    ['tilt', '°'],
    ['pos', '%'],
    ['temperature_f', '°F'],
    ['ext_temperature', '°C'],
    ['ext_temperature_f', '°F'],
    ['ext_humidity', '%'],
    ['adc', 'V'],
  ] as const),
]);
/** Topics with a state or an order in place of a measurement, by their last level but for a number. */
const NO_SENSOR: ReadonlySet<string> = new Set([
  ...['announce', 'info', 'command', 'longpush', 'input_event', 'settings', 'overpower_value', 'overtemperature'],
  ...['cfgChanged', 'uptime', 'error', 'ext_switch', 'ext_temperatures', 'ext_humidities', 'stop_reason'],
]);
/** Device, part, number: the level that says what is measured stands before the number. */
const POSITION = /^\d+$/;
/** Levels of the topic in which a device without parts tells all that it has (motion sensors, valves). */
const STATUS_LEVELS = 3;

/** Shelly, first generation: `shellies/<model>-<id>/…`, plain. */
export const shellyGen1: Dialect = {
  name: 'shelly-gen1',
  begins: ['shellies'],
  about: (levels) => (levels[0] === 'shellies' && levels.length > 2 ? [`shellies/${levels[1]}/online`] : []),
  fits: ({ levels }) => levels[0] === 'shellies',
  create: createReader1,
};

/** Keys of a status that are settings, codes or marks of time. */
const SETTING_1 =
  /^(?:timestamp|active|calibrated|schedule|schedule_profile|boost_minutes|target_t|uptime|unixtime|cfg_)/;

function createReader1(): ReadDialect {
  const { walk } = createWalk({ passesOver: (key) => SETTING_1.test(key) });
  return (message, out) => {
    const { levels } = message;
    const [device, end] = [levels[levels.length - 2], levels[levels.length - 1]];
    const last = POSITION.test(end) && levels.length > STATUS_LEVELS ? device : end;
    if (last === 'online') return readAvailability(message, topicsBeside(message), out);
    if (NO_SENSOR.has(last) || NO_SENSOR.has(levels[2]) || levels[2] === 'input') return 'not-a-reading';
    const root = objectOf(message);
    if (last === 'status' && levels.length === STATUS_LEVELS && root !== undefined) {
      walk('', [root], out, (path) => statusUnit(root, path));
      return 'no-field';
    }
    return offerText(message, out, () => unit1(levels, last));
  };
}

/** The temperature of the device itself is in degrees Celsius; that of a sensor is in the unit of its settings, which it does not say. */
function unit1(levels: readonly string[], last: string): string | undefined {
  return last === 'temperature' && levels.length === STATUS_LEVELS ? '°C' : UNITS_1.get(last);
}

/** `{"tmp":{"value":21.5,"units":"C"},"lux":40,"bat":88}` */
function statusUnit(root: object, path = ''): string | undefined {
  if (path === 'bat' || path === 'bat.value') return '%';
  if (path === 'lux' || path === 'lux.value') return 'lx';
  const units = textAt(objectAt(root, path.replace(/\.value$/, '')), 'units');
  return units === 'C' || units === 'F' ? `°${units}` : undefined;
}

/** Units of the documentation of the second generation, by the last key; those of the totals of energy by the last two. */
const UNITS_2: ReadonlyMap<string, string> = new Map([
  ...['apower', 'act_power', 'total_act_power'].map((key) => [key, 'W'] as const),
  ...['aprtpower', 'aprt_power', 'total_aprt_power'].map((key) => [key, 'VA'] as const),
  ...['voltage', 'V'].map((key) => [key, 'V'] as const),
  ...['current', 'total_current'].map((key) => [key, 'A'] as const),
  ...['aenergy.total', 'ret_aenergy.total', 'total_act', 'total_act_ret'].map((key) => [key, 'Wh'] as const),
  ...['total_act_energy', 'total_act_ret_energy'].map((key) => [key, 'Wh'] as const),
  ...([
    ['tC', '°C'],
    ['tF', '°F'],
    ['current_C', '°C'],
    ['current_F', '°F'],
    ['rh', '%'],
    ['lux', 'lx'],
    ['freq', 'Hz'],
    ['percent', '%'],
    ['battery', '%'],
    ['current_pos', '%'],
    ['slat_pos', '%'],
    ['brightness', '%'],
  ] as const),
]);
const unitOf: UnitOf = (path = '') => {
  const keys = path.split('.');
  const last = keys[keys.length - 1];
  // Phases of a meter: a, b, c and the neutral conductor.
  return UNITS_2.get(keys.slice(-2).join('.')) ?? UNITS_2.get(last) ?? UNITS_2.get(last.replace(/^[abcn]_/, ''));
};

const COMPONENT =
  /^(?:[a-z][a-z_\d]*:\d+|switch|cover|light|input|em|pm1|temperature|humidity|devicepower|illuminance|smoke|flood|thermostat|ble|cloud|mqtt|sys|wifi|ws|eth|script|knx|ui|matter|modbus)$/;
/** Parts of a status about the device as a computer. */
const OWN_PARTS =
  /^(?:sys|wifi|cloud|mqtt|ws|ble|bluetooth|eth|script|schedule|knx|\w*ui|matter|modbus|zigbee)(?::\d+)?$/;
/** Settings of a component, marks of time, and the last minutes of a counter. */
const SETTING =
  /^(?:target_|current_pos_ts|last_updated_ts|transition|timer_|move_|id$|errors$|brightness_ct|ct_range$|rgb$|by_minute$|xby_minute$|rsv$)/;

/** Shelly, second generation and later: `<device>/events/rpc` and `<device>/status/<component>`, JSON, each with what changed only. */
export const shellyGen2: Dialect = {
  name: 'shelly-gen2',
  yields: true,
  about(levels) {
    const isShelly = levels.length > 2 && (levels.at(-1) === 'rpc' || levels.at(-2) === 'status');
    return isShelly ? [`${levels.slice(0, -2).join('/')}/online`] : [];
  },
  fits(message) {
    const { levels } = message;
    const last = levels[levels.length - 1];
    const before = levels[levels.length - 2];
    if (last === 'rpc') return isRpc(message);
    if (before === 'status') return COMPONENT.test(last) && objectOf(message) !== undefined;
    return last === 'online' && levels.length === 2 && levels[0].startsWith('shelly') && isAvailability(message);
  },
  create: createReader,
};

function createReader(): ReadDialect {
  const { walk } = createWalk({ passesOver: (key) => SETTING.test(key) || OWN_PARTS.test(key) });
  return (message, out) => {
    const { levels } = message;
    const last = levels[levels.length - 1];
    if (last === 'online') return readAvailability(message, topicsBeside(message), out);
    const root = objectOf(message);
    if (root === undefined) return reasonWithoutObject(message);
    if (last !== 'rpc') {
      if (OWN_PARTS.test(last)) return 'not-a-reading';
      walk('', [root], out, unitOf);
      return 'no-field';
    }
    const params = objectAt(root, 'params');
    const method = textAt(root, 'method') ?? '';
    if (params === undefined || !/^Notify(?:Full)?Status$/.test(method)) return 'not-a-reading';
    walk('params', [root, params], out, unitOf);
    return 'no-field';
  };
}

function isRpc(message: DialectMessage): boolean {
  const root = objectOf(message);
  return (
    root !== undefined && typeof root['src'] === 'string' && ('method' in root || 'result' in root || 'error' in root)
  );
}
