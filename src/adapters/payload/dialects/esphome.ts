import type { DropReason } from '../../../domain/dropReason.ts';
import type { Dialect, DialectMessage, ReadingSink } from './dialect.ts';
import { isAvailability, offerText, readAvailability, topicsBeside } from './textReading.ts';

/** Components with a number. Those of `SWITCHED` are on or off, and others have texts. */
const NUMERIC: ReadonlySet<string> = new Set(['sensor', 'number']);
const SWITCHED: ReadonlySet<string> = new Set(['binary_sensor', 'switch', 'fan', 'light', 'valve', 'lock', 'cover']);
const OTHER: ReadonlySet<string> = new Set(['text_sensor', 'text', 'select', 'climate', 'button', 'event', 'update']);

/** Usual names of the base topic of Home Assistant's `mqtt_statestream`, whose topics are of the same shape. */
const STATESTREAM: ReadonlySet<string> = new Set(['ha', 'hass', 'homeassistant', 'statestream', 'home-assistant']);
/** Domains of Home Assistant with a number as state. */
const NUMERIC_DOMAINS: ReadonlySet<string> = new Set([...NUMERIC, 'input_number', 'counter', 'proximity']);
const LONGEST_HEAD = 8;
const ESCAPE = '\u001b[';
const LOG_LINE = /^\[[A-Z]{1,2}\]\[/;

/** Components with a topic for each of their numbers: `<node>/climate/<name>/current_temperature/state`. */
const OF_PARTS: ReadonlySet<string> = new Set(['climate', 'cover', 'fan', 'valve', 'water_heater', 'humidifier']);
const TARGET = /^target_/;
/** `esphome/discover/<node>` and `esphome/ping/<node>` tell where a node is in the network. */
const DISCOVERY: ReadonlySet<string> = new Set(['discover', 'ping']);

function isPart(levels: readonly string[]): boolean {
  return levels.length >= 5 && OF_PARTS.has(levels[levels.length - 4]);
}

function componentOf(levels: readonly string[]): string | undefined {
  const component = levels[levels.length - 3];
  if (levels.length < 4) return undefined;
  return NUMERIC.has(component) || SWITCHED.has(component) || OTHER.has(component) ? component : undefined;
}

/** Looks at the bytes: a level in brackets looks like JSON. */
function isLog({ levels, bytes }: DialectMessage): boolean {
  if (levels.length < 2 || levels[levels.length - 1] !== 'debug') return false;
  const head = String.fromCharCode(...bytes.subarray(0, LONGEST_HEAD));
  return head.startsWith(ESCAPE) || LOG_LINE.test(head);
}

function isStatus(message: DialectMessage): boolean {
  const { levels, content } = message;
  return (
    levels.length >= 2 && levels[levels.length - 1] === 'status' && content.kind === 'text' && isAvailability(message)
  );
}

/** ESPHome: `<node>/<component>/<name>/state`, plain; `<node>/status` and `<node>/debug`. */
export const esphome: Dialect = {
  name: 'esphome',
  yields: true,
  about: aboutEsphome,
  fits(message) {
    const { levels } = message;
    if (STATESTREAM.has(levels[0])) return false;
    const last = levels[levels.length - 1];
    if (levels[0] === 'esphome' && DISCOVERY.has(levels[1])) return true;
    if (last === 'state' || last === 'command') return componentOf(levels) !== undefined || isPart(levels);
    return isLog(message) || isStatus(message);
  },
  create: () => (message, out) => {
    const { levels } = message;
    if (levels[levels.length - 1] === 'status') return readAvailability(message, topicsBeside(message), out);
    if (isPart(levels)) return readPart(message, out);
    const component = componentOf(levels);
    if (levels[levels.length - 1] !== 'state' || component === undefined || OTHER.has(component))
      return 'not-a-reading';
    return offerText(message, out);
  },
};

/** The node has the last level of its prefix as its name, under which it describes its sensors for Home Assistant. */
function aboutEsphome(levels: readonly string[]): readonly string[] {
  const end = levels.length - (isPart(levels) ? 4 : 3);
  if (end < 1 || levels[levels.length - 1] !== 'state' || (componentOf(levels) === undefined && !isPart(levels)))
    return [];
  return [`${levels.slice(0, end).join('/')}/status`, `homeassistant/+/${levels[end - 1]}/+/config`];
}

/** A number that somebody has set is no measurement. */
function readPart(message: DialectMessage, out: ReadingSink): DropReason | undefined {
  const { levels } = message;
  const isReading = levels[levels.length - 1] === 'state' && !TARGET.test(levels[levels.length - 2]);
  return isReading ? offerText(message, out) : 'not-a-reading';
}

const ATTRIBUTES: ReadonlyMap<string, 'unit' | 'deviceClass'> = new Map([
  ['unit_of_measurement', 'unit'],
  ['device_class', 'deviceClass'],
]);

/** Attributes beside a state, as JSON: `"°C"`. */
function declareAttribute({ levels, content }: DialectMessage, out: ReadingSink): void {
  const property = ATTRIBUTES.get(levels[3]);
  if (property === undefined || content.kind !== 'text') return;
  const state = `${levels.slice(0, 3).join('/')}/state`;
  out.declare(state, undefined, { [property]: content.text.replace(/^"(.*)"$/, '$1') });
}

/** Home Assistant's `mqtt_statestream`: `<base>/<domain>/<object>/state` and attributes beside it, plain. */
export const haStatestream: Dialect = {
  name: 'ha-statestream',
  begins: [...STATESTREAM],
  fits: ({ levels }) => STATESTREAM.has(levels[0]) && levels.length === 4 && levels[3] !== 'config',
  about: (levels) =>
    STATESTREAM.has(levels[0]) && levels.length === 4
      ? [...ATTRIBUTES.keys()].map((last) => [...levels.slice(0, 3), last].join('/'))
      : [],
  create: () => (message, out) => {
    const { levels } = message;
    if (levels[3] !== 'state') {
      declareAttribute(message, out);
      return 'not-a-reading';
    }
    return NUMERIC_DOMAINS.has(levels[1]) || SWITCHED.has(levels[1]) ? offerText(message, out) : 'not-a-reading';
  },
};
