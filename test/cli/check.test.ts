import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { runInProcess } from '../support/runInProcess.ts';

let folder: string;
let broker: Mosquitto;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
});

afterEach(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true });
});

async function check(topics: readonly string[], ...args: readonly string[]): Promise<{ exit: number; out: string }> {
  const streams = topics.map((topic) => ({ topic, model: { profile: 'tiny', kernel: 'plain', hidden: 4 } }));
  const server = `mqtt://127.0.0.1:${broker.port}`;
  writeFileSync(join(folder, 'c.yaml'), JSON.stringify({ mqtt: { server }, streams }));
  const { exit, both: out } = await runInProcess(folder, ['check', '-c', 'c.yaml', ...args]);
  return { exit, out };
}

describe.skipIf(!hasMosquitto())('check --connect', () => {
  it('says of each topic what came, or that nothing did, and why that may be', async () => {
    broker = await startMosquitto({
      acl: 'topic readwrite tidegate/#\ntopic readwrite zigbee2mqtt/#\ntopic write sensors/#\n',
    });
    const sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    await sensor.publishAsync('zigbee2mqtt/hall', '{"temperature":21.5}', { retain: true });
    const live = setInterval(() => void sensor.publishAsync('sensors/a', '1'), 50);
    const { exit, out } = await check(['zigbee2mqtt/+', 'zigbe2mqtt/+', 'sensors/#'], '--connect', '--seconds', '0.6');
    clearInterval(live);
    await sensor.endAsync();
    expect(exit).toBe(0);
    expect(out).toContain('zigbee2mqtt/+: zigbee2mqtt/hall (retained) {"temperature":21.5}\n');
    expect(out).toContain(
      'zigbe2mqtt/+: nothing within 0.6 s; did you mean zigbee2mqtt/+? zigbee2mqtt/hall was heard\n',
    );
    expect(out.replaceAll(/\n {2}/g, ' ')).toContain(
      'sensors/#: nothing within 0.6 s: is it spelled as the sensors publish it, and may this user read there?\n',
    );
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('does not wait once each has had a message, and tells it as JSON too', async () => {
    broker = await startMosquitto();
    const sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    await sensor.publishAsync('a/b', '1', { retain: true });
    await sensor.endAsync();
    const since = performance.now();
    const { out } = await check(['a/+'], '--connect', '--seconds', '600', '--json');
    expect(performance.now() - since).toBeLessThan(120_000);
    expect(JSON.parse(out).topics).toEqual([
      { filter: 'a/+', refused: null, messages: 1, first: 'a/b', retained: true, near: null },
    ]);
  });
});
