import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';

const ALIVE = 20;
const TOPICS = 400;

let broker: Mosquitto;
let daemon: DaemonProcess | undefined;
let state: string;

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'tidegate-topics-'));
  broker = await startMosquitto();
});

afterEach(async () => {
  await daemon?.dispose();
  daemon = undefined;
  await broker.stop();
  rmSync(state, { recursive: true, force: true });
});

const STREAMS = '{topic: s/+, target: v}';

async function start(settings: string, streams = STREAMS, mqttOptions = ''): Promise<DaemonProcess> {
  const config = `
mqtt: {server: "mqtt://127.0.0.1:${broker.port}"${mqttOptions}}
${settings}
streams: [${streams}]
threads: 0
`;
  daemon = startDaemon(config, ['run'], [], state);
  await daemon.logged('subscribed');
  return daemon;
}

async function publish(readings: readonly (readonly [topic: string, value: number])[]): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  for (const [topic, value] of readings)
    await client.publishAsync(topic, JSON.stringify({ v: value, time: Date.now() }), { qos: 1 });
  await client.endAsync();
}

/** Retained topics that a client gets which comes now. */
async function retained(filter = 'tidegate/#'): Promise<string[]> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  const topics: string[] = [];
  client.on('message', (topic, _payload, { retain }) => {
    if (retain) topics.push(topic);
  });
  await client.subscribeAsync(filter, { qos: 1 });
  // Retained messages come in order: this one was not there before and so is the last.
  await client.publishAsync('tidegate/end', 'x', { qos: 1 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await client.endAsync();
  return topics.filter((topic) => filter !== 'tidegate/#' || !topic.startsWith('tidegate/bridge/')).sort();
}

async function settled(expected: readonly string[]): Promise<void> {
  const wanted = [...expected].sort();
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const topics = await retained();
    if (topics.join() === wanted.join()) break;
  }
  expect(await retained()).toEqual(wanted);
}

const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `s/${from + i}`);
const topicsOf = (streams: readonly string[], ...parts: readonly string[]): string[] =>
  streams.flatMap((name) => parts.map((part) => `tidegate/${name}/v${part}`));

describe.skipIf(!hasMosquitto())('what the broker keeps of us', () => {
  it('are the topics of the streams that are here, after a flood of names and a stop', async () => {
    const running = await start(`limits: {streams: ${ALIVE}}\ndefaults: {horizons: [1, 2]}`);
    await publish(names(0, TOPICS).map((topic, i) => [topic, i]));
    const alive = topicsOf(names(TOPICS - ALIVE, TOPICS), '', '/forecast');
    await settled(alive);
    // One that was forgotten comes back, in the place of the one that was silent for longest.
    await publish([['s/0', 1]]);
    const now = ['s/0', ...names(TOPICS - ALIVE + 1, TOPICS)];
    await settled(topicsOf(now, '', '/forecast'));
    running.kill('SIGTERM');
    expect(await running.exited()).toBe(0);
    expect(await retained()).toEqual(topicsOf(now, '', '/forecast').sort());
  });

  it('are no columns that nobody publishes any more', async () => {
    const readings = Array.from({ length: 12 }, (_, i) => ['s/a', i % 3] as const);
    const first = await start('defaults: {horizons: [1, 2], publish: {min_interval: 0}}');
    await publish(readings);
    await settled(topicsOf(['s/a'], '', '/forecast'));
    first.kill('SIGTERM');
    await first.exited();
    await first.dispose();
    await start('defaults: {horizons: [1, 2], publish: {min_interval: 0, forecast: off}}');
    await publish(readings);
    await settled(topicsOf(['s/a'], ''));
  });

  it('are no topics of streams, of options or of a base topic that the configuration has no more', async () => {
    const everything = 'defaults: {horizons: [1, 2], publish: {min_interval: 0}}';
    const first = await start(everything, `${STREAMS}, {topic: r/+, target: v}`);
    await publish(['s/a', 's/b', 'r/a'].map((topic) => [topic, 1]));
    await settled(topicsOf(['s/a', 's/b', 'r/a'], '', '/forecast'));
    first.kill('SIGKILL');
    await first.exited();
    // Whatever is retained now would stay: nothing of it says that a stream is there.
    expect((await retained()).filter((topic) => topic.endsWith('/availability'))).toEqual([]);
    await first.dispose();
    // Nothing is read in this life.
    const second = await start('defaults: {publish: {min_interval: 0}}', STREAMS);
    await settled(topicsOf(['s/a', 's/b'], ''));
    second.kill('SIGKILL');
    await second.exited();
    await second.dispose();
    await start('', STREAMS, ', base_topic: elsewhere');
    await settled([]);
    expect(await retained('tidegate/bridge/#')).toEqual([]);
  });
});
