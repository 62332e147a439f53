import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DaemonProcess } from '../support/daemonProcess.ts';
import { daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';

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
  const stage = daemonStage('max_queued_messages 100000\nmax_queued_bytes 0');

  /** On the state that one of the same name has left. */
  const start = (name: string): DaemonProcess =>
    stage.run(
      name,
      `threads: 0
health: {interval: 1s}
defaults: {publish: {min_interval: 0s}, model: {profile: tiny}, anomaly: {range: [-1000, 1000]}}
streams: [{topic: ${name}/+, target: v}]`,
    );

  const states = (name: string, topic: string): State[] =>
    stage.probe.on(stage.topicOf(name, `${name}/${topic}/v`)).map((text) => JSON.parse(text) as State);

  async function learned(name: string, topic: string, count: number): Promise<void> {
    await until(
      () => `${count} readings of ${topic}: ${JSON.stringify(states(name, topic).at(-1))}`,
      () => states(name, topic).at(-1)?.n === count || undefined,
    );
  }

  const payloadOf = (v: number, time?: string | number): string => JSON.stringify({ v, time });

  it('of three hours every reading that the broker has collected is learned, at its own time', async () => {
    const name = 'away';
    const begin = Date.now() - 3 * HOUR;
    const first = start(name);
    await first.logged('topic filters subscribed');
    for (const seconds of CADENCES)
      await stage.probe.publish(`${name}/${seconds}`, payloadOf(0, begin - seconds * 1000));
    for (const seconds of CADENCES) await learned(name, `${seconds}`, 1);
    first.kill('SIGTERM');
    await first.exited();

    const collected = CADENCES.flatMap((seconds) =>
      Array.from({ length: (3 * HOUR) / (seconds * 1000) }, (_, i) => ({ seconds, i, at: begin + i * seconds * 1000 })),
    ).sort((a, b) => a.at - b.at);
    const isOutside = (seconds: number, i: number): boolean => i === 1 || i === (3 * HOUR) / (seconds * 1000) - 1;
    await stage.probe.publishAll(
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
    await first.logged('topic filters subscribed');
    for (let i = 0; i < 4; i++) {
      await stage.probe.publish(`${name}/x`, payloadOf(i));
      await learned(name, 'x', i + 1);
      await sleep(300);
    }
    first.kill('SIGKILL');
    await first.exited();
    await sleep(4000);
    await stage.probe.publishAll(Array.from({ length: 9 }, (_, i) => [`${name}/x`, payloadOf(i)]));
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
    await daemon.logged('topic filters subscribed');
    const now = Date.now();
    await stage.probe.publishAll([
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
      () => `10 replaced times, but ${replacedBy(name)}`,
      () => replacedBy(name) === 10 || undefined,
    );
  });

  function replacedBy(name: string): number {
    return stage.health(name)?.times_replaced ?? 0;
  }
});
