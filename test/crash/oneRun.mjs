// One run: all messages, with kills or without, then the probes. What every stream says is noted on the way.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { startRelay } from '../support/relay.mjs';
import { configOf, createDaemon, startBroker, startPublisher } from './processes.mjs';

/** Nothing new for so long after the last message that was waited for: nothing is answered twice. */
const QUIET_MS = 2000;
/** Nothing new for so long: what is missing does not come any more. What is replayed at a start is not told, and may take a while. */
const LOST_MS = { none: 4000, snapshot: 30_000, journal: 30_000 };
const SETTLE_MS = 300_000;
const ONLINE_MS = 60_000;

/**
 * @returns per stream: `applied` (readings learned from, before the probes) and `answers` (what was published for each probe);
 * `counted`: what the daemon said of itself every second, over all its lives
 */
export async function oneRun({ folder, name, blows, options, isStateKnown, say }) {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const broker = await startBroker(place);
  const { port } = broker;
  const relay = await startRelay(port);
  const daemon = createDaemon(place, configOf({ ...options, port: relay.port, folder: place, isStateKnown }));
  const watch = await watchOutput(port, options);
  try {
    daemon.start();
    await watch.online();
    const { messages, streams, rate, start, times, probes } = options;
    const load = startPublisher({ port, messages, streams, rate, start, times, from: 0 });
    await Promise.all([load.done, strike({ daemon, relay, blows, progress: load.progress, say })]);
    await watch.online();
    await watch.quiet(messages / streams);
    const applied = watch.applied();
    const from = Math.ceil(messages / streams);
    // One by one: a probe is not to wait behind others.
    await startPublisher({
      port,
      messages: probes * streams,
      streams,
      rate: Math.min(rate, 50 * streams),
      start,
      times,
      from,
    }).done;
    await watch.quiet(messages / streams + probes);
    return { applied, answers: watch.answers(), counted: watch.counted() };
  } finally {
    await watch.end();
    await daemon.stop();
    await relay.stop();
    await broker.stop();
  }
}

/** @param blows `kill` or `cut` the connection, each after so many messages, in order */
async function strike({ daemon, relay, blows, progress, say }) {
  for (const { kind, after, pauseMs } of blows) {
    while (progress.sent < after) await sleep(5);
    say(`${kind} after ${progress.sent} messages`);
    if (kind === 'cut') relay.cut();
    else {
      await daemon.kill();
      await sleep(pauseMs);
      daemon.start();
    }
  }
}

async function watchOutput(port, { streams, messages, probes, start, mode }) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 5,
    properties: { receiveMaximum: 1000 },
  });
  const last = new Map();
  const answers = new Map();
  const counted = {};
  let health = { uptime_s: 0, learning_thinned: 0, dropped: {} };
  let isOnline = false;
  let newsAt = performance.now();
  const firstProbe = start + 1000 * Math.ceil(messages / streams);
  client.on('message', (topic, payload) => {
    const text = payload.toString();
    if (topic === 'tidegate/bridge/info') return;
    if (topic === 'tidegate/bridge/state') {
      isOnline = JSON.parse(text).state === 'online';
      return;
    }
    const output = JSON.parse(text);
    if (topic === 'tidegate/bridge/health') {
      addNews(counted, health, output);
      health = output;
      return;
    }
    newsAt = performance.now();
    if (topic.endsWith('/v')) last.set(topic, output.n);
    if (Date.parse(output.ts) >= firstProbe) answers.set(`${topic} ${output.ts}`, text);
  });
  await client.subscribeAsync(['tidegate/bridge/+', 'tidegate/crash/+/v', 'tidegate/crash/+/v/forecast'], {
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
    /** @param expected readings of each stream that should have been learned from */
    quiet: async (expected) => {
      newsAt = performance.now();
      const isQuiet = () => {
        const silence = performance.now() - newsAt;
        return silence > LOST_MS[mode] || (silence > QUIET_MS && all.every((k) => last.get(topicOf(k)) >= expected));
      };
      await waitFor(isQuiet, SETTLE_MS, 'the daemon does not come to rest');
    },
    counted: () => counted,
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

/** Counts since the last time, or since the daemon began another life. */
function addNews(counted, before, now) {
  const isNewLife = now.uptime_s < before.uptime_s;
  const add = (name, value, last) => {
    const news = value - (isNewLife ? 0 : last);
    if (news > 0) counted[name] = (counted[name] ?? 0) + news;
  };
  add('thinned', now.learning_thinned ?? 0, before.learning_thinned ?? 0);
  for (const [reason, value] of Object.entries(now.dropped)) add(reason, value, before.dropped[reason] ?? 0);
}
