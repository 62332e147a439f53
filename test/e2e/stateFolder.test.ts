import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it, type TestContext } from 'vitest';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { startProbe } from '../support/probe.ts';
import { canMount, mountTmpfs, type Tmpfs } from '../support/tmpfs.ts';

const START = Date.UTC(2026, 0, 5);
const MIB = 1024 * 1024;
/** Only what never comes takes this time: a machine may be ten times slower, or busy. */
const LONGEST_WAIT_MS = 100_000;

/** A broker, a client beside the daemons, and daemons, of one test: tests run beside each other, since most of each is a wait for the next try. */
async function startStage(onTestFinished: TestContext['onTestFinished']) {
  const base = mkdtempSync(join(tmpdir(), 'tidegate-folder-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const broker = await startMosquitto({ config: 'max_queued_messages 100000\nmax_queued_bytes 0' });
  onTestFinished(() => broker.stop());
  const probe = await startProbe(broker.port);
  onTestFinished(() => probe.end());
  const daemons: DaemonProcess[] = [];
  const disposeAll = async (): Promise<void> => {
    for (const daemon of daemons.splice(0)) await daemon.dispose();
  };
  onTestFinished(disposeAll);
  let next = 0;

  function start(state = join(base, 'state')): DaemonProcess {
    const config = `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", client_id: pi, qos: 1}
threads: 0
health: {interval: 1s}
defaults: {time: {from: message, sanity: off, zone: UTC}, publish: {min_interval: 0s}, model: {profile: tiny}, min_samples: 20}
streams: [{topic: s/+, target: v}]
`;
    const daemon = startDaemon(config, ['run'], [], state);
    daemons.push(daemon);
    return daemon;
  }

  /** Sends `count` readings of one stream. */
  async function send(count: number): Promise<void> {
    const readings = Array.from({ length: count }, (_, i) => {
      const time = new Date(START + 60_000 * (next + i)).toISOString();
      return ['s/a', JSON.stringify({ v: 20 + Math.sin((next + i) / 7), time })] as const;
    });
    next += count;
    await probe.publishAll(readings);
  }

  const newest = (): { n?: number } => JSON.parse(probe.on('tidegate/s/a/v').at(-1) ?? '{}');
  const acksPending = (): number | undefined =>
    JSON.parse(probe.on('tidegate/bridge/health').at(-1) ?? '{}').state?.acks_pending;

  async function until(what: string, isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + LONGEST_WAIT_MS; !isSo(); await sleep(20)) {
      if (Date.now() > end) throw new Error(`not ${what}: n ${newest().n}\n${daemons.at(-1)?.log()}`);
    }
  }
  const learned = (n: number): Promise<void> => until(`n ${n}`, () => newest().n === n);
  const acknowledged = (): Promise<void> => until('acknowledged', () => acksPending() === 0);
  /** A health of the time from here on. */
  const health = (): Promise<void> => {
    const before = probe.on('tidegate/bridge/health').length;
    return until('a health', () => probe.on('tidegate/bridge/health').length > before);
  };
  return { base, probe, start, disposeAll, send, learned, acknowledged, health };
}

describe.skipIf(!hasMosquitto()).concurrent('the state folder of a daemon (real mosquitto)', () => {
  it.for(['removed', 'unmounted'])(
    'may be %s while it runs: what it acknowledges is written anew',
    async (how, { onTestFinished }) => {
      const { base, start, send, learned, acknowledged, health } = await startStage(onTestFinished);
      if (how === 'unmounted' && !canMount()) return;
      const disk: Tmpfs | undefined = how === 'unmounted' ? mountTmpfs(32 * MIB) : undefined;
      const state = disk === undefined ? join(base, 'state') : disk.folder;
      let daemon = start(state);
      await daemon.logged('subscribed');
      await send(60);
      await learned(60);
      await acknowledged();

      if (disk === undefined) rmSync(state, { recursive: true });
      else disk.detach();
      await send(40);
      await daemon.logged('state write failed');
      await daemon.logged('state write recovered');
      await learned(100);
      await health();
      await acknowledged();

      daemon.kill('SIGKILL');
      await daemon.exited();
      daemon = start(state);
      await daemon.logged('state opened');
      await send(1);
      await learned(101);
      await daemon.dispose();
      disk?.unmount();
    },
  );

  it('is read where the disk is full at the start; nothing else is published in its place', async ({
    onTestFinished,
  }) => {
    if (!canMount()) return;
    const { start, disposeAll, send, learned, acknowledged } = await startStage(onTestFinished);
    const disk = mountTmpfs(32 * MIB);
    try {
      const state = join(disk.folder, 'state');
      const first = start(state);
      await first.logged('subscribed');
      await send(60);
      await learned(60);
      await acknowledged();
      first.kill('SIGKILL');
      await first.exited();
      rmSync(join(state, 'reserve'), { force: true });
      disk.fill(join(disk.folder, 'ballast'));

      const second = start(state);
      await second.logged('state write failed');
      await second.logged('state opened');
      await send(10);
      await learned(70);
      rmSync(join(disk.folder, 'ballast'));
      await second.logged('state write recovered');
      second.kill('SIGKILL');
      await second.exited();
      const third = start(state);
      await third.logged('state opened');
      await send(1);
      await learned(71);
      await third.dispose();
    } finally {
      await disposeAll();
      disk.unmount();
    }
  });

  it('is waited for where it cannot be taken, until it can; a stop ends the wait', async ({
    expect,
    onTestFinished,
  }) => {
    const { base, probe, start, send, learned, acknowledged } = await startStage(onTestFinished);
    const state = join(base, 'state');
    const first = start(state);
    await first.logged('subscribed');
    await send(30);
    await learned(30);
    await acknowledged();
    first.kill('SIGTERM');
    await first.exited();
    const said = probe.on('tidegate/s/a/v').length;
    // A folder in the place of a file cannot be opened, by any user.
    const moved = join(base, 'moved');
    rmSync(moved, { recursive: true, force: true });
    renameSync(join(state, 'state.sqlite'), moved);
    mkdirSync(join(state, 'state.sqlite'));
    writeFileSync(join(state, 'state.sqlite', 'x'), '');

    const second = start(state);
    await second.logged('state unreadable');
    await send(5);
    await sleep(2000);
    expect(probe.on('tidegate/s/a/v')).toHaveLength(said);
    expect(second.log()).not.toContain('subscribed');
    second.kill('SIGTERM');
    expect(await second.exited()).toBe(0);

    const third = start(state);
    await third.logged('state unreadable');
    rmSync(join(state, 'state.sqlite'), { recursive: true });
    renameSync(moved, join(state, 'state.sqlite'));
    await third.logged('state opened');
    await learned(35);
  });
});
