// Load on the whole daemon: `npm run bench:load -- --topics 1000 --rate 2000 --seconds 60` (the defaults).
// Starts mosquitto and the built daemon, publishes JSON at an even pace, and prints every ten seconds the daemon's memory,
// and at the end whether processed + dropped = sent, and whether a keep-alive was lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';

const { values } = parseArgs({
  options: {
    topics: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '60' },
  },
});
const topics = Number(values.topics);
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), 'tidegate-load-'));
const port = await freePort();

writeFileSync(join(folder, 'm.conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 100000\n`);
const broker = spawn('mosquitto', ['-c', join(folder, 'm.conf')], { stdio: 'ignore' });
writeFileSync(
  join(folder, 'c.yaml'),
  `mqtt: {server: "mqtt://127.0.0.1:${port}", keepalive: 5s}
defaults: {time: {from: arrival}}
streams: [{topic: load/+, target: v}]
limits: {streams: ${topics}}
health: {interval: 1s}
log: {format: json}
`,
);
await sleep(500);
const daemon = spawn('node', ['dist/main.js', 'run', '-c', join(folder, 'c.yaml')], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
let log = '';
daemon.stderr.on('data', (text) => {
  log += text;
});
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
let health = {};
client.on('message', (_topic, payload) => {
  health = JSON.parse(payload.toString());
});
await client.subscribeAsync('tidegate/bridge/health');
while (!log.includes('subscribed')) await sleep(50);

const rss = [];
const started = performance.now();
let sent = 0;
let nextReport = 10;
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
await sleep(2500);
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
  }),
);
rmSync(folder, { recursive: true });
process.exitCode = sent === forecasts + dropped && connects === 1 ? 0 : 1;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address();
  server.close();
  return free;
}

/** User and system time of a process so far. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
