// Load on the whole daemon: `npm run bench:load -- --topics 1000 --rate 2000 --seconds 60` (the defaults).
// Starts mosquitto and the built daemon, publishes JSON at an even pace, and prints every ten seconds the daemon's memory,
// and at the end whether processed + dropped = sent, and whether a keep-alive was lost.
// `--threads N`: learner threads (default: as the daemon decides). `--saturate`: networks so large that every learner thread
// has more to learn than it can; then the main thread must still be quick: p99 of its event-loop delay ≤ 20 ms in the
// median second, and no keep-alive lost. `npm run bench:load -- --threads 2 --saturate --seconds 10`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { freePort } from '../support/freePort.mjs';
import { owned, ownedFolder } from '../support/leftovers.mjs';

const { values } = parseArgs({
  options: {
    topics: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '60' },
    threads: { type: 'string', default: 'auto' },
    saturate: { type: 'boolean', default: false },
  },
});
const topics = Number(values.topics);
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const folder = ownedFolder('tidegate-load-');
const port = await freePort();

writeFileSync(join(folder, 'm.conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\n`);
const broker = owned(spawn('mosquitto', ['-c', join(folder, 'm.conf')], { stdio: 'ignore' }));
writeFileSync(
  join(folder, 'c.yaml'),
  `mqtt: {server: "mqtt://127.0.0.1:${port}", keepalive: 5s}
defaults: {time: {from: arrival}${values.saturate ? ', model: {hidden: 128, bptt: {every: 1, window: 64}}' : ''}}
streams: [{topic: load/+, target: v}]
limits: {streams: ${topics}, memory: 4GB}
threads: ${values.threads}
health: {interval: 1s}
log: {format: json}
`,
);
await sleep(500);
const daemon = owned(
  spawn('node', ['dist/main.js', 'run', '-c', join(folder, 'c.yaml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, STATE_DIRECTORY: join(folder, 'state') },
  }),
);
let log = '';
daemon.stderr.on('data', (text) => {
  log += text;
});
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
let health = {};
/** Of each second, while the load runs. */
const delays = [];
/** Learner threads for which something waited, of all, in these seconds. */
const waiting = { yes: 0, of: 0 };
let isUnderLoad = false;
client.on('message', (_topic, payload) => {
  health = JSON.parse(payload.toString());
  if (!isUnderLoad) return;
  delays.push(health.event_loop_delay_ms);
  waiting.yes += health.threads.filter((thread) => thread.waiting > 0).length;
  waiting.of += health.threads.length;
});
await client.subscribeAsync('tidegate/bridge/health');
while (!log.includes('subscribed')) await sleep(50);

const rss = [];
const busyBefore = threadSeconds(daemon.pid);
const started = performance.now();
let sent = 0;
let nextReport = 10;
setTimeout(() => {
  // The first seconds are those of the compiler.
  isUnderLoad = true;
}, 2000);
while (sent < rate * seconds) {
  const elapsed = (performance.now() - started) / 1000;
  const due = Math.min(Math.floor(elapsed * rate), rate * seconds);
  for (; sent < due; sent++) {
    const value = 20 + 5 * Math.sin(sent / topics / 20) + Math.random();
    client.publish(`load/${sent % topics}`, JSON.stringify({ v: Number(value.toFixed(2)), id: 'x' }));
  }
  if (elapsed >= nextReport) {
    rss.push(health.rss_mb);
    const delay = health.event_loop_delay_ms;
    console.log(
      `${nextReport} s: sent ${sent}, forecasts ${health.forecasts}, RSS ${health.rss_mb} MB, delay p99 ${delay} ms`,
    );
    nextReport += 10;
  }
  await sleep(5);
}
isUnderLoad = false;
const wall = (performance.now() - started) / 1000;
const busy = threadSeconds(daemon.pid)
  .map((cpuTime, i) => Math.round(((cpuTime - (busyBefore[i] ?? 0)) / wall) * 100))
  .filter((share) => share > 2);
await settled();
const cpu = cpuSeconds(daemon.pid);
daemon.kill('SIGTERM');
await once(daemon, 'exit');
await client.endAsync();
broker.kill();
const dropped = Object.values(health.dropped ?? {}).reduce((sum, count) => sum + count, 0);
const { forecasts, messages, connects } = health;
console.log(
  JSON.stringify({
    sent,
    messages,
    forecasts,
    dropped,
    lost: sent - forecasts - dropped,
    connects,
    cpu_s: cpu,
    rss_mb: rss,
    saturated_percent: Math.round((100 * waiting.yes) / waiting.of),
    /** Main thread first; others are learners (and the compiler). */
    busy_percent: busy,
    delay_ms: { median: medianOf(delays), worst: Math.max(...delays) },
  }),
);
rmSync(folder, { recursive: true });
// A load that does not saturate proves nothing.
const isQuick = !values.saturate || (medianOf(delays) <= 20 && waiting.yes > 0.8 * waiting.of);
process.exitCode = sent === forecasts + dropped && connects === 1 && isQuick ? 0 : 1;

/** Everything sent has been answered or dropped, or nothing moves any more. */
async function settled() {
  for (let last = -1; last !== health.forecasts; ) {
    last = health.forecasts;
    await sleep(2500);
  }
}

function medianOf(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** CPU time of each thread of a process so far, the main thread first. */
function threadSeconds(pid) {
  return readdirSync(`/proc/${pid}/task`).map(
    (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9,
  );
}

/** User and system time of a process so far. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
