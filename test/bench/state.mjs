// What keeping state costs and how fast it comes back: `npm run bench:state [-- --quick]`.
// 1. Readings per second through a real mosquitto with QoS 1, journaled and not, in turn on the same machine.
// 2. A start with many streams: from the start of the process to the first forecast, and until all streams have answered.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { createDaemon, startBroker } from '../crash/processes.mjs';
import { ownedFolder } from '../support/leftovers.mjs';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const MESSAGES = values.quick ? 20_000 : 60_000;
const REPEATS = values.quick ? 1 : 3;
const STREAMS = values.quick ? 200 : 1000;
/** More than `min_samples`: a stream is worth its place on the disk. */
const READINGS = 210;
const TAIL = 10;
const folder = ownedFolder('tidegate-state-bench-');
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

function configOf({ port, dir, mode, profile, streams, qos = 1 }) {
  return `mqtt: {server: "mqtt://127.0.0.1:${port}", qos: ${qos}, client_id: bench, outbound_buffer: 16MB}
defaults: {time: {from: message, sanity: off, zone: UTC}, publish: {min_interval: 0s}, model: {${profile}}}
streams: [{topic: bench/+, target: v}]
state: {dir: ${JSON.stringify(dir)}, durability: ${mode}}
limits: {streams: ${streams}, thin_after: 0, overflow: block, memory: 1GB}
health: {interval: 1s}
log: {format: json, level: warning}
`;
}

/** Whoever publishes, and counts what comes back. */
async function createWatch(port, streams) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
  const last = new Map();
  const watch = { answers: 0, forecasts: 0, isOnline: false };
  client.on('message', (topic, payload) => {
    if (topic === 'tidegate/bridge/state') {
      watch.isOnline = payload.toString().includes('online');
      return;
    }
    if (topic === 'tidegate/bridge/health') {
      watch.forecasts = JSON.parse(payload.toString()).forecasts;
      return;
    }
    watch.answers++;
    last.set(topic, JSON.parse(payload.toString()).n);
    watch.onAnswer?.();
  });
  await client.subscribeAsync(['tidegate/bridge/state', 'tidegate/bridge/health', 'tidegate/bench/+/v']);
  const until = async (isSo, what) => {
    for (const end = performance.now() + 180_000; !isSo(); await sleep(5))
      if (performance.now() > end) throw new Error(`${what}: not within three minutes`);
  };
  return Object.assign(watch, {
    until,
    last,
    client,
    online: () => until(() => watch.isOnline, 'online'),
    /** `rounds` readings of each stream, as fast as the broker takes them. */
    async publish(from, rounds) {
      let open = 0;
      let fail;
      for (let i = from; i < from + rounds; i++) {
        for (let k = 0; k < streams; k++) {
          const payload = JSON.stringify({ v: (i * 7 + k) % 50, time: 1_700_000_000_000 + 1000 * i });
          open++;
          client.publish(`bench/s${k}`, payload, { qos: 1 }, (error) => {
            open--;
            fail ??= error ?? undefined;
          });
          while (open > 500) await sleep(1);
        }
      }
      await until(() => open === 0, 'published');
      if (fail) throw fail;
    },
  });
}

async function throughput(mode) {
  const place = mkdtempSync(join(folder, 'speed-'));
  const broker = await startBroker(place);
  const streams = 100;
  const profile = 'experts: [last_value]';
  const daemon = createDaemon(
    place,
    configOf({ port: broker.port, dir: join(place, 'state'), mode, profile, streams }),
  );
  const watch = await createWatch(broker.port, streams);
  try {
    daemon.start();
    await watch.online();
    await watch.publish(0, 20);
    await watch
      .until(() => watch.answers >= 20 * streams, 'warm')
      .catch((error) => {
        process.stderr.write(`${watch.answers} answers, ${watch.last.size} streams\n${daemon.log()}\n`);
        throw error;
      });
    const begin = performance.now();
    await watch.publish(20, MESSAGES / streams);
    await watch.until(() => [...watch.last.values()].every((n) => n >= 20 + MESSAGES / streams), 'answered');
    return MESSAGES / ((performance.now() - begin) / 1000);
  } finally {
    await watch.client.endAsync(true);
    await daemon.stop();
    await broker.stop();
  }
}

async function recovery(profile) {
  const place = mkdtempSync(join(folder, 'start-'));
  const broker = await startBroker(place);
  const options = { port: broker.port, dir: join(place, 'state'), mode: 'journal', streams: STREAMS };
  const daemon = createDaemon(place, configOf({ ...options, profile: `profile: ${profile}` }));
  const watch = await createWatch(broker.port, STREAMS);
  const nOf = (k) => watch.last.get(`tidegate/bench/s${k}/v`) ?? 0;
  const all = (n) => Array.from({ length: STREAMS }, (_, k) => k).every((k) => nOf(k) >= n);
  try {
    daemon.start();
    await watch.online();
    await watch.publish(0, READINGS);
    await watch.until(() => watch.forecasts >= READINGS * STREAMS, 'learned');
    await daemon.stop();
    watch.forecasts = 0;
    watch.isOnline = false;
    daemon.start();
    await watch.online();
    await watch.publish(READINGS, TAIL);
    await watch.until(() => watch.forecasts >= TAIL * STREAMS, 'learned more');
    await sleep(1500);
    await daemon.kill();
    await watch.publish(READINGS + TAIL, 1);
    let first;
    watch.onAnswer = () => {
      first ??= performance.now();
    };
    const begin = performance.now();
    daemon.start();
    await watch.until(() => all(READINGS + TAIL + 1), 'all streams back');
    return { first: (first - begin) / 1000, all: (performance.now() - begin) / 1000 };
  } finally {
    await watch.client.endAsync(true);
    await daemon.stop();
    await broker.stop();
  }
}

try {
  const rates = { none: [], journal: [] };
  // Answers of QoS 0 that a subscriber is too slow for are dropped by the broker: what was learned is told by the health.
  for (let i = 0; i < REPEATS; i++) for (const mode of ['none', 'journal']) rates[mode].push(await throughput(mode));
  const [none, journal] = [median(rates.none), median(rates.journal)];
  process.stdout.write(`| QoS 1, ${MESSAGES} readings of 100 streams | readings per second |\n|---|---|\n`);
  process.stdout.write(
    `| not kept | ${none.toFixed(0)} |\n| journaled before it is acknowledged | ${journal.toFixed(0)} |\n`,
  );
  process.stdout.write(`| ratio | ${(journal / none).toFixed(2)} |\n\n`);
  process.stdout.write(
    `| start with ${STREAMS} streams and ${STREAMS * TAIL} journal entries | first forecast | all streams |\n|---|---|---|\n`,
  );
  for (const profile of ['tiny', 'standard']) {
    const times = await recovery(profile);
    process.stdout.write(`| ${profile} | ${times.first.toFixed(2)} s | ${times.all.toFixed(2)} s |\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
