import type { Dialect, ReadDialect, UnitOf } from './dialect.ts';
import { isSignal, rtl433Unit } from './rtl433.ts';
import { senderOf } from './senderOf.ts';
import { readAvailability, topicsBeside } from './textReading.ts';
import { createWalk, objectOf, reasonWithoutObject, textAt } from './walk.ts';

/** Radio, identity and raw parts of an advertisement. */
const SIGNAL: ReadonlySet<string> = new Set([
  ...[
    'distance',
    'name',
    'brand',
    'model',
    'model_id',
    'type',
    'cidc',
    'acts',
    'cont',
    'track',
    'prmac',
    'mfid',
    'ctrl',
  ],
  ...['value', 'bits', 'length', 'pulse', 'delay', 'raw', 'key', 'button', 'code', 'freqchange', 'mod', 'freq'],
]);
/** Numbers of buttons, packets and beacons. */
const CODE =
  /^(?:button\d*|packet|major|minor|ctr|seq|session|sector|modeltype|serial|status|tx|time(?:_min|_max)?|encr)$/;
/** Units of the properties of Theengs Decoder, without the number of a second sensor and the ends for extremes and dew point. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ...([
    ['tempc', '°C'],
    ['tempf', '°F'],
    ['hum', '%'],
    ['moi', '%'],
    ['batt', '%'],
    ['volt', 'V'],
    ['lux', 'lx'],
    ['fer', 'µS/cm'],
    ['for', 'mg/m³'],
    ['pm25', 'µg/m³'],
    ['pm10', 'µg/m³'],
    ['co2', 'ppm'],
    ['energy', 'kWh'],
    ['litres', 'L'],
    ['lvl_cm', 'cm'],
    ['lvl_in', 'in'],
    ['accx', 'm/s²'],
    ['accy', 'm/s²'],
    ['accz', 'm/s²'],
    ['bpm', 'bpm'],
    ['act_bpm', 'bpm'],
    ['impedance', 'Ω'],
    ['level', '%'],
    ['position', '%'],
  ] as const),
]);
/** `pm25` has its number as its name. */
const ENDING = /\d*(?:_max|_min|_dp)?$/;
/** Units of scales, which their messages say. */
const WEIGHTS: ReadonlySet<string> = new Set(['kg', 'g', 'lb', 'jin', 'oz']);

/** Tyres are measured in bar or kPa, the weather in hPa: `pres` alone says none of them. */
function unitsOf(root: object): UnitOf {
  return (path = '') => {
    if (path === 'weight') {
      const unit = textAt(root, 'unit') ?? '';
      return WEIGHTS.has(unit) ? unit : undefined;
    }
    if (path === 'pres') return textAt(root, 'type') === 'TPMS' ? undefined : 'hPa';
    return UNITS.get(path) ?? UNITS.get(path.replace(ENDING, ''));
  };
}
/** Radios hear many senders; what else a gateway has is wired to it (`HCSR04toMQTT`, `CLIMAtoMQTT`). */
const RADIOS = /^(?:BT|433|RF2?|RTL_433|IR|LORA|SRFB|Pilight|RFM69|2G|RS232|433_1|NRF24)toMQTT$/;
const RTL_433 = 'RTL_433toMQTT';
/** Fields that the gateway adds to those of rtl_433. */
const RADIO: ReadonlySet<string> = new Set(['protocol', 'duration', 'brand', 'name', 'pulses']);
const SENDER = ['model', 'subtype', 'channel', 'id'];

/** The level that names a radio: `BTtoMQTT`, `RTL_433toMQTT`; −1: none. */
function radioAt(levels: readonly string[]): number {
  return levels.findIndex((level) => /^[A-Za-z0-9_]+toMQTT$/.test(level));
}
function isGateway(levels: readonly string[]): boolean {
  return radioAt(levels) > 0 || levels.some((level) => /^MQTTto[A-Za-z0-9_]+$/.test(level));
}
function isTheengs(levels: readonly string[]): boolean {
  return levels.slice(0, radioAt(levels)).some((level) => /theengs/i.test(level));
}

/** OpenMQTTGateway: `<base>/<gateway>/BTtoMQTT/<address>` and the like, JSON. Older firmware writes numbers as texts. */
export const openMqttGateway: Dialect = {
  name: 'openmqttgateway',
  about: aboutGateway,
  fits: ({ levels }) => isGateway(levels) && !isTheengs(levels),
  create: createReader,
};

/** Theengs Gateway: as OpenMQTTGateway, from another program. */
export const theengs: Dialect = {
  name: 'theengs',
  about: aboutGateway,
  fits: ({ levels }) => isGateway(levels) && isTheengs(levels),
  create: createReader,
};

function aboutGateway(levels: readonly string[]): readonly string[] {
  const at = radioAt(levels);
  return at > 0 ? [`${levels.slice(0, at).join('/')}/LWT`] : [];
}

function createReader(): ReadDialect {
  const { walk } = createWalk({ passesOver: (key) => SIGNAL.has(key) || CODE.test(key), texts: true });
  const wired = createWalk({ passesOver: (key) => CODE.test(key), texts: true });
  const radios = createWalk({ passesOver: (key) => isSignal(key) || RADIO.has(key), texts: true });
  return (message, out) => {
    const { levels, topic } = message;
    const at = radioAt(levels);
    if (levels[levels.length - 1] === 'LWT') return readAvailability(message, topicsBeside(message), out);
    const radio = levels[at] ?? '';
    if (at < 0 || radio === 'SYStoMQTT' || radio === 'WebUItoMQTT') return 'not-a-reading';
    const root = objectOf(message);
    if (root === undefined) return reasonWithoutObject(message);
    // Where the topic does not name the sender, the payload does.
    const sender = levels.length > at + 1 ? '' : senderOf(root, radio === 'BTtoMQTT' ? ['id'] : SENDER);
    if (levels.length === at + 1 && sender === '' && RADIOS.test(radio)) return 'not-a-reading';
    const base = sender === '' ? undefined : `${topic}/${sender}`;
    if (!RADIOS.test(radio)) wired.walk('', [root], out, unitsOf(root), base);
    else if (radio === RTL_433) radios.walk('', [root], out, rtl433Unit, base);
    else walk('', [root], out, unitsOf(root), base);
    return 'no-field';
  };
}
