import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { TidegateError } from '../../../domain/errors.ts';
import type { DurationMs, EpochMs } from '../../../domain/time.ts';
import type { Sensor } from './sensor.ts';

/** Wall time, as an argument. `sleep` ends early and without error when the signal aborts. */
export interface Timers {
  /** Monotone, in milliseconds. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface RunSensorsOptions {
  readonly url: string;
  readonly sensors: readonly Sensor[];
  /** Sensor time of the first reading. */
  readonly from: EpochMs;
  /** Sensor time at which it ends; Infinity: only the signal ends it. */
  readonly to: EpochMs;
  /** Sensor milliseconds per wall millisecond: span / wall time. */
  readonly speed: number;
  readonly signal: AbortSignal;
  readonly timers?: Timers;
  /** Time that the broker may take for one batch before it counts as lost. */
  readonly stallTimeoutMs?: DurationMs;
}

/** Messages that the broker has acknowledged. */
export interface SensorRun {
  readonly published: number;
}

/** Messages on their way to the broker at once; also the size of a burst after a pause. */
const MAX_IN_FLIGHT = 64;
const TICK_MS = 20;
const DEFAULT_STALL_MS = 10_000;

const SYSTEM_TIMERS: Timers = {
  now: () => performance.now(),
  // The only way for this sleep to fail is the abort, and that is a normal end.
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** Lets every sensor publish over a connection of its own, in accelerated sensor time at an even pace. */
export async function runSensors(options: RunSensorsOptions): Promise<SensorRun> {
  const clients = await connectAll(options);
  let clean = false;
  try {
    const published = await publishAll(options, clients);
    clean = !options.signal.aborted;
    return { published };
  } finally {
    await Promise.all(clients.map((client) => client.endAsync(!clean)));
  }
}

async function connectAll({ url, sensors }: RunSensorsOptions): Promise<MqttClient[]> {
  const tries = await Promise.allSettled(
    sensors.map(({ name }) => connectAsync(url, { clientId: `sensor-${name}`, connectTimeout: 5_000 }, false)),
  );
  const clients = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = tries.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    throw new TidegateError('TG_DEMO_FAILED', `the sensors cannot reach ${url}`, { cause: failure.reason });
  }
  // An `error` without a listener would end the process. A lost broker shows as a stall.
  for (const client of clients) client.on('error', () => undefined);
  return clients;
}

interface Publisher {
  readonly sensor: Sensor;
  readonly client: MqttClient;
  next: number;
}

async function publishAll(options: RunSensorsOptions, clients: readonly MqttClient[]): Promise<number> {
  const { sensors, from, to, speed, signal, timers = SYSTEM_TIMERS } = options;
  const publishers = sensors.map((sensor, i): Publisher => ({ sensor, client: clients[i], next: from }));
  const startedAt = timers.now();
  let published = 0;
  while (!signal.aborted && publishers.some(({ next }) => next < to)) {
    const until = Math.min(from + (timers.now() - startedAt) * speed, to - 1);
    const batch = publishDue(publishers, until);
    if (await isTaken(Promise.all(batch), options)) published += batch.length;
    await timers.sleep(batch.length === MAX_IN_FLIGHT ? 0 : TICK_MS, signal);
  }
  return published;
}

/** Sends what is due, oldest first over all sensors, some MAX_IN_FLIGHT at most. A label goes behind the reading that it comes with. */
function publishDue(publishers: readonly Publisher[], until: number): Promise<unknown>[] {
  const batch: Promise<unknown>[] = [];
  while (batch.length < MAX_IN_FLIGHT) {
    const due = publishers.reduce((first, publisher) => (publisher.next < first.next ? publisher : first));
    if (due.next > until) break;
    const { topic, periodMs, labels } = due.sensor;
    // QoS 1: only an acknowledged message bounds what waits in sockets and in the broker.
    batch.push(due.client.publishAsync(topic, due.sensor.payload(due.next as EpochMs), { qos: 1 }));
    const label = labels?.due(due.next as EpochMs);
    if (labels !== undefined && label !== undefined)
      batch.push(due.client.publishAsync(labels.topic, label, { qos: 1 }));
    due.next += periodMs;
  }
  return batch;
}

/** Waits for a batch: false where the run is aborted first. Gives up on a broker that takes nothing for too long. */
async function isTaken(
  batch: Promise<unknown>,
  { url, signal, timers = SYSTEM_TIMERS, stallTimeoutMs = DEFAULT_STALL_MS as DurationMs }: RunSensorsOptions,
): Promise<boolean> {
  // Not AbortSignal.any: on Node 20 each one stays registered with the long-lived signal.
  const waiting = new AbortController();
  const stopWaiting = () => waiting.abort();
  signal.addEventListener('abort', stopWaiting);
  if (signal.aborted) stopWaiting();
  const timeout = timers
    .sleep(stallTimeoutMs, waiting.signal)
    .then(() => (waiting.signal.aborted ? 'aborted' : 'stalled'));
  const outcome = await Promise.race([batch.then(() => 'taken'), timeout]).finally(() => {
    signal.removeEventListener('abort', stopWaiting);
    stopWaiting();
  });
  if (outcome === 'stalled')
    throw new TidegateError('TG_DEMO_FAILED', `the broker at ${url} has taken no message for ${stallTimeoutMs} ms`);
  return outcome === 'taken';
}
