// Lets the daemon run and looks whether it grows: `npm run soak -- --minutes 60` (default: 10), 200 streams over a real mosquitto.
// After a warm-up (`--warm-up` seconds; default: until the streams' memories of old rows are full) its memory and its open files are
// read every second, and its garbage is collected every ten. Printed are the slopes of its memory and of its JavaScript heap in
// MB/h (Theil-Sen, of the least in each minute: what garbage a process holds at a moment says nothing), the open files at the
// beginning and at the end, and the delay of the event loop as the daemon publishes it, collections included.
// Exit status 1: one of the slopes is above 5 MB/h; with less than ten minutes, where the noise of a few MB would be more
// than that, by more than 10 MB over the whole of them, so that only a gross leak is found; two more files are open at the end;
// or readings were dropped.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { createDaemon, startBroker } from '../crash/processes.mjs';
import { ownedFolder } from '../support/leftovers.mjs';
import { leastOfMinutes, median, theilSen } from './theilSen.mjs';

const MOST_MB_PER_HOUR = 5;
const ENOUGH_MINUTES = 10;
const COLLECT = new URL('./collect.cjs', import.meta.url).pathname;
/** Of a short run, in all. */
const MOST_MB = 10;
const MOST_FILES = 1;
const ONLINE_MS = 30_000;
/** Of a stream's memory of old rows, with some to spare. */
const ROWS = 2500;
/** Files are counted over so many seconds at both ends. */
const ENDS = 10;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    streams: { type: 'string', default: '200' },
    rate: { type: 'string', default: '1000' },
    'warm-up': { type: 'string' },
  },
});
const positive = (name, text) => {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name}: a number above 0`);
  return value;
};
const minutes = positive('minutes', values.minutes);
const streams = positive('streams', values.streams);
const rate = positive('rate', values.rate);
const warmUpS = positive('warm-up', values['warm-up'] ?? String((ROWS * streams) / rate));
const say = (text) => process.stderr.write(`${text}\n`);

const folder = ownedFolder('tidegate-soak-');
const broker = await startBroker(folder);
const daemon = createDaemon(
  folder,
  [
    `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", qos: 1}`,
    'streams: [{topic: soak/+, target: v}]',
    `state: {dir: ${join(folder, 'state')}}`,
    `limits: {streams: ${streams}, memory: 4GB}`,
    'health: {interval: 1s}',
    'log: {format: json}',
    '',
  ].join('\n'),
  ['--expose-gc', '--require', COLLECT],
);
try {
  daemon.start();
  process.exitCode = report(await soak()) ? 0 : 1;
} finally {
  await daemon.stop();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** @returns what was read each second after the warm-up */
async function soak() {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  let health = {};
  let isOnline = false;
  client.on('message', (topic, payload) => {
    const said = JSON.parse(payload.toString());
    if (topic.endsWith('/health')) health = said;
    else isOnline = said.state === 'online';
  });
  await client.subscribeAsync(['tidegate/bridge/health', 'tidegate/bridge/state']);
  for (const end = performance.now() + ONLINE_MS; !isOnline; await sleep(50)) {
    if (performance.now() > end) throw new Error(`the daemon is not online:\n${daemon.log().slice(-2000)}`);
  }
  /** @type {Record<'times' | 'rss' | 'heap' | 'files' | 'delays', number[]>} */
  const seen = { times: [], rss: [], heap: [], files: [], delays: [] };
  const began = performance.now();
  let sent = 0;
  let nextLook = warmUpS;
  for (let now = 0; now < warmUpS + 60 * minutes; now = (performance.now() - began) / 1000) {
    for (const due = Math.floor(now * rate); sent < due; sent++) publish(client, sent);
    if (now >= nextLook) {
      nextLook = Math.max(nextLook + 1, now);
      seen.times.push(now / 3600);
      seen.rss.push(rssOf(daemon.pid()));
      seen.files.push(readdirSync(`/proc/${daemon.pid()}/fd`).length);
      seen.heap.push(health.heap_mb ?? 0);
      seen.delays.push(health.event_loop_delay_ms ?? 0);
      if (seen.times.length % 60 === 0) say(`${seen.times.length / 60} min: ${seen.rss.at(-1)?.toFixed(1)} MB`);
    }
    await sleep(5);
  }
  await client.endAsync(true);
  return { ...seen, sent, health };
}

function publish(client, number) {
  const value = 20 + 5 * Math.sin(number / streams / 20) + Math.random();
  client.publish(`soak/${number % streams}`, JSON.stringify({ v: Number(value.toFixed(2)) }), { qos: 1 });
}

function rssOf(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** @returns whether all is well */
function report({ times, rss, heap, files, delays, sent, health }) {
  const slopes = [rss, heap].map((values) => theilSen(...leastOfMinutes(times, values)));
  const limit = minutes >= ENOUGH_MINUTES ? MOST_MB_PER_HOUR : (MOST_MB * 60) / minutes;
  const more = median(files.slice(-ENDS)) - median(files.slice(0, ENDS));
  const dropped = Object.values(health.dropped ?? {}).reduce((sum, count) => sum + count, 0);
  const sorted = [...delays].sort((a, b) => a - b);
  process.stdout.write(
    `${JSON.stringify({
      minutes,
      streams,
      rate,
      sent,
      dropped,
      rss_mb: Number(median(rss.slice(-ENDS)).toFixed(1)),
      rss_mb_per_hour: Number(slopes[0].toFixed(2)),
      heap_mb_per_hour: Number(slopes[1].toFixed(2)),
      limit_mb_per_hour: limit,
      files: [median(files.slice(0, ENDS)), median(files.slice(-ENDS))],
      event_loop_delay_p99_ms: { median: median(delays), worst: sorted.at(-1) },
    })}\n`,
  );
  return Math.max(...slopes) <= limit && more <= MOST_FILES && dropped === 0;
}
