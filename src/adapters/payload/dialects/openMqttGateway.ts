import type { Dialect, ReadDialect, UnitOf } from './dialect.ts';
import { senderOf } from './senderOf.ts';
import { readAvailability, topicsBeside } from './textReading.ts';
import { createWalk, objectOf, reasonWithoutObject } from './walk.ts';

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
const UNITS: ReadonlyMap<string, string> = new Map([
  ['tempc', '°C'],
  ['tempf', '°F'],
  ['hum', '%'],
  ['batt', '%'],
  ['volt', 'V'],
  ['lux', 'lx'],
  ['temperature_C', '°C'],
  ['temperature_F', '°F'],
]);
const unitOf: UnitOf = (path = '') => UNITS.get(path);
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
  fits: ({ levels }) => isGateway(levels) && !isTheengs(levels),
  create: createReader,
};

/** Theengs Gateway: as OpenMQTTGateway, from another program. */
export const theengs: Dialect = {
  name: 'theengs',
  fits: ({ levels }) => isGateway(levels) && isTheengs(levels),
  create: createReader,
};

function createReader(): ReadDialect {
  const { walk } = createWalk({ passesOver: (key) => SIGNAL.has(key), texts: true });
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
    if (levels.length === at + 1 && sender === '') return 'not-a-reading';
    walk('', [root], out, unitOf, sender === '' ? undefined : `${topic}/${sender}`);
    return 'no-field';
  };
}
