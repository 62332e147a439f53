// The crash loop at one broker: messages at an even pace, the daemon killed some times, then its journal is compared with what was sent.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { configOf, createDaemon, startPublisher } from '../crash/processes.mjs';
import { readLearned } from './learned.mjs';

const ONLINE_MS = 90_000;
/** Nothing has come for so long: nothing is learned twice any more; and where readings are missing, they do not come any more. */
const QUIET_MS = 3000;
const LOST_MS = 30_000;
const SETTLE_MS = 300_000;

/** @returns lost and twice, in messages */
export async function crashLoop(broker, folder, { messages, streams, rate, kills, pauseMs, say }) {
  mkdirSync(folder, { recursive: true });
  const { port, stop } = await broker.start(folder);
  const protocol = broker.protocol ?? 'auto';
  const options = { port, folder, mode: 'journal', streams, protocol, times: false, isStateKnown: true };
  const daemon = createDaemon(folder, configOf(options));
  const watch = await watchHealth(port);
  try {
    daemon.start();
    await watch.until(() => watch.isOnline(), ONLINE_MS, 'the daemon is not online');
    // Each message of a stream has another value.
    const load = startPublisher({ port, messages, streams, rate, from: 0, span: messages });
    const failed = load.done.then(() => new Promise(() => undefined));
    for (const after of kills) {
      while (load.progress.sent < after) await Promise.race([sleep(5), failed]);
      say(`${broker.name}: kill -9 after ${load.progress.sent} messages`);
      await daemon.kill();
      await sleep(pauseMs);
      daemon.start();
    }
    await load.done;
    await watch.until(() => watch.isOnline(), ONLINE_MS, 'the daemon is not online');
    await watch.quiet(messages);
  } finally {
    await watch.end();
    await daemon.stop();
    await stop();
  }
  return compare(await readLearned(join(folder, 'state')), messages, streams);
}

function compare(learned, messages, streams) {
  if (learned === undefined) throw new Error('the journal was cut: too many messages for a comparison');
  let [lost, twice] = [0, 0];
  for (let index = 0; index < messages; index++) {
    const times = learned.get(`crash/s${index % streams}/v`)?.get(Math.floor(index / streams)) ?? 0;
    if (times === 0) lost++;
    else twice += times - 1;
  }
  return { lost, twice };
}

async function watchHealth(port) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 0 });
  let isOnline = false;
  let newsAt = performance.now();
  /** Topic → readings learned. */
  const learned = new Map();
  client.on('message', (topic, payload) => {
    if (topic === 'tidegate/bridge/state') {
      isOnline = payload.toString().includes('"online"');
      return;
    }
    newsAt = performance.now();
    learned.set(topic, JSON.parse(payload.toString()).n);
  });
  await client.subscribeAsync(['tidegate/bridge/state', 'tidegate/crash/+/v'], { qos: 1 });
  const until = async (isSo, within, what) => {
    for (const end = performance.now() + within; !isSo(); await sleep(50))
      if (performance.now() > end) throw new Error(what);
  };
  return {
    until,
    isOnline: () => isOnline,
    quiet(expected) {
      newsAt = performance.now();
      const isQuiet = () => {
        const silence = performance.now() - newsAt;
        const all = [...learned.values()].reduce((sum, n) => sum + n, 0);
        return silence > LOST_MS || (silence > QUIET_MS && all >= expected);
      };
      return until(isQuiet, SETTLE_MS, 'the daemon does not come to rest');
    },
    end: () => client.endAsync(true),
  };
}
