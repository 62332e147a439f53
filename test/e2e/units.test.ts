import { expect, it } from 'vitest';
import type { DaemonProcess } from '../support/daemonProcess.ts';
import { daemonStage } from '../support/daemonStage.ts';
import { hasMosquitto } from '../support/mosquitto.ts';

const stage = daemonStage();

const start = (): DaemonProcess =>
  stage.run(
    'units',
    `threads: 0
defaults: {parse: lenient, time: {from: arrival}, publish: {min_interval: 0s}, model: {profile: tiny}}
streams: [{topic: plug/power, target: v}]`,
  );

/** Sends a reading. @returns the value that is published */
async function publishedOf(v: string): Promise<unknown> {
  const out = stage.topicOf('units', 'plug/power/v');
  const before = stage.probe.on(out).length;
  await stage.probe.publish('plug/power', JSON.stringify({ v }));
  await expect.poll(() => stage.probe.on(out).length).toBeGreaterThan(before);
  return (JSON.parse(stage.probe.on(out).at(-1) as string) as { y: number }).y;
}

it.skipIf(!hasMosquitto())(
  'the first reading after a crash is in the unit of those before it, and in its own once the stream was forgotten',
  async () => {
    const first = start();
    await first.logged('subscribed');
    expect(await publishedOf('1.2 kW')).toBe(1.2);
    first.kill('SIGKILL');
    await first.exited();

    const second = start();
    await second.logged('subscribed');
    expect(await publishedOf('950 W')).toBe(0.95);
    const request = stage.topicOf('units', 'bridge/request/forget');
    const response = stage.topicOf('units', 'bridge/response/forget');
    await stage.probe.publish(request, 'plug/power/v');
    await expect.poll(() => JSON.parse(stage.probe.on(response).at(-1) ?? 'null')).toMatchObject({ status: 'ok' });
    expect(await publishedOf('21 °C')).toBe(21);
  },
);
