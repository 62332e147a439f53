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
  ] as const),
]);
/** Topics with a state or an order in place of a measurement, by their last level but for a number. */
const NO_SENSOR: ReadonlySet<string> = new Set(['announce', 'info', 'command', 'longpush', 'input_event', 'settings']);

/** Shelly, first generation: `shellies/<model>-<id>/…`, plain. */
export const shellyGen1: Dialect = {
  name: 'shelly-gen1',
  fits: ({ levels }) => levels[0] === 'shellies',
  create: () => (message, out) => {
    const { levels } = message;
    const last = levels[levels.length - 1];
    if (last === 'online') return readAvailability(message, topicsBeside(message), out);
    if (NO_SENSOR.has(last) || NO_SENSOR.has(levels[2]) || levels[2] === 'input') return 'not-a-reading';
    return offerText(message, out, () => UNITS_1.get(last));
  },
};

/** Units of the documentation of the second generation, by the last key; those of the totals of energy by the last two. */
const UNITS_2: ReadonlyMap<string, string> = new Map([
  ...['apower', 'act_power', 'a_act_power', 'b_act_power', 'c_act_power', 'total_act_power'].map(
    (key) => [key, 'W'] as const,
  ),
  ...['voltage', 'a_voltage', 'b_voltage', 'c_voltage', 'V'].map((key) => [key, 'V'] as const),
  ...['current', 'a_current', 'b_current', 'c_current', 'n_current', 'total_current'].map((key) => [key, 'A'] as const),
  ...['aenergy.total', 'ret_aenergy.total', 'total_act', 'total_act_ret'].map((key) => [key, 'Wh'] as const),
  ...([
    ['tC', '°C'],
    ['tF', '°F'],
    ['rh', '%'],
    ['lux', 'lx'],
    ['freq', 'Hz'],
    ['battery.percent', '%'],
  ] as const),
]);
const unitOf: UnitOf = (path = '') => {
  const keys = path.split('.');
  return UNITS_2.get(keys.slice(-2).join('.')) ?? UNITS_2.get(keys[keys.length - 1]);
};

const COMPONENT =
  /^(?:switch|cover|light|input|em|em1|emdata|em1data|pm1|temperature|humidity|voltmeter|devicepower|illuminance|smoke|flood|bthomesensor|bthomedevice|thermostat|number|rgb|rgbw|cct|ble|cloud|mqtt|sys|wifi|ws|eth|script|knx|ui)(?::\d+)?$/;
/** Parts of a status about the device as a computer. */
const OWN_PARTS = /^(?:sys|wifi|cloud|mqtt|ws|ble|eth|script|knx|ui)(?::\d+)?$/;
/** Settings of a component, and marks of time. */
const SETTING =
  /^(?:target_C|target_F|current_pos_ts|last_updated_ts|transition_started_at|timer_|id$|errors$|brightness_ct)/;

/** Shelly, second generation and later: `<device>/events/rpc` and `<device>/status/<component>`, JSON, each with what changed only. */
export const shellyGen2: Dialect = {
  name: 'shelly-gen2',
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
