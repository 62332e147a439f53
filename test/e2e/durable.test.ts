import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { StateHealth } from '../../src/state/stateHealth.ts';
import type { DaemonProcess } from '../support/daemonProcess.ts';
import { type DaemonStart, daemonStage, until } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';
import { expectQuickStop } from '../support/quickStop.ts';
import { canMount, mountTmpfs } from '../support/tmpfs.ts';

const START = Date.UTC(2026, 0, 5);
const timeOf = (i: number): string => new Date(START + 60_000 * i).toISOString();

/** Reading i of stream k. */
const readingOf = (k: number, i: number): readonly [topic: string, payload: string] => [
  `s/${k}`,
  JSON.stringify({
    v: Number((20 + k + 5 * Math.sin(i / 7 + k) + ((i * 7919) % 13) / 10).toFixed(2)),
    time: timeOf(i),
  }),
];

/** Readings `from` to `to` of all streams, in turn. */
function readings(streams: number, from: number, to: number): (readonly [string, string])[] {
  const all: (readonly [string, string])[] = [];
  for (let i = from; i < to; i++) for (let k = 0; k < streams; k++) all.push(readingOf(k, i));
  return all;
}

describe.skipIf(!hasMosquitto())('what was learned outlives the process (real mosquitto)', () => {
  const stage = daemonStage('max_queued_messages 100000\nmax_queued_bytes 0');

  /** A daemon of that name, on the state that one of the same name has left. */
  const start = (name: string, { more = '', ...how }: DaemonStart & { readonly more?: string } = {}): DaemonProcess =>
    stage.run(
      name,
      `threads: 0
defaults: {time: {from: message, sanity: off, zone: UTC}, publish: {min_interval: 0s}, model: {profile: tiny}, min_samples: 20}
streams: [{topic: s/+, target: v}]
${more}`,
      how,
    );
  const outOf = (name: string, k: number): string => stage.topicOf(name, `s/${k}/v`);
  /** The daemon's newest answer to a reading. */
  const answerTo = (name: string, k: number, i: number): string | undefined =>
    stage.probe.on(outOf(name, k)).findLast((payload) => payload.includes(`"ts":"${timeOf(i)}"`));

  async function answered(name: string, streams: number, i: number): Promise<void> {
    const missing = (): readonly number[] =>
      Array.from({ length: streams }, (_, k) => k).filter((k) => answerTo(name, k, i) === undefined);
    await until(
      () => `an answer of ${name} to reading ${i} of ${missing()}`,
      () => missing().length === 0 || undefined,
    );
  }

  it('every acknowledged reading, over kill -9 under load: as if nothing had been', async () => {
    const STREAMS = 3;
    const LOAD = 400;
    // Both learn all of everything, however slow the machine is.
    const unthinned = { more: 'limits: {thin_after: 0}' };
    let daemon = start('killed', unthinned);
    const other = start('spared', unthinned);
    await Promise.all([daemon.logged('subscribed'), other.logged('subscribed')]);
    // Which session it is was noted before anything was subscribed in it.
    expect(JSON.parse(readFileSync(join(stage.folder, 'killed', 'session.json'), 'utf8'))).toEqual({ position: 1 });

    // So many are under way while the process dies.
    let sent = 0;
    const load = (async (): Promise<void> => {
      for (; sent < LOAD; sent += 10) await stage.probe.publishAll(readings(STREAMS, sent, sent + 10));
    })();
    for (let kill = 1; kill <= 3; kill++) {
      while (sent < kill * 80) await sleep(1);
      daemon.kill('SIGKILL');
      await daemon.exited();
      daemon = start('killed', unthinned);
      await daemon.logged('subscribed');
    }
    await load;

    // The answer to the last one before may have died with the process: what it learned is asked by further readings.
    await stage.probe.publishAll(readings(STREAMS, LOAD, LOAD + 10));
    await answered('killed', STREAMS, LOAD + 9);
    await answered('spared', STREAMS, LOAD + 9);
    for (let k = 0; k < STREAMS; k++) {
      expect(JSON.parse(answerTo('killed', k, LOAD + 9) as string)).toMatchObject({ n: LOAD + 10 });
      for (let i = LOAD; i < LOAD + 10; i++)
        expect(answerTo('killed', k, i), `stream ${k}`).toBe(answerTo('spared', k, i));
    }
  });

  it('a stop and a start, with nothing but QoS 0: it goes on to the last digit; two at once do not', async () => {
    const STREAMS = 3;
    const qos0 = { mqtt: 'qos: 0' };
    const first = start('stopped', qos0);
    const other = start('running', qos0);
    await Promise.all([first.logged('subscribed'), other.logged('subscribed')]);
    await stage.probe.publishAll(readings(STREAMS, 0, 150));
    await answered('stopped', STREAMS, 149);

    const second = start('stopped', qos0);
    expect(await second.exited()).toBe(75);
    expect(second.log()).toContain('TG_STATE_LOCKED');

    first.kill('SIGTERM');
    expect(await first.exited()).toBe(0);
    const again = start('stopped', qos0);
    await again.logged('subscribed');
    await stage.probe.publishAll(readings(STREAMS, 150, 200));
    await answered('stopped', STREAMS, 199);
    await answered('running', STREAMS, 199);
    for (let k = 0; k < STREAMS; k++) {
      expect(JSON.parse(answerTo('stopped', k, 199) as string)).toMatchObject({ n: 200 });
      for (let i = 150; i < 200; i++) expect(answerTo('stopped', k, i), `stream ${k}`).toBe(answerTo('running', k, i));
    }
  });

  it('ends on SIGTERM with status 0 in under 5 s, with the states of 50 streams', async () => {
    const daemon = start('many', { mqtt: 'qos: 0' });
    await daemon.logged('subscribed');
    await stage.probe.publishAll(readings(50, 0, 30));
    await answered('many', 50, 29);

    // A machine that is too slow for it leaves the rest to the journal.
    if (!(await expectQuickStop(daemon))) return;
    const health = stage.health('many');
    expect(health.state).toMatchObject({ degraded: [], uncommitted: 0, acks_pending: 0, streams_stored: 50 });
  });

  it.skipIf(!canMount())('goes on forecasting on a full disk, says so, and recovers when there is space', async () => {
    const disk = mountTmpfs(12 * 1024 * 1024);
    const ballast = join(disk.folder, 'ballast');
    let running: DaemonProcess | undefined;
    try {
      // The disk is full before the journal has its first segment, which is made when the broker begins a session.
      stage.broker.pause();
      const daemon = start('full', { more: 'health: {interval: 1s}', state: join(disk.folder, 'state') });
      running = daemon;
      await daemon.logged('state created');
      disk.fill(ballast);
      stage.broker.resume();
      await daemon.logged('subscribed');
      await stage.probe.publishAll(readings(2, 0, 50));
      await answered('full', 2, 49);
      const health = (isSo: (state: StateHealth) => boolean): Promise<true> =>
        until(
          () => `a health that says so: ${JSON.stringify(stage.health('full'))}\n${daemon.log()}`,
          () => isSo(stage.health('full')?.state ?? {}) || undefined,
        );
      await health(({ degraded, acks_pending }) => degraded?.includes('not-written') && acks_pending === 100);
      await stage.probe.publishAll(readings(2, 50, 60));
      await answered('full', 2, 59);

      rmSync(ballast);
      await health(({ degraded, uncommitted, acks_pending }) => degraded?.length + uncommitted + acks_pending === 0);
      await stage.probe.publishAll(readings(2, 60, 61));
      await answered('full', 2, 60);
      expect(JSON.parse(answerTo('full', 1, 60) as string)).toMatchObject({ n: 61 });
    } finally {
      await running?.dispose();
      disk.unmount();
    }
  });
});
