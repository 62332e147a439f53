// Zigbee2MQTT's own knowledge of devices against the decoder: `npm run test:clients`. The package zigbee-herdsman-converters, from which
// Zigbee2MQTT takes what it publishes, is fetched below .cache/. Every numeric property of each of its devices is sent once, behind the
// `bridge/devices` in which the bridge describes it: what is measured must be read in the unit that is declared, and no setting may be.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const CLIENT = 'zigbee-herdsman-converters@26.112.0';
const FOLDER = resolve('.cache/clients');
const HOME = join(FOLDER, 'node_modules/zigbee-herdsman-converters');
/** Details of an event, the limits and the start of a lamp, and what a device tells of itself: passed over on purpose. */
const NOT_READ =
  /^(?:action_\w+|(?:min|max)_brightness\w*|color_temp_startup\w*|uptime\w*|\w*_id|(?:\w+_)?rssi|\w+[vV]ersion)$/;
const STATES = ['light', 'cover', 'fan', 'switch'];
const [READ, SET] = [1, 2];

if (!existsSync(HOME)) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{"private":true}');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', CLIENT];
  try {
    execFileSync('npm', args, { cwd: FOLDER, stdio: 'inherit' });
  } catch {
    console.error(`${CLIENT} is missing: the package registry did not give it`);
    process.exit(69);
  }
}

const build = (path) => import(new URL(`../../build/${path}`, import.meta.url).href);
const { createDecoder } = await build('adapters/payload/decoder.js');
const { matchesFilter } = await build('adapters/mqtt/inbound/topicFilter.js');
const { parseConfig } = await build('config/parseConfig.js');
const load = createRequire(join(FOLDER, 'package.json'));
const { prepareDefinition } = load(join(HOME, 'dist/index.js'));
const definitions = load(join(HOME, 'dist/devices/index.js')).default;

const text = 'mqtt: {server: mqtt://localhost}\nstreams: [{topic: "#", source: auto, time: {sanity: off}}]\n';
const context = { env: {}, hostname: 'clients', directory: '.', readFile: () => '' };
const { streams: specs, limits } = parseConfig(text, 'the script', context);

/** The numeric properties that a device publishes: unit, and whether somebody sets them. */
function propertiesOf(exposes) {
  const found = new Map();
  const add = ({ type, property, access, category, unit }, kind) => {
    if (type !== 'numeric' || (access & READ) === 0) return;
    const isSet = category === 'config' || ((access & SET) !== 0 && !STATES.includes(kind));
    found.set(property, { unit, isSet });
  };
  for (const expose of exposes) {
    add(expose, '');
    if (expose.type !== 'composite') for (const feature of expose.features ?? []) add(feature, expose.type);
  }
  return found;
}

/** Stream paths with their units, of one message behind the description of its device. */
function read(exposes, properties) {
  const report = () => undefined;
  const options = { specs, limits, zoneOffsetOf: () => () => 0, report, matchesFilter, maxTopics: 5 };
  const decoder = createDecoder(options);
  const decode = (topic, value, retained) =>
    decoder.decode({ topic, payload: Buffer.from(JSON.stringify(value)), receivedAt: Date.now(), retained });
  decode('zigbee2mqtt/bridge/devices', [{ friendly_name: 'x', definition: { exposes } }], true);
  const message = Object.fromEntries([...properties.keys()].map((property) => [property, 12.5]));
  const { samples } = decode('zigbee2mqtt/x', { linkquality: 90, ...message }, false);
  return new Map(samples.map(({ stream, source }) => [source.path, decoder.sensorOf(stream)]));
}

const tally = { devices: 0, measured: 0, settings: 0, withClass: 0 };
const faults = [];
for (const raw of definitions) {
  const definition = prepareDefinition(raw);
  const given = definition.exposes;
  const list = typeof given === 'function' ? given({ isDummyDevice: true }, {}) : given;
  const exposes = JSON.parse(JSON.stringify(list));
  const properties = propertiesOf(exposes);
  const sensors = read(exposes, properties);
  tally.devices++;
  for (const [property, { unit = '', isSet }] of properties) {
    const sensor = sensors.get(property);
    if (isSet) {
      tally.settings++;
      if (sensor !== undefined) faults.push(`${definition.model}: the setting ${property} is read`);
    } else if (!NOT_READ.test(property)) {
      tally.measured++;
      if (sensor === undefined) faults.push(`${definition.model}: ${property} is not read`);
      else if ((sensor.unit ?? '') !== unit.trim()) faults.push(`${definition.model}: ${property} in ${sensor.unit}`);
      else if (sensor.deviceClass !== undefined) tally.withClass++;
    }
  }
}
console.log({ client: CLIENT, ...tally, faults: faults.length });
for (const fault of faults.slice(0, 40)) console.log(fault);
process.exit(faults.length > 0 || tally.devices < 4000 ? 1 : 0);
