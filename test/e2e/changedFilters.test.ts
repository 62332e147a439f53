import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Probe, startProbe } from '../support/probe.ts';

describe.skipIf(!hasMosquitto())('a configuration that is changed while the broker keeps our session', () => {
  let broker: Mosquitto;
  let probe: Probe;
  let folder: string;
  let daemon: DaemonProcess | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-filters-'));
    broker = await startMosquitto();
    probe = await startProbe(broker.port);
  });

  afterAll(async () => {
    await daemon?.dispose();
    await probe?.end();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(streams: string): Promise<DaemonProcess> {
    daemon = startDaemon(
      `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", qos: 1, client_id: daemon}
state: {dir: ${folder}, durability: journal}
defaults: {publish: {min_interval: 0s}, time: {from: arrival}, model: {experts: [last_value]}}
streams: [${streams}]
threads: 0
`,
    );
    await daemon.logged('subscribed');
    return daemon;
  }

  async function stop(it: DaemonProcess): Promise<void> {
    it.kill('SIGTERM');
    expect(await it.exited()).toBe(0);
  }

  it('takes what came for the old one while it was away, and afterwards each message once', async () => {
    await stop(await run('{topic: "s/#"}, {topic: "gone/#"}'));
    await probe.publish('s/a', '1');
    const second = await run('{topic: "s/+"}');
    expect(JSON.parse((await probe.seen('tidegate/s/a', 1))[0] as string).n).toBe(1);
    // One gives up the old filters, one follows the acknowledgement of the message.
    await expect.poll(() => broker.log().split('Received UNSUBSCRIBE from daemon').length - 1).toBe(2);
    for (let i = 2; i <= 10; i++) {
      await probe.publish('gone/a', '1');
      await probe.publish('s/a', String(i));
      expect(JSON.parse((await probe.seen('tidegate/s/a', i)).at(-1) as string).n).toBe(i);
    }
    // A second copy might have been dropped for its equal time: the broker has sent none.
    const sent = broker
      .log()
      .split('\n')
      .filter((line) => line.includes('Sending PUBLISH to daemon'));
    expect(sent.filter((line) => line.includes("'s/a'"))).toHaveLength(10);
    expect(sent.filter((line) => line.includes("'gone/a'"))).toEqual([]);
    await stop(second);
  });
});
