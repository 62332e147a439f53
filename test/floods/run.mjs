// Sends the built daemon, with its default settings, far more streams than `limits.streams` and looks whether it lives and answers for
// every reading: `npm run test:floods`. Three floods: 6,000 topics with QoS 0; 400 messages of twelve fields; 2,500 topics with QoS 1
// while the daemon is killed and stopped. Each prints what became of it; exit status 1 where something is not as it should be.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { freePort } from '../support/freePort.mjs';
import { owned, ownedFolder } from '../support/leftovers.mjs';

const FLOODS = [
  { name: '6,000 topics, QoS 0', topics: 6000, fields: 1, rounds: 3, qos: 0, ends: [] },
  { name: '400 messages of twelve fields, QoS 0', topics: 400, fields: 12, rounds: 1, qos: 0, ends: [] },
  {
    name: '2,500 topics, QoS 1, killed and stopped',
    topics: 2500,
    fields: 1,
    rounds: 4,
    qos: 1,
    ends: ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM'],
  },
];
/** The longest that a stop may take. */
const LONGEST_STOP_MS = 5000;
const LONGEST_FLOOD_MS = 600_000;
/** Without news for so long, nothing comes any more. */
const QUIET_MS = 60_000;

let hasFailed = false;
for (const flood of FLOODS) {
  const outcome = await run(flood);
  hasFailed ||= outcome.faults.length > 0;
  console.log(`${flood.name}: ${JSON.stringify(outcome)}`);
}
process.exit(hasFailed ? 1 : 0);

async function run({ topics, fields, rounds, qos, ends }) {
  const folder = ownedFolder('tidegate-floods-');
  const port = await freePort();
  const listener = `listener ${port} 127.0.0.1\nallow_anonymous true\n`;
  writeFileSync(join(folder, 'm.conf'), `${listener}max_queued_messages 1000000\nmax_queued_bytes 0\n`);
  const broker = owned(spawn('mosquitto', ['-c', join(folder, 'm.conf')], { stdio: 'ignore' }));
  await sleep(500);
  writeFileSync(
    join(folder, 'c.yaml'),
    `mqtt: {server: "mqtt://127.0.0.1:${port}", qos: ${qos}}\nstreams: [{topic: "m/#"}]\nhealth: {interval: 1s}\n`,
  );
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  let health;
  let heardAt = Date.now();
  client.on('message', (_, payload) => {
    const next = payload.length > 0 ? JSON.parse(payload.toString()) : undefined;
    if (next === undefined || residencyOf(next) !== residencyOf(health)) heardAt = Date.now();
    health = next ?? health;
  });
  await client.subscribeAsync('tidegate/bridge/health');
  const faults = [];
  let daemon = await start(folder);
  const sending = send(client, { topics, fields, rounds, qos });
  for (const signal of ends) {
    await sleep(2500);
    await end(daemon, signal, faults);
    daemon = await start(folder);
  }
  await sending;
  const readings = topics * fields * rounds;
  const isOver = () => ends.length === 0 && residencyOf(health) >= readings;
  const begun = Date.now();
  while (!isOver() && daemon.exitCode === null && Date.now() - begun < LONGEST_FLOOD_MS) {
    if (Date.now() - heardAt > QUIET_MS) break;
    await sleep(500);
  }
  const { forecasts = 0, messages = 0, dropped = {}, failures = 0 } = health ?? {};
  const redelivered = dropped.redelivered ?? 0;
  const answered = residencyOf(health) - redelivered;
  if (failures > 0) faults.push(`${failures} failures`);
  // Over a restart the counters begin anew: what was learned before it is learned, and is not counted again.
  if (ends.length === 0 && answered !== readings) faults.push(`${answered} of ${readings} readings are accounted for`);
  if (ends.length > 0 && answered < messages - redelivered)
    faults.push(`${answered} of ${messages} messages are accounted for`);
  await end(daemon, 'SIGTERM', faults);
  await client.endAsync(true);
  broker.kill();
  rmSync(folder, { recursive: true, force: true });
  return { readings, forecasts, dropped, faults };
}

function residencyOf({ forecasts = 0, dropped = {} } = {}) {
  return Object.values(dropped).reduce((sum, count) => sum + count, forecasts);
}

async function start(folder) {
  const args = ['dist/main.js', 'run', '-c', join(folder, 'c.yaml')];
  const env = { ...process.env, STATE_DIRECTORY: join(folder, 'state') };
  const daemon = owned(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], env }));
  let log = '';
  daemon.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  while (!log.includes('subscribed') && daemon.exitCode === null) await sleep(50);
  return daemon;
}

async function end(daemon, signal, faults) {
  if (daemon.exitCode !== null) {
    faults.push(`the daemon ended by itself with ${daemon.exitCode}`);
    return;
  }
  const asked = performance.now();
  daemon.kill(signal);
  await once(daemon, 'exit');
  const took = Math.round(performance.now() - asked);
  if (took > LONGEST_STOP_MS) faults.push(`${signal} took ${took} ms`);
  if (signal === 'SIGTERM' && daemon.exitCode !== 0) faults.push(`SIGTERM: exit status ${daemon.exitCode}`);
}

async function send(client, { topics, fields, rounds, qos }) {
  for (let round = 0; round < rounds; round++) {
    for (let from = 0; from < topics; from += 500) {
      const many = Array.from({ length: Math.min(500, topics - from) }, (_, i) => from + i);
      await Promise.all(many.map((i) => client.publishAsync(`m/d${i}`, payloadOf(round + i, fields), { qos })));
    }
  }
}

function payloadOf(number, fields) {
  return JSON.stringify(
    Object.fromEntries(Array.from({ length: fields }, (_, f) => [`f${f}`, 20 + Math.sin(number + f)])),
  );
}
