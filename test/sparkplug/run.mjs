// Sparkplug B against the client of Eclipse Tahu, of the npm registry: `npm run test:sparkplug`. It is fetched below .cache/, because it
// brings libraries of another time. A daemon that comes late asks for the birth, reads what follows by its aliases, and hears of the death.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { owned, ownedFolder } from '../support/leftovers.mjs';

const BROKER = new URL('../../build/adapters/broker/embeddedBroker.js', import.meta.url).href;
const { startEmbeddedBroker } = await import(BROKER);

const CLIENT = 'sparkplug-client@3.2.4';
const FOLDER = resolve('.cache/sparkplug');
const WAIT_MS = 20_000;

if (!existsSync(join(FOLDER, 'node_modules/sparkplug-client'))) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{"private":true}');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', CLIENT];
  execFileSync('npm', args, { cwd: FOLDER, stdio: 'inherit' });
}
const { newClient } = createRequire(join(FOLDER, 'package.json'))('sparkplug-client');

const broker = await startEmbeddedBroker({});
const state = ownedFolder('tidegate-sparkplug-');
const config = join(state, 'tidegate.yaml');
writeFileSync(
  config,
  `mqtt: {server: "${broker.url}"}
streams: [{topic: "spBv1.0/#", source: sparkplug-b, rebirth: on}]
state: {dir: "${join(state, 'state')}"}
health: {interval: 1s}
`,
);

const seen = new Map();
const watcher = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
watcher.on('message', (topic, payload) => seen.set(topic, JSON.parse(payload.toString())));
await watcher.subscribeAsync('tidegate/#');

/** Waits until a topic of the daemon holds what is expected. */
async function until(topic, holds) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(50)) {
    const value = seen.get(topic);
    if (value !== undefined && holds(value)) return value;
  }
  throw new Error(`${topic}: ${JSON.stringify(seen.get(topic))}`);
}

const node = newClient({
  serverUrl: broker.url,
  username: '',
  password: '',
  groupId: 'Plant',
  edgeNode: 'Edge',
  clientId: 'edge',
  version: 'spBv1.0',
  publishDeath: true,
});
let births = 0;
function bear() {
  births++;
  const now = Date.now();
  node.publishNodeBirth({ timestamp: now, metrics: [{ name: 'Node Control/Rebirth', type: 'Boolean', value: false }] });
  const properties = { engUnit: { type: 'String', value: 'degC' } };
  node.publishDeviceBirth('Press', {
    timestamp: now,
    metrics: [
      { name: 'Temperature', alias: 1, type: 'Double', value: 70, properties },
      { name: 'Offset', alias: 2, type: 'Int16', value: -5 },
      { name: 'Total', alias: 3, type: 'UInt64', value: 12345678901 },
      { name: 'Running', alias: 4, type: 'Boolean', value: true },
      { name: 'State', alias: 5, type: 'String', value: 'RUN' },
    ],
  });
}
const data = (metrics) => node.publishDeviceData('Press', { timestamp: Date.now(), metrics });
/** As an encoder writes it that leaves the names out. */
const byAlias = (alias, type, value, more = {}) => ({ alias, type, value, ...more });

let daemon;
try {
  node.on('birth', bear);
  node.on('ncmd', ({ metrics }) => {
    if (metrics.some(({ name, value }) => name === 'Node Control/Rebirth' && value === true)) bear();
  });
  await sleep(1000);
  assert.equal(births, 1, 'the client has connected');

  const args = ['dist/main.js', 'run', '-c', config];
  daemon = owned(spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] }));
  await until('tidegate/bridge/state', (it) => it.state === 'online');
  await until('tidegate/bridge/health', () => true);
  data([byAlias(1, 'Double', 71.5)]);
  await until('tidegate/spBv1.0/Plant/Edge/Press/Temperature', ({ y }) => y === 70 || y === 71.5);
  assert.equal(births, 2, 'the daemon has asked once');
  await sleep(1100);
  data([byAlias(1, 'Double', 72.25), byAlias(2, 'Int16', -7), byAlias(3, 'UInt64', 12345678902)]);
  await until('tidegate/spBv1.0/Plant/Edge/Press/Temperature', ({ y }) => y === 72.25);
  await until('tidegate/spBv1.0/Plant/Edge/Press/Offset', ({ y }) => y === -7);
  await until('tidegate/spBv1.0/Plant/Edge/Press/Total', ({ y }) => y === 12345678902);
  const { streams } = await until('tidegate/bridge/streams', (it) => it.streams.length === 3);
  assert.deepEqual(
    streams.map(({ field, unit }) => [field, unit]),
    [
      ['Offset', undefined],
      ['Temperature', 'degC'],
      ['Total', undefined],
    ],
  );
  node.incrementSeqNum();
  node.incrementSeqNum();
  data([byAlias(1, 'Double', 73)]);
  await until('tidegate/bridge/health', ({ messages_missed }) => messages_missed === 2);
  node.stop();
  for (const name of ['Temperature', 'Offset', 'Total'])
    await until(`tidegate/spBv1.0/Plant/Edge/Press/${name}/availability`, (it) => it.state === 'offline');
  const health = seen.get('tidegate/bridge/health');
  console.log(
    `births ${births}, dropped ${JSON.stringify(health.dropped)}, missed ${health.messages_missed}: as expected`,
  );
} finally {
  if (daemon?.kill('SIGTERM')) await once(daemon, 'exit');
  await watcher.endAsync();
  await broker.stop();
  rmSync(state, { recursive: true, force: true });
}
process.exit(0);
