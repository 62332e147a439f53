import { createServer } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../../../src/adapters/broker/embeddedBroker.ts';
import { type EpochMs, toDurationMs, toEpochMs } from '../../../../src/domain/time.ts';
import { createDemoSensors, SENSOR_TIME_START } from '../../../../src/tools/demo/sensors/demoSensors.ts';
import { runSensors, type Timers } from '../../../../src/tools/demo/sensors/runSensors.ts';
import { slowness } from '../../../support/slowness.ts';

const HOUR_MS = 3_600_000;
let broker: EmbeddedBroker;

beforeEach(async () => {
  broker = await startEmbeddedBroker({});
});
afterEach(() => broker.stop());

const sensors = () => createDemoSensors({ seed: 1, start: SENSOR_TIME_START, faultWeeks: 1 });
const hours = (count: number) => toEpochMs(SENSOR_TIME_START + count * HOUR_MS);

/** Time that moves only when somebody sleeps; the long stall time-out never runs out. */
function createVirtualTimers(): Timers & { readonly now: () => number } {
  let now = 0;
  return {
    now: () => now,
    sleep: (ms, signal) => {
      if (ms >= 1_000) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      now += ms;
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
}

async function receive(filter: string) {
  const client = await connectAsync(broker.url);
  const messages: { topic: string; text: string }[] = [];
  client.on('message', (topic, payload) => messages.push({ topic, text: payload.toString() }));
  await client.subscribeAsync(filter);
  return {
    messages,
    /** A marker published after all else arrives after all else. */
    async finish() {
      const marker = new Promise<void>((resolve) =>
        client.on('message', (topic) => {
          if (topic === 'end') resolve();
        }),
      );
      await client.subscribeAsync('end');
      await client.publishAsync('end', '');
      await marker;
      await client.endAsync();
    },
  };
}

test('two sensors send a day of parsable messages in order within a second of wall time', async () => {
  const [fridge, room] = sensors();
  const receiver = await receive('#');
  const startedAt = performance.now();

  const { published } = await runSensors({
    url: broker.url,
    sensors: [fridge!, room!],
    from: SENSOR_TIME_START,
    to: hours(24),
    speed: (24 * HOUR_MS) / 1_000,
    signal: new AbortController().signal,
  });
  const elapsed = performance.now() - startedAt;
  await receiver.finish();

  const sent = receiver.messages.filter(({ topic }) => topic !== 'end');
  const fridgeTimes = sent
    .filter(({ topic }) => topic === fridge?.topic)
    .map(({ text }) => Date.parse(JSON.parse(text).last_seen));
  expect(published).toBe(24 * 12 + 24 * 10);
  expect(sent).toHaveLength(published);
  expect(fridgeTimes).toEqual(Array.from({ length: 288 }, (_, i) => SENSOR_TIME_START + i * 300_000));
  expect(elapsed).toBeGreaterThan(900);
});

test('keeps an even pace: sensor time follows wall time', async () => {
  const timers = createVirtualTimers();
  const asked: { sensorHours: number; wallMs: number }[] = [];
  const watched = sensors().map((sensor) => ({
    ...sensor,
    payload: (at: EpochMs) => {
      asked.push({ sensorHours: (at - SENSOR_TIME_START) / HOUR_MS, wallMs: timers.now() });
      return sensor.payload(at);
    },
  }));

  await runSensors({
    url: broker.url,
    sensors: watched,
    from: SENSOR_TIME_START,
    to: hours(48),
    speed: (48 * HOUR_MS) / 4_000,
    signal: new AbortController().signal,
    timers,
  });

  expect(asked).toHaveLength(48 * (12 + 10 + 12 + 12 + 10 + 7.5));
  for (const { sensorHours, wallMs } of asked) {
    const lateMs = wallMs - (sensorHours / 48) * 4_000;
    expect(lateMs).toBeGreaterThan(-0.001);
    expect(lateMs).toBeLessThan(20.001);
  }
});

test('an abort ends it at once, and what it counted was delivered', async () => {
  const stop = new AbortController();
  const receiver = await receive('#');
  const run = runSensors({
    url: broker.url,
    sensors: sensors(),
    from: SENSOR_TIME_START,
    to: toEpochMs(Number.POSITIVE_INFINITY),
    speed: HOUR_MS,
    signal: stop.signal,
  });
  await expect.poll(() => receiver.messages.length).toBeGreaterThan(100);

  const abortedAt = performance.now();
  stop.abort();
  const { published } = await run;

  expect(performance.now() - abortedAt).toBeLessThan(500 * slowness());
  expect(published).toBeGreaterThan(100);
  await receiver.finish();
  const received = receiver.messages.filter(({ topic }) => topic !== 'end').length;
  expect(received).toBeGreaterThanOrEqual(published);
  expect(received).toBeLessThanOrEqual(published + 64);
});

test('never has more than 64 messages under way, even far behind its time', async () => {
  const timers = createVirtualTimers();
  let perTurn = 0;
  let most = 0;
  const counting = sensors().map((sensor) => ({
    ...sensor,
    payload: (at: EpochMs) => {
      perTurn += 1;
      most = Math.max(most, perTurn);
      return sensor.payload(at);
    },
  }));
  const pausing: Timers = {
    now: timers.now,
    sleep: (ms, signal) => {
      if (ms < 1_000) perTurn = 0;
      return timers.sleep(ms, signal);
    },
  };

  await runSensors({
    url: broker.url,
    sensors: counting,
    from: SENSOR_TIME_START,
    to: hours(24 * 7),
    speed: 24 * HOUR_MS,
    signal: new AbortController().signal,
    timers: pausing,
  });

  expect(most).toBe(64);
});

test('a broker that is lost under way ends it with TG_DEMO_FAILED', async () => {
  const receiver = await receive('#');
  const run = runSensors({
    url: broker.url,
    sensors: sensors(),
    from: SENSOR_TIME_START,
    to: hours(24 * 365),
    speed: HOUR_MS,
    signal: new AbortController().signal,
    stallTimeoutMs: toDurationMs(200),
  });
  const failed = expect(run).rejects.toMatchObject({
    code: 'TG_DEMO_FAILED',
    message: expect.stringContaining(broker.url),
  });
  await expect.poll(() => receiver.messages.length).toBeGreaterThan(10);

  await broker.stop();

  await failed;
});

test('an abort ends it even while it waits for a broker that is gone', async () => {
  const stop = new AbortController();
  const receiver = await receive('#');
  const run = runSensors({
    url: broker.url,
    sensors: sensors(),
    from: SENSOR_TIME_START,
    to: hours(24 * 365),
    speed: HOUR_MS,
    signal: stop.signal,
  });
  await expect.poll(() => receiver.messages.length).toBeGreaterThan(10);
  await broker.stop();

  const abortedAt = performance.now();
  stop.abort();
  const { published } = await run;

  expect(published).toBeGreaterThan(0);
  expect(performance.now() - abortedAt).toBeLessThan(1_000 * slowness());
});

test('a broker that is not there ends it with TG_DEMO_FAILED', async () => {
  const unused = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => unused.once('listening', resolve));
  const { port } = unused.address() as { port: number };
  await new Promise((resolve) => unused.close(resolve));

  const run = runSensors({
    url: `mqtt://127.0.0.1:${port}`,
    sensors: sensors(),
    from: SENSOR_TIME_START,
    to: hours(1),
    speed: HOUR_MS,
    signal: new AbortController().signal,
  });

  await expect(run).rejects.toMatchObject({ code: 'TG_DEMO_FAILED', message: expect.stringContaining(String(port)) });
});
