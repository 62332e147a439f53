// One run: all messages, with kills or without, then the probes. What every stream says is noted on the way.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { configOf, createDaemon, startBroker, startPublisher } from './processes.mjs';

/** Nothing new for so long: everything has been answered. */
const QUIET_MS = 3000;
const SETTLE_MS = 300_000;
const ONLINE_MS = 60_000;

/**
 * @returns per stream: `applied` (readings learned from, before the probes) and `answers` (what was published for each probe)
 */
export async function oneRun({ folder, name, kills, options, isStateKnown, say }) {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const broker = await startBroker(place);
  const { port } = broker;
  const daemon = createDaemon(place, configOf({ ...options, port, folder: place, isStateKnown }));
  const watch = await watchOutput(port, options);
  try {
    daemon.start();
    await watch.online();
    const { messages, streams, rate, start, probes } = options;
    const load = startPublisher({ port, messages, streams, rate, start, from: 0 });
    await Promise.all([load.done, killOften(daemon, kills, load.progress, say)]);
    await watch.online();
    await watch.quiet();
    const applied = watch.applied();
    const from = Math.ceil(messages / streams);
    // One by one: a probe is not to wait behind others.
    await startPublisher({
      port,
      messages: probes * streams,
      streams,
      rate: Math.min(rate, 50 * streams),
      start,
      from,
    }).done;
    await watch.quiet();
    return { applied, answers: watch.answers(), afterProbes: watch.applied() };
  } finally {
    await watch.end();
    await daemon.stop();
    await broker.stop();
  }
}

/** @param kills moments of the load, as shares of its messages, in order */
async function killOften(daemon, kills, progress, say) {
  for (const [i, { at, pauseMs }] of kills.entries()) {
    while (progress.sent < at) await sleep(5);
    await daemon.kill();
    say(`kill ${i + 1} of ${kills.length} after ${progress.sent} messages`);
    await sleep(pauseMs);
    daemon.start();
  }
}

async function watchOutput(port, { streams, messages, probes, start }) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 5,
    properties: { receiveMaximum: 1000 },
  });
  const last = new Map();
  const answers = new Map();
  let isOnline = false;
  let newsAt = performance.now();
  const firstProbe = start + 1000 * Math.ceil(messages / streams);
  client.on('message', (topic, payload) => {
    const text = payload.toString();
    if (topic === 'tidegate/bridge/state') {
      isOnline = JSON.parse(text).state === 'online';
      return;
    }
    const output = JSON.parse(text);
    newsAt = performance.now();
    if (topic.endsWith('/v')) last.set(topic, output.n);
    if (Date.parse(output.ts) >= firstProbe) answers.set(`${topic} ${output.ts}`, text);
  });
  await client.subscribeAsync(['tidegate/bridge/state', 'tidegate/crash/+/v', 'tidegate/crash/+/v/forecast'], {
    qos: 1,
  });
  const waitFor = async (isSo, within, what) => {
    for (const end = performance.now() + within; !isSo(); await sleep(20))
      if (performance.now() > end) throw new Error(`${what} within ${within / 1000} s`);
  };
  const topicOf = (k) => `tidegate/crash/s${k}/v`;
  const all = Array.from({ length: streams }, (_, k) => k);
  return {
    online: () => waitFor(() => isOnline, ONLINE_MS, 'the daemon is not online'),
    quiet: async () => {
      newsAt = performance.now();
      await waitFor(() => performance.now() - newsAt > QUIET_MS, SETTLE_MS, 'the daemon does not come to rest');
    },
    applied: () => all.map((k) => last.get(topicOf(k)) ?? 0),
    answers: () =>
      all.map((k) =>
        ['', '/forecast'].flatMap((part) =>
          Array.from({ length: probes }, (_, i) => {
            const ts = new Date(firstProbe + 1000 * i).toISOString();
            return answers.get(`${topicOf(k)}${part} ${ts}`) ?? '';
          }),
        ),
      ),
    end: () => client.endAsync(true),
  };
}
