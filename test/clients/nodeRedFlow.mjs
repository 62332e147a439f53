// The flow of config/node-red in a real Node-RED: `npm run test:clients`. It is imported through the API that the editor uses, beside the daemon
// and a broker (mosquitto, else that of the demonstration): forecasts and an alarm arrive, a request is answered, and the daemon goes and returns.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { createDaemon } from '../crash/processes.mjs';
import { startMosquitto, whatMosquittoMisses } from '../home/mosquitto.mjs';
import { ownedFolder } from '../support/leftovers.mjs';
import { fetchNodeRed, startNodeRed } from './redProcess.mjs';

const WAIT_MS = 90_000;
const FLOW = new URL('../../config/node-red/tidegate.json', import.meta.url);

fetchNodeRed();
const folder = ownedFolder('tidegate-flow-');
const began = Date.now();
const step = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

async function startBroker() {
  const absent = whatMosquittoMisses();
  if (absent === undefined) return startMosquitto(folder);
  step(`without ${absent}: the broker of the demonstration`);
  const { startEmbeddedBroker } = await import(
    new URL('../../build/adapters/broker/embeddedBroker.js', import.meta.url).href
  );
  const embedded = await startEmbeddedBroker({});
  return { port: Number(new URL(embedded.url).port), stop: () => embedded.stop() };
}

const broker = await startBroker();
const sensors = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
/** The newest message of each topic. */
const heard = new Map();
sensors.on('message', (topic, payload) => heard.set(topic, payload.toString()));
await sensors.subscribeAsync('tidegate/bridge/learning');
let reading = 0;
let isFaulty = false;
const sending = setInterval(() => {
  sensors.publish('cellar/fridge', String(isFaulty ? 70 : 5 + Math.sin(reading++ / 8)));
}, 100);

const daemon = createDaemon(
  folder,
  `mqtt: {server: "mqtt://127.0.0.1:${broker.port}"}
state: {dir: "${join(folder, 'state')}"}
threads: 0
defaults: {min_samples: 10, anomaly: {range: [-10, 30]}, publish: {min_interval: 0s}, model: {profile: tiny}}
streams: [{topic: cellar/fridge}]
`,
);

/** Posts to Node-RED, as its editor does. */
async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body && { body }),
  });
  assert.ok(answer.ok, `${url} answers ${answer.status}: ${await answer.text()}`);
}

/** What the debug nodes of the flow show, oldest first. */
async function listenToDebug(url) {
  const WebSocket = createRequire(resolve('.cache/node-red/node_modules/node-red/package.json'))('ws');
  const shown = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/comms`);
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  socket.on('message', (text) => {
    for (const { topic, data } of [JSON.parse(String(text))].flat())
      if (topic === 'debug') shown.push({ node: data.name, value: parsed(data.msg) });
  });
  socket.send(JSON.stringify({ subscribe: 'debug' }));
  return { shown, close: () => socket.close() };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function until(what, holds) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(100)) {
    const found = holds();
    if (found) return found;
  }
  throw new Error(
    `${what}: not within ${WAIT_MS / 1000} s; shown: ${JSON.stringify(debug?.shown.slice(-5))}\n${red?.log().slice(-2000)}`,
  );
}

let red;
let debug;
let status = 1;
try {
  red = await startNodeRed(folder, [], 'Started flows');
  step(`Node-RED ${red.version} is up`);
  const flow = JSON.parse(readFileSync(FLOW, 'utf8'));
  const own = flow.map((node) =>
    node.type === 'mqtt-broker' ? { ...node, broker: '127.0.0.1', port: String(broker.port) } : node,
  );
  debug = await listenToDebug(red.url);
  await post(`${red.url}/flows`, JSON.stringify(own), { 'Node-RED-Deployment-Type': 'full' });
  daemon.start();
  const shows = (node, fits) => () => debug.shown.find((one) => one.node === node && fits(one.value));
  const press = async (id, command, fits) => {
    debug.shown.length = 0;
    await post(`${red.url}/inject/${id}`);
    await until(
      `${id} is answered`,
      shows('answers', (msg) => msg.topic === command && fits(msg)),
    );
  };

  await until(
    'the daemon is there',
    shows('daemon', (payload) => JSON.stringify(payload).includes('online')),
  );
  const { value: forecast } = await until(
    'a forecast arrives',
    shows('forecasts', (msg) => typeof msg.payload === 'number'),
  );
  assert.equal(forecast.topic, 'cellar/fridge');
  assert.ok(Math.abs(forecast.payload) < 30 && forecast.horizon === '1', JSON.stringify(forecast));
  step(`a forecast: ${forecast.payload} at ${forecast.at}, after ${forecast.reading}`);

  isFaulty = true;
  const { value: alarm } = await until(
    'an alarm starts',
    shows('alarms', (msg) => msg.phase === 'start'),
  );
  isFaulty = false;
  await until(
    'it ends',
    shows('alarms', (msg) => msg.phase === 'end' && msg.id === alarm.id),
  );
  step(`an alarm: ${alarm.payload}`);

  const isLearning = (wanted) => () => parsed(heard.get('tidegate/bridge/learning') ?? 'null')?.learning === wanted;
  await press('tidegate.pause', 'learning', ({ payload }) => payload.learning === false && payload.until !== null);
  await until('nothing learns', isLearning(false));
  await press('tidegate.resume', 'learning', ({ payload }) => payload.learning === true);
  await until('it learns again', isLearning(true));
  await press('tidegate.streams', 'streams', ({ payload }) => payload.streams[0].id === 'cellar/fridge');
  await press('tidegate.save', 'save', ({ payload }) => typeof payload.streams === 'number');
  await press('tidegate.save', 'save', ({ payload }) => String(payload).startsWith('TG_REQUEST_TOO_MANY'));
  step('requests are answered, a refusal too');

  debug.shown.length = 0;
  await daemon.stop();
  await until(
    'the daemon is gone',
    shows('daemon', (payload) => JSON.stringify(payload).includes('offline')),
  );
  daemon.start();
  await until(
    'forecasts are back',
    shows('forecasts', () => true),
  );
  step('the daemon has gone and returned');
  assert.deepEqual(red.complaints(), []);
  status = 0;
} finally {
  clearInterval(sending);
  debug?.close();
  await daemon.stop().catch(() => undefined);
  await red?.stop();
  await sensors.endAsync(true);
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
