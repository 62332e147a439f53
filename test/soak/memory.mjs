// Fills the daemon's queues with large messages and looks at its memory: `npm run soak:memory`. One mosquitto, `profile: heavy`
// and defaults else, with the heap that the systemd unit gives. `--messages` of `--bytes` each hold one number; they come with
// QoS 0 and, in a second run, QoS 1, faster than they can be learned. Printed are for each run: the peak of the resident set (VmHWM), the bytes
// that waited at most (`waiting` of bridge/health), and whether every message was answered or counted as dropped.
// Exit status 1: a peak of `--most` MB (default: 384; the unit's MemoryMax is 512) or more, or messages that are unaccounted for.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { createDaemon, startBroker } from '../crash/processes.mjs';
import { ownedFolder } from '../support/leftovers.mjs';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '12000' },
    bytes: { type: 'string', default: '60000' },
    streams: { type: 'string', default: '200' },
    most: { type: 'string', default: '384' },
  },
});
const [messages, bytes, streams, most] = ['messages', 'bytes', 'streams', 'most'].map((name) => {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name}: a number above 0`);
  return value;
});
/** Under way at once, so that the publisher itself does not need the memory. */
const UNDER_WAY = 200;
/** As in config/tidegate.service. */
const HEAP = '--max-old-space-size=256';
const PATIENCE_MS = 600_000;

const padding = 'x'.repeat(Math.max(0, bytes - 40));
const payloadOf = (i) => JSON.stringify({ v: 20 + Math.sin(i / 9) + (i % 7) / 10, note: padding });

for (const qos of [0, 1]) {
  const run = await measure(qos);
  console.log(JSON.stringify(run));
  if (run.peakMb >= most || run.unaccounted !== 0) process.exitCode = 1;
}

async function measure(qos) {
  const folder = ownedFolder('tidegate-memory-');
  const broker = await startBroker(folder);
  const daemon = createDaemon(
    folder,
    [
      `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", qos: ${qos}}`,
      'defaults: {model: {profile: heavy}}',
      'streams: [{topic: large/+, target: v}]',
      `state: {dir: ${join(folder, 'state')}}`,
      'health: {interval: 1s}',
      '',
    ].join('\n'),
    [HEAP],
  );
  try {
    daemon.start();
    return await flood(broker.port, qos, () => daemon.pid());
  } finally {
    await daemon.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function flood(port, qos, pidOf) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  let health = {};
  let isOnline = false;
  let mostWaiting = 0;
  client.on('message', (topic, payload) => {
    const said = JSON.parse(payload.toString());
    if (!topic.endsWith('/health')) isOnline ||= said.state === 'online';
    else {
      health = said;
      mostWaiting = Math.max(mostWaiting, said.waiting.bytes);
    }
  });
  await client.subscribeAsync(['tidegate/bridge/health', 'tidegate/bridge/state']);
  for (const end = Date.now() + 30_000; !isOnline; await sleep(50)) {
    if (Date.now() > end) throw new Error('the daemon does not come up');
  }
  const started = Date.now();
  for (let i = 0; i < messages; i += UNDER_WAY) {
    const some = Array.from({ length: Math.min(UNDER_WAY, messages - i) }, (_, k) => i + k);
    await Promise.all(some.map((k) => client.publishAsync(`large/${k % streams}`, payloadOf(k), { qos: 1 })));
  }
  const sentS = (Date.now() - started) / 1000;
  const accounted = () => (health.forecasts ?? 0) + sum(health.dropped);
  for (const end = Date.now() + PATIENCE_MS; accounted() < messages; await sleep(100)) if (Date.now() > end) break;
  const status = readFileSync(`/proc/${pidOf()}/status`, 'utf8');
  await client.endAsync();
  return {
    qos,
    peakMb: Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024),
    endMb: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024),
    mostWaitingBytes: mostWaiting,
    sentS,
    forecasts: health.forecasts,
    dropped: health.dropped,
    unaccounted: messages - accounted(),
  };
}

function sum(counts = {}) {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
