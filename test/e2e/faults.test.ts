import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MAIN } from '../support/built.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, type Mosquitto, type MosquittoOptions, startMosquitto } from '../support/mosquitto.ts';
import { type Probe, startProbe } from '../support/probe.ts';
import { expectQuickStop } from '../support/quickStop.ts';

const BRIDGE_STATE = 'tidegate/bridge/state';

describe.skipIf(!hasMosquitto())('the daemon and a world that misbehaves (real mosquitto)', () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const start = async (options: MosquittoOptions = {}): Promise<Mosquitto> => {
    const broker = await startMosquitto(options);
    cleanups.push(() => broker.stop());
    return broker;
  };
  const run = (port: number, mqtt = '', streams = '[{topic: s/+}]'): DaemonProcess => {
    const daemon = startDaemon(`mqtt: {server: "mqtt://127.0.0.1:${port}"${mqtt}}\nstreams: ${streams}\n`);
    cleanups.push(() => daemon.dispose());
    return daemon;
  };
  const probeOf = async (broker: Mosquitto): Promise<Probe> => {
    const probe = await startProbe(broker.port);
    cleanups.push(() => probe.end());
    return probe;
  };

  it('is announced offline by its will after kill -9, and online again by its next start', async () => {
    const broker = await start();
    const probe = await probeOf(broker);
    const first = run(broker.port);
    await probe.latest(BRIDGE_STATE, '{"state":"online"}');

    first.kill('SIGKILL');
    await probe.latest(BRIDGE_STATE, '{"state":"offline"}');
    expect(await first.exited()).toBe('SIGKILL');

    run(broker.port);
    await probe.latest(BRIDGE_STATE, '{"state":"online"}');
  });

  it('ends on SIGTERM with status 0 in under 5 s, everything answered and said goodbye', async () => {
    const broker = await start();
    const probe = await probeOf(broker);
    const daemon = run(broker.port, '', '[{topic: s/+, publish: {min_interval: 0}}]');
    await probe.latest(BRIDGE_STATE, '{"state":"online"}');
    // Longer than what is read: the broker sends it all the same, and it is counted.
    await probe.publish('s/big', 'x'.repeat(1_500_000));
    for (let i = 0; i < 200; i++) await probe.publish(`s/${i % 20}`, String(i));
    // Each stream is here; on a calm machine most of the others are under way.
    await probe.seen('tidegate/s/19', 1);

    const isAnswered = await expectQuickStop(daemon);

    await probe.latest(BRIDGE_STATE, '{"state":"offline"}');
    await probe.latest('tidegate/s/7/availability', '{"state":"offline"}');
    const health = JSON.parse((await probe.seen('tidegate/bridge/health', 1)).at(-1) as string);
    const dropped = Object.values<number>(health.dropped).reduce((sum, count) => sum + count, 0);
    expect(health.dropped['too-large']).toBe(1);
    expect(health.messages).toBeGreaterThan(isAnswered ? 150 : 19);
    if (isAnswered) expect(health.forecasts + dropped).toBe(health.messages);
    else expect(health.forecasts + dropped).toBeLessThanOrEqual(health.messages);
    const published = Array.from({ length: 20 }, (_, i) => probe.on(`tidegate/s/${i}`).length);
    expect(published.reduce((sum, count) => sum + count, 0)).toBe(health.forecasts);
  });

  it('forecasts on after the broker was killed and started again', async () => {
    const broker = await start();
    const daemon = run(broker.port);
    await daemon.logged('subscribed');

    await broker.kill();
    await daemon.logged('broker disconnected');
    const before = daemon.log().length;
    await broker.restart();
    await daemon.logged('subscribed', before);

    const probe = await probeOf(broker);
    await probe.latest(BRIDGE_STATE, '{"state":"online"}');
    await probe.publish('s/a', '21.5');
    const [payload] = await probe.seen('tidegate/s/a', 1);
    expect(JSON.parse(payload as string)).toMatchObject({ y: 21.5, forecast_at: { 1: { yhat: 21.5 } } });
  });

  it('says that the password is wrong, stays, and goes on once the broker takes it', async () => {
    const broker = await start({ users: { tide: 'other' } });
    const daemon = run(broker.port, ', user: tide, password: s3cret-canary');
    await daemon.logged('check mqtt.user and mqtt.password');
    expect(daemon.child.exitCode).toBeNull();

    broker.setUsers({ tide: 's3cret-canary' });
    await daemon.logged('subscribed');
    expect(daemon.log()).not.toContain('s3cret-canary');
  });

  it('says that the host cannot be reached, tries on, and still ends cleanly', async () => {
    const daemon = run(1);
    await daemon.logged('ECONNREFUSED');
    daemon.kill('SIGTERM');
    expect(await daemon.exited()).toBe(0);
  });

  it('answers a one-shot command about an unreachable broker with status 69, a refused one with 77', async () => {
    const broker = await start({ users: { tide: 'right' } });
    const check = (port: number, mqtt: string): { status: number | null; stderr: string } => {
      const folder = mkdtempSync(join(tmpdir(), 'tidegate-check-'));
      const file = join(folder, 'c.yaml');
      writeFileSync(file, `mqtt: {server: "mqtt://127.0.0.1:${port}"${mqtt}}\nstreams: [{topic: a}]\n`, {
        mode: 0o600,
      });
      const { status, stderr } = spawnSync(
        process.execPath,
        [MAIN, 'check', '--connect', '--seconds', '1', '-c', file],
        {
          encoding: 'utf8',
        },
      );
      rmSync(folder, { recursive: true });
      return { status, stderr };
    };
    expect(check(1, '')).toMatchObject({ status: 69, stderr: expect.stringContaining('TG_BROKER_UNREACHABLE') });
    expect(check(broker.port, ', user: tide, password: wrong')).toMatchObject({ status: 77 });
    expect(check(broker.port, ', user: tide, password: right')).toMatchObject({ status: 0, stderr: '' });
  });

  it('ends with status 78 and names file, line and column of a wrong configuration', async () => {
    const daemon = startDaemon('mqtt: {server: "mqtt://127.0.0.1:1"}\nstreams:\n  - topic: a\n    horizon: [1]\n');
    cleanups.push(() => daemon.dispose());
    expect(await daemon.exited()).toBe(78);
    expect(daemon.log()).toMatch(/tidegate\.yaml:4:5: .*horizons/);
    expect(daemon.log()).toContain('TG_CONFIG_INVALID');
  });
});
