// The daemon in a real Home Assistant: `npm run test:homeassistant`. Entities, units, switch, buttons and select, restarts of each of the three,
// and what is left of a stream that the configuration has no more. On mosquitto, or with `--broker rabbitmq` on RabbitMQ, which gives no retained
// message to a filter with wildcards; `--screenshot FILE` takes a picture of a device's page in Chromium.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import rabbitmq from '../brokers/rabbitmq.mjs';
import { createDaemon } from '../crash/processes.mjs';
import { leave, ownedFolder } from '../support/leftovers.mjs';
import { createHome } from './home.mjs';
import { install, whatIsMissing } from './install.mjs';
import { startMosquitto, whatMosquittoMisses } from './mosquitto.mjs';

const WAIT_MS = 90_000;
const { values } = parseArgs({
  options: {
    install: { type: 'boolean' },
    keep: { type: 'boolean' },
    broker: { type: 'string', default: 'mosquitto' },
    screenshot: { type: 'string' },
  },
});
const isMosquitto = values.broker === 'mosquitto';
if (!isMosquitto && values.broker !== 'rabbitmq') throw new Error(`no such broker: ${values.broker}`);
if (values.install) install();
const whatBrokerMisses = () => (isMosquitto ? whatMosquittoMisses() : rabbitmq.find() && rabbitmq.package);
const missing = [whatBrokerMisses(), whatIsMissing()].filter((text) => text !== undefined);
if (missing.length > 0) {
  console.error(`missing: ${missing.join('; ')}`);
  process.exit(1);
}

const folder = ownedFolder('tidegate-home-');
if (values.keep) leave(folder);
let broker = await (isMosquitto ? startMosquitto(folder) : rabbitmq.start(join(folder, 'rabbitmq')));
const { port } = broker;
const began = Date.now();
const step = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

/** @param horizons of the plug; @param id of the attic's stream */
const configOf = ({ horizons = '[1, 5]', id = 'attic', more = '' } = {}) => `mqtt: {server: "mqtt://127.0.0.1:${port}"}
home_assistant: {discovery: on}
state: {dir: "${join(folder, 'state')}"}
health: {interval: 2s}
threads: 0
defaults: {min_samples: 10, publish: {min_interval: 0s}, model: {profile: tiny}}
streams:
  - {topic: z/plug, fields: [power, energy], horizons: ${horizons}, classify: {classes: [idle, "{{ 7 * 6 }}"]}}
  - {topic: sensors/attic/temperature, id: ${id}}
${more}`;
const CELLAR = '  - {topic: "sensors/{{cellar}}/humidity"}\n';

const sensors = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
const heard = new Map();
sensors.on('message', (topic, payload) => {
  heard.set(topic, payload.toString());
  // As Zigbee2MQTT does: a broker may have kept nothing.
  if (topic === 'homeassistant/status' && payload.toString() === 'online') void announcePlug();
});
await sensors.subscribeAsync(['tidegate/#', 'homeassistant/status']);
/** Readings of the plug as Zigbee2MQTT announces them. */
const PLUG_READINGS = [
  { field: 'power', name: 'Power', device_class: 'power', state_class: 'measurement', unit_of_measurement: 'W' },
  {
    field: 'energy',
    name: 'Energy',
    device_class: 'energy',
    state_class: 'total_increasing',
    unit_of_measurement: 'kWh',
  },
];
const announcePlug = () => Promise.all(PLUG_READINGS.map(announceReading));
const announceReading = ({ field, ...about }) =>
  sensors.publishAsync(
    `homeassistant/sensor/0x01/${field}/config`,
    JSON.stringify({
      device: { identifiers: ['zigbee2mqtt_0x01'], name: 'Kettle', manufacturer: 'Nobody' },
      state_topic: 'z/plug',
      value_template: `{{ value_json.${field} }}`,
      unique_id: `0x01_${field}`,
      ...about,
    }),
    { retain: true },
  );
await announcePlug();
let count = 0;
const sending = setInterval(() => {
  count++;
  if (!sensors.connected) return;
  sensors.publish('z/plug', JSON.stringify({ power: 100 + 20 * Math.sin(count / 5), energy: 1000 + count / 100 }));
  sensors.publish('sensors/attic/temperature', String(20 + (count % 7) / 10));
  sensors.publish('sensors/{{cellar}}/humidity', String(60 + (count % 5)));
}, 300);

const home = await createHome(join(folder, 'home'), { port, protocol: isMosquitto ? '5' : '3.1.1' });
let daemon = createDaemon(join(folder, 'daemon'), configOf({ more: CELLAR }));

/** Waits until something holds, and shows what did not. */
async function until(what, holds) {
  let last;
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(500)) {
    last = await holds().catch((error) => error);
    if (last === undefined) return;
  }
  throw new Error(`${what}: ${last instanceof Error ? last.stack : JSON.stringify(last)}`);
}

const isOurs = (id) => /forecast|anomaly|learner|tidegate|_class|_learning|_forget/.test(id);
/** @returns the entities of ours whose state is none, as far as they should have one */
async function withoutState() {
  const states = await home.states();
  const ours = [...states.values()].filter(({ entity_id }) => isOurs(entity_id));
  const absent = ours.filter(({ entity_id, state }) => {
    // Nothing is pressed, taught or scored yet.
    if (/_class$/.test(entity_id)) return false;
    if (/^button|^select|skill$|score$/.test(entity_id)) return state === 'unavailable';
    return state === 'unavailable' || state === 'unknown';
  });
  return absent.map(({ entity_id, state }) => `${entity_id} ${state}`);
}
const allThere = (what, atLeast) =>
  until(what, async () => {
    const [absent, states] = [await withoutState(), await home.states()];
    const ours = [...states.keys()].filter(isOurs);
    return absent.length === 0 && ours.length >= atLeast ? undefined : { absent, ours };
  });
const stateOf = async (id) => (await home.states()).get(id)?.state;
const becomes = (id, state) =>
  until(`${id} becomes ${state}`, async () => {
    const now = await stateOf(id);
    return now === state ? undefined : now;
  });

const GRID = {
  stat_energy_from: 'sensor.kettle_energy',
  stat_cost: null,
  entity_energy_price: null,
  number_energy_price: null,
};
const PLUG = 'sensor.kettle_power_forecast_1_ahead';
const ATTIC = 'sensor.attic_temperature_forecast_1_ahead';
let entities;
try {
  daemon.start();
  await until('the plug is forecast', async () => (heard.has('tidegate/z/plug/power') ? undefined : [...heard.keys()]));
  // RabbitMQ gives nothing that was kept to a daemon that comes later.
  await announcePlug();
  step(`Home Assistant ${await home.start()} is up`);
  await allThere('all entities have a state', 20);
  const states = await home.states();
  entities = [...states.keys()].filter(isOurs).sort();
  assert.equal(states.has('sensor.kettle_power_class'), false, 'no class was taught, and none is there');
  step(`${entities.length} entities of ours have a state`);

  const plug = states.get(PLUG);
  assert.equal(plug?.attributes.unit_of_measurement, 'W');
  assert.equal(plug?.attributes.device_class, 'power');
  assert.equal(plug?.attributes.state_class, undefined);
  assert.equal(plug?.attributes.horizons?.length, 2, 'the first forecast has all horizons as attributes');
  const identifiers = (id) => home.template(`device_attr('${id}', 'identifiers') | map('list') | list`);
  assert.deepEqual(
    await identifiers(PLUG),
    [['mqtt', 'zigbee2mqtt_0x01']],
    'the plug is the device that Zigbee2MQTT made',
  );
  const via = await home.template(
    `device_attr('${ATTIC}', 'via_device_id') == device_id('binary_sensor.tidegate_connection')`,
  );
  assert.equal(via, true, 'the attic hangs below the daemon');
  assert.equal(await stateOf('sensor.tidegate_streams'), '4');
  step('units and devices are right');

  const meter = states.get('sensor.kettle_energy_forecast_1_ahead');
  assert.equal(meter?.attributes.unit_of_measurement, 'kWh');
  assert.equal(meter?.attributes.device_class, 'energy');
  assert.equal(
    meter?.attributes.state_class,
    undefined,
    'a forecast is no total: the energy dashboard must not offer it',
  );
  const grid = { type: 'grid', flow_from: [GRID], flow_to: [], cost_adjustment_day: 0 };
  const preferences = { energy_sources: [grid], device_consumption: [{ stat_consumption: 'sensor.kettle_energy' }] };
  await until('the meter of the plug has statistics', async () => {
    const [known] = await home.socket({ type: 'recorder/list_statistic_ids' });
    const ids = known.map(({ statistic_id }) => statistic_id);
    return ids.includes('sensor.kettle_energy') ? undefined : ids;
  });
  const [known, wrong, , energy] = await home.socket(
    { type: 'recorder/list_statistic_ids' },
    { type: 'recorder/validate_statistics' },
    { type: 'energy/save_prefs', ...preferences },
    { type: 'energy/validate' },
  );
  assert.deepEqual(
    known.map(({ statistic_id }) => statistic_id).filter((id) => id.includes('forecast')),
    [],
    'no forecast has statistics',
  );
  assert.deepEqual(Object.keys(wrong), [], `the recorder complains of ${JSON.stringify(wrong)}`);
  // Statistics of the meter itself are made every five minutes only.
  const issues = Object.values(energy)
    .flat(2)
    .filter(({ type }) => type !== 'statistics_not_defined');
  assert.deepEqual(issues, [], 'the energy dashboard complains');
  step('the recorder and the energy dashboard have no complaint');

  const [notices, repairs] = await home.socket(
    { type: 'persistent_notification/get' },
    { type: 'repairs/list_issues' },
  );
  // It finds itself that there are devices in the network.
  const ours = notices.filter(({ notification_id }) => notification_id !== 'config_entry_discovery');
  assert.deepEqual([ours, repairs.issues], [[], []]);
  step('no notification and nothing to repair');

  await home.call('switch.turn_off', 'switch.kettle_power_learning');
  await becomes('switch.kettle_power_learning', 'off');
  assert.equal(await stateOf('switch.attic_temperature_learning'), 'on');
  await home.call('switch.turn_on', 'switch.kettle_power_learning');
  await becomes('switch.kettle_power_learning', 'on');
  await home.call('switch.turn_off', 'switch.tidegate_learning');
  await becomes('switch.attic_temperature_learning', 'off');
  await home.call('switch.turn_on', 'switch.tidegate_learning');
  await becomes('switch.attic_temperature_learning', 'on');
  await home.call('button.press', 'button.tidegate_save');
  await until('the save is answered', async () =>
    heard.get('tidegate/bridge/response/save')?.includes('"ok"')
      ? undefined
      : heard.get('tidegate/bridge/response/save'),
  );
  await home.call('button.press', 'button.kettle_power_forget');
  await until('the plug begins anew', async () => {
    const { n } = JSON.parse(heard.get('tidegate/z/plug/power') ?? '{}');
    return n < 20 ? undefined : n;
  });
  for (const option of ['idle', '{{ 7 * 6 }}']) {
    await home.call('select.select_option', 'select.kettle_power_teach_class', { option });
    await sleep(1000);
    assert.match(heard.get('tidegate/bridge/response/label') ?? '', /"ok"/);
  }
  await becomes('sensor.kettle_power_class', '{{ 7 * 6 }}');
  entities = [...entities, 'sensor.kettle_power_class'].sort();
  step('switches, buttons and select work');

  if (values.screenshot !== undefined) {
    const { takeScreenshot } = await import('./screenshot.mjs');
    const device = await home.template(`device_id('${PLUG}')`);
    await takeScreenshot(home, `/config/devices/device/${device}`, values.screenshot);
    step(`a picture of the plug's page: ${values.screenshot}`);
  }

  const same = async (what) => {
    await allThere(what, entities.length);
    const now = [...(await home.states()).keys()].filter(isOurs).sort();
    assert.deepEqual(now, entities, what);
    step(what);
  };
  await home.stop();
  const before = home.registry('entity').entities.filter(({ platform }) => platform === 'mqtt');
  assert.ok(before.some(({ unique_id, disabled_by }) => /upper_1$/.test(unique_id) && disabled_by === 'integration'));
  await home.start();
  await same('the same after a restart of Home Assistant');

  await daemon.kill();
  await becomes('binary_sensor.tidegate_connection', 'off');
  await becomes(PLUG, 'unavailable');
  daemon.start();
  await same('the same after the daemon was killed');
  assert.deepEqual(
    await identifiers(PLUG),
    [['mqtt', 'zigbee2mqtt_0x01']],
    'the plug is still the device of Zigbee2MQTT',
  );

  if (isMosquitto) {
    await broker.stop();
    await sleep(2000);
    broker = await startMosquitto(folder, port);
    await announcePlug();
    await same('the same after a restart of the broker, which had forgotten everything');
  }

  await daemon.stop();
  daemon = createDaemon(join(folder, 'daemon'), configOf({ horizons: '[1]', id: 'roof' }));
  daemon.start();
  const gone = entities.filter((id) => id.includes('cellar') || id.includes('5_ahead'));
  assert.ok(gone.length > 5, `${gone}`);
  entities = entities.filter((id) => !gone.includes(id));
  await until('a stream and a horizon are gone', async () => {
    const states = await home.states();
    const left = gone.filter((id) => states.has(id));
    return left.length === 0 ? undefined : left;
  });
  await same('a stream and a horizon are gone, and a renamed stream has its entities');
  await sleep(35_000);
  await same('the same half a minute later');
  await home.stop();
  const after = home.registry('entity').entities.filter(({ platform }) => platform === 'mqtt');
  const uniques = new Map(before.map(({ unique_id, entity_id }) => [unique_id, entity_id]));
  for (const { unique_id, entity_id } of after) assert.equal(entity_id, uniques.get(unique_id), `${unique_id} is new`);
  const expected = before.filter(({ unique_id, entity_id }) => !/_5$/.test(unique_id) && !entity_id.includes('cellar'));
  // Entities that were never enabled Home Assistant does not take out of a device that goes on.
  const enabled = (entries) =>
    entries
      .filter(({ disabled_by }) => disabled_by === null)
      .map(({ unique_id }) => unique_id)
      .sort();
  assert.deepEqual(enabled(after), enabled(expected), 'no ghost and no duplicate is in the registry');
  const names = home.registry('device').devices.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => /cellar/.test(name ?? '')),
    [],
    'the device of the cellar is gone',
  );
  // Of the broker that was restarted, and of what Home Assistant takes back itself: with a device it removes its entities that were never
  // enabled, and clears the topic of each of them once more.
  const expectedLines = /connection was lost|No device components to cleanup for tidegate_sensors_cellar/;
  const complaints = home
    .complaints()
    .filter((line) => /mqtt|template|tidegate|forecast|anomaly|entit/i.test(line) && !expectedLines.test(line));
  assert.deepEqual(complaints, [], 'complaints in the log of Home Assistant');
  step('no ghost, no duplicate, no complaint in the log of Home Assistant');
} finally {
  clearInterval(sending);
  await home.stop();
  await daemon.stop();
  await sensors.endAsync(true);
  await broker.stop();
  if (values.keep) console.log(folder);
  else rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
