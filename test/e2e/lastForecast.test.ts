import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DaemonProcess } from '../support/daemonProcess.ts';
import { daemonStage } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';

const START = Date.UTC(2026, 0, 5);
const STREAMS = 5;
const READINGS = 40;
const timeOf = (i: number): string => new Date(START + 60_000 * i).toISOString();

describe.skipIf(!hasMosquitto())('the forecast of the last reading before a crash', () => {
  const stage = daemonStage();

  const start = (): DaemonProcess =>
    stage.run(
      'last',
      `threads: 0
defaults: {time: {sanity: off, zone: UTC}, publish: {min_interval: 0s}, model: {profile: tiny}, min_samples: 20}
streams: [{topic: s/+, target: v}]`,
    );
  const outOf = (k: number): string => stage.topicOf('last', `s/${k}/v`);
  const last = (k: number): { ts: string; n: number } | undefined =>
    JSON.parse(stage.probe.on(outOf(k)).at(-1) || 'null') ?? undefined;
  const streams = Array.from({ length: STREAMS }, (_, k) => k);

  it('goes out at the next start, without another reading, and is the same', async () => {
    const first = start();
    await first.logged('subscribed');
    for (let i = 0; i < READINGS; i++) {
      await stage.probe.publishAll(
        streams.map((k) => [`s/${k}`, JSON.stringify({ v: 20 + k + Math.sin(i / 5), time: timeOf(i) })]),
      );
    }
    await expect.poll(() => streams.map((k) => last(k)?.n)).toEqual(Array(STREAMS).fill(READINGS));
    const told = streams.map((k) => stage.probe.on(outOf(k)).at(-1));
    // Longer than a commit may wait: everything is acknowledged.
    await sleep(1500);
    first.kill('SIGKILL');
    await first.exited();
    // As if it had died just before it published them.
    for (const k of streams) await stage.probe.publish(outOf(k), '', { retain: true });
    await expect.poll(() => streams.map((k) => stage.probe.on(outOf(k)).at(-1))).toEqual(Array(STREAMS).fill(''));

    const second = start();
    await second.logged('subscribed');
    await expect.poll(() => streams.map((k) => stage.probe.on(outOf(k)).at(-1))).toEqual(told);
    expect(streams.map((k) => last(k)?.ts)).toEqual(Array(STREAMS).fill(timeOf(READINGS - 1)));
  });
});
