import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Probe, startProbe } from '../support/probe.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Seconds between two readings of the sensors; each has its topic. */
const CADENCES = [30, 60, 300] as const;

interface State {
  readonly n: number;
  readonly ts: string;
  readonly late?: boolean;
  readonly anomaly: boolean;
}

describe.skipIf(!hasMosquitto())('after an outage (real mosquitto)', () => {
  let broker: Mosquitto;
  let probe: Probe;
  let folder: string;
  const daemons: DaemonProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-outage-'));
    broker = await startMosquitto({ config: 'max_queued_messages 100000\nmax_queued_bytes 0' });
    probe = await startProbe(broker.port);
  });
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.dispose();
  });
  afterAll(async () => {
    await probe?.end();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** On the state that one of the same name has left. */
  function start(name: string): DaemonProcess {
    const daemon = startDaemon(
      `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", client_id: ${name}, base_topic: tidegate/${name}, qos: 1}
threads: 0
health: {interval: 1s}
defaults: {publish: {min_interval: 0s}, model: {profile: tiny}, anomaly: {range: [-1000, 1000]}}
streams: [{topic: ${name}/+, target: v}]
`,
      ['run'],
      [],
      join(folder, name),
    );
    daemons.push(daemon);
    return daemon;
  }

  const states = (name: string, topic: string): State[] =>
    probe.on(`tidegate/${name}/${name}/${topic}/v`).map((text) => JSON.parse(text) as State);

  async function until(isDone: () => boolean, what: () => string): Promise<void> {
    for (const end = Date.now() + 60_000; !isDone(); await sleep(20)) if (Date.now() > end) throw new Error(what());
  }

  async function learned(name: string, topic: string, count: number): Promise<void> {
    await until(
      () => states(name, topic).at(-1)?.n === count,
      () => `${topic}: ${JSON.stringify(states(name, topic).at(-1))}, not ${count}`,
    );
  }

  const payloadOf = (v: number, time?: string | number): string => JSON.stringify({ v, time });

  it('of three hours every reading that the broker has collected is learned, at its own time', async () => {
    const name = 'away';
    const begin = Date.now() - 3 * HOUR;
    const first = start(name);
    await first.logged('"subscribed"');
    for (const seconds of CADENCES) await probe.publish(`${name}/${seconds}`, payloadOf(0, begin - seconds * 1000));
    for (const seconds of CADENCES) await learned(name, `${seconds}`, 1);
    first.kill('SIGTERM');
    await first.exited();

    const collected = CADENCES.flatMap((seconds) =>
      Array.from({ length: (3 * HOUR) / (seconds * 1000) }, (_, i) => ({ seconds, i, at: begin + i * seconds * 1000 })),
    ).sort((a, b) => a.at - b.at);
    const isOutside = (seconds: number, i: number): boolean => i === 1 || i === (3 * HOUR) / (seconds * 1000) - 1;
    await probe.publishAll(
      collected.map(({ seconds, i, at }) => [
        `${name}/${seconds}`,
        payloadOf(isOutside(seconds, i) ? 5000 : i, new Date(at).toISOString()),
      ]),
    );
    start(name);
    for (const seconds of CADENCES) {
      const times = collected.filter((one) => one.seconds === seconds).map(({ at }) => at);
      await learned(name, `${seconds}`, times.length + 1);
      const published = states(name, `${seconds}`).slice(-times.length);
      expect(published.map(({ ts }) => Date.parse(ts))).toEqual(times);
      // Both are out of range: one three hours ago, one now.
      const [old, now] = [published[1] as State, published.at(-1) as State];
      expect([old.late, old.anomaly, now.late, now.anomaly]).toEqual([true, false, undefined, true]);
    }
    expect(replacedBy(name)).toBe(0);
  });

  it('readings without a time are learned at the interval at which their sensor sends', async () => {
    const name = 'timeless';
    const first = start(name);
    await first.logged('"subscribed"');
    for (let i = 0; i < 4; i++) {
      await probe.publish(`${name}/x`, payloadOf(i));
      await learned(name, 'x', i + 1);
      await sleep(300);
    }
    first.kill('SIGKILL');
    await first.exited();
    await sleep(4000);
    await probe.publishAll(Array.from({ length: 9 }, (_, i) => [`${name}/x`, payloadOf(i)]));
    start(name);
    await learned(name, 'x', 13);
    const times = states(name, 'x').map(({ ts }) => Date.parse(ts));
    const intervals = times.slice(-9).map((at, i) => at - (times.at(i - 10) as number));
    expect(Math.min(...intervals)).toBeGreaterThan(200);
    expect(Math.max(...intervals) - Math.min(...intervals)).toBeLessThan(2);
  });

  it('of a gateway, and from clocks that were never set, nothing is lost', async () => {
    const name = 'gateway';
    const daemon = start(name);
    await daemon.logged('"subscribed"');
    const now = Date.now();
    await probe.publishAll([
      ...Array.from({ length: 180 }, (_, i) => [`${name}/buffer`, payloadOf(i, now - (180 - i) * MINUTE)] as const),
      [`${name}/buffer`, payloadOf(180, now)],
      ...[7, 8, 7, 9, 8].map((second) => [`${name}/asleep`, payloadOf(1, `1970-01-01T00:00:0${second}`)] as const),
      ...[0, 1, 2, 3, 4].map((i) => [`${name}/uptime`, payloadOf(1, 8000 + 3 * i)] as const),
    ]);
    await learned(name, 'buffer', 181);
    for (const topic of ['asleep', 'uptime']) {
      await learned(name, topic, 5);
      for (const { ts } of states(name, topic)) expect(Math.abs(Date.parse(ts) - now)).toBeLessThan(20_000);
    }
    expect(states(name, 'buffer').map(({ ts }) => Date.parse(ts))).toEqual(
      Array.from({ length: 181 }, (_, i) => now - (180 - i) * MINUTE),
    );
    await until(
      () => replacedBy(name) === 10,
      () => `${replacedBy(name)} times were replaced`,
    );
  });

  function replacedBy(name: string): number {
    const health = probe.on(`tidegate/${name}/bridge/health`).at(-1) ?? '{}';
    return (JSON.parse(health) as { times_replaced?: number }).times_replaced ?? 0;
  }
});
