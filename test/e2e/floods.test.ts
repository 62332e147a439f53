import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Probe, startProbe } from '../support/probe.ts';
import { expectQuickStop } from '../support/quickStop.ts';
import { rounds } from '../support/rounds.ts';

interface Health {
  readonly messages: number;
  readonly forecasts: number;
  readonly failures: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** More names than anything remembers: 1,024 is the least that the decoder holds, and half of it is sure. */
const TOPICS = rounds(1300, 2500);
/** Each of twelve fields: more streams than anything remembers, too. */
const DEVICES = rounds(110, 200);
/** Streams that come and go over the medium: more than the half of 1,024. */
const SURE = rounds(560, 700);

describe.skipIf(!hasMosquitto())('more streams than there is room for (real mosquitto)', () => {
  let broker: Mosquitto;
  let probe: Probe;
  let folder: string;
  const daemons: DaemonProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-floods-'));
    broker = await startMosquitto({ config: 'max_queued_messages 1000000\nmax_queued_bytes 0' });
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

  function start(name: string, mqtt = '', defaults = ''): DaemonProcess {
    const daemon = startDaemon(
      `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", client_id: ${name}, base_topic: tidegate/${name}${mqtt}}
limits: {streams: 20}
health: {interval: 1s}
defaults: {model: {profile: tiny}, time: {from: arrival}${defaults}}
streams: [{topic: ${name}/#}]
`,
      ...[['run'], [], join(folder, name)],
    );
    daemons.push(daemon);
    return daemon;
  }
  function health(name: string): Health | undefined {
    const last = probe.on(`tidegate/${name}/bridge/health`).findLast((payload) => payload !== '');
    return last === undefined ? undefined : JSON.parse(last);
  }
  /** Readings that the daemon has answered for, one way or the other. */
  function accounted(name: string): number {
    const { forecasts = 0, dropped = {} } = health(name) ?? {};
    return Object.values(dropped).reduce((sum, count) => sum + count, forecasts);
  }

  it('are answered or counted, one message each, with QoS 0', async () => {
    const daemon = start('names');
    await daemon.logged('subscribed');
    await probe.publishAll(Array.from({ length: TOPICS }, (_, i) => [`names/d${i}`, String(20 + (i % 7))]));
    await expect.poll(() => accounted('names')).toBe(TOPICS);
    expect(health('names')).toMatchObject({ messages: TOPICS, failures: 0 });
    await expectQuickStop(daemon);
  });

  it('are answered or counted, with twelve fields in a message', async () => {
    const daemon = start('fields');
    await daemon.logged('subscribed');
    const payload = JSON.stringify(Object.fromEntries(Array.from({ length: 12 }, (_, f) => [`f${f}`, 20 + f])));
    await probe.publishAll(Array.from({ length: DEVICES }, (_, i) => [`fields/d${i}`, payload]));
    await expect.poll(() => accounted('fields')).toBe(12 * DEVICES);
    expect(health('fields')?.failures).toBe(0);
    await expectQuickStop(daemon);
  });

  it('are learned, each reading once, with QoS 1 over kill -9 and stops while they come', async () => {
    // A stream that makes room is kept from its first reading on.
    const more = [', qos: 1', ', min_samples: 1, publish: {min_interval: 0s}'] as const;
    let daemon = start('sure', ...more);
    await daemon.logged('subscribed');
    const sent = probe.publishAll(Array.from({ length: SURE }, (_, i) => [`sure/d${i}`, String(20 + (i % 7))]));
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      await sleep(500);
      daemon.kill(signal);
      expect([signal, 0], daemon.log()).toContain(await daemon.exited());
      daemon = start('sure', ...more);
      await daemon.logged('subscribed');
    }
    await sent;
    await probe.publishAll(Array.from({ length: SURE }, (_, i) => [`sure/d${i}`, String(21 + (i % 7))]));
    const counts = (): ReadonlyMap<number, number> => {
      const seen = new Map<number, number>();
      for (let i = 0; i < SURE; i++) {
        const last = probe.on(`tidegate/sure/sure/d${i}`).findLast((payload) => payload !== '');
        const n = last === undefined ? 0 : JSON.parse(last).n;
        seen.set(n, (seen.get(n) ?? 0) + 1);
      }
      return seen;
    };
    // A look costs as much as the answers of all streams.
    await expect.poll(counts, { interval: 500 }).toEqual(new Map([[2, SURE]]));
    await expect.poll(() => health('sure')?.failures).toBe(0);
    await expectQuickStop(daemon);
  });
});
