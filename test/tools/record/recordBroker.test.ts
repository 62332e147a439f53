import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../../src/adapters/broker/embeddedBroker.ts';
import { runInProcess } from '../../support/runInProcess.ts';

let broker: EmbeddedBroker;
let sensor: MqttClient;
let folder: string;
let run = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-'));
  broker = await startEmbeddedBroker({});
  sensor = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  const exposes = [{ type: 'numeric', property: 'temperature', unit: '°C' }];
  const devices = JSON.stringify([{ friendly_name: 'loft', definition: { exposes } }]);
  await sensor.publishAsync('zigbee2mqtt/bridge/devices', devices, { retain: true });
  await sensor.publishAsync('zigbee2mqtt/loft', '{"temperature":3,"linkquality":1}', { retain: true });
});
afterAll(async () => {
  await sensor.endAsync();
  await broker.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  run++;
});

/** Runs a command while the sensor sends a reading and bytes every 50 ms, and ends it when the predicate holds, where it has not ended by itself. */
async function listen(args: readonly string[], isEnough: () => boolean) {
  const end = new AbortController();
  let isOver = false;
  const ran = runInProcess(folder, args, { stop: end.signal }).finally(() => {
    isOver = true;
  });
  for (const until = Date.now() + 60_000; Date.now() < until && !isOver && !isEnough(); await sleep(50)) {
    sensor.publish('zigbee2mqtt/loft', '{"temperature":19.5,"linkquality":1}');
    sensor.publish('raw', Buffer.from([0xff, 0x00, 0x41]));
  }
  end.abort();
  return ran;
}
const file = (): string => join(folder, `${run}.jsonl`);
const linesOf = (path: string): readonly { topic: string; payload: string; encoding?: string; retain?: boolean }[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
const hasBytes = (path: string): boolean => textOf(path).includes('"raw"');
/** A broker may send a live message before those that it has kept: the sensor is not described yet. */
const hasDescribed = (path: string): boolean => /bridge\/devices.*19\.5/s.test(textOf(path));

describe('record', () => {
  it('writes what comes, and what the broker had kept, for decode and replay', async () => {
    const { exit, out, err } = await listen(
      ['record', broker.url, `${run}.jsonl`],
      () => hasBytes(file()) && hasDescribed(file()),
    );
    expect([exit, err.includes('look at it before you give it away')]).toEqual([0, true]);
    const lines = linesOf(file());
    expect(out).toMatch(new RegExp(`^${lines.length} messages, \\d+ bytes\n$`));
    expect(lines.find(({ topic }) => topic === 'zigbee2mqtt/bridge/devices')).toMatchObject({ retain: true });
    expect(lines.find(({ topic }) => topic === 'raw')).toMatchObject({ payload: '/wBB', encoding: 'base64' });
    expect(statSync(file()).mode & 0o077).toBe(0);

    const decoded = await runInProcess(folder, ['decode', `${run}.jsonl`]);
    expect(decoded.out).toContain(
      '"value":19.5,"time":null,"unit":"°C","deviceClass":"temperature","dialect":"zigbee2mqtt"',
    );
    const replayed = await runInProcess(folder, ['replay', `${run}.jsonl`, '--json']);
    const result = JSON.parse(replayed.out);
    expect(result.streams).toMatchObject([{ id: 'zigbee2mqtt/loft/temperature', unit: '°C' }]);
    expect(result.messages).toBe(lines.length);
    expect(result.dropped.retained).toBe(1);
    const text = await runInProcess(folder, ['replay', `${run}.jsonl`]);
    expect(text.out).toMatch(/zigbee2mqtt\/loft\/temperature +°C +zigbee2mqtt/);
  });

  it('ends at its length, and after its time', async () => {
    const full = await listen(['record', broker.url, `${run}.jsonl`, '--max-mb', '0.001'], () => false);
    expect(full.out).toContain('--max-mb is reached');
    expect(statSync(file()).size).toBeLessThanOrEqual(1049);
    const brief = await runInProcess(folder, ['record', broker.url, 'brief.jsonl', '--seconds', '0.2']);
    expect(brief.exit).toBe(0);
  });

  it('takes the filters that are named', async () => {
    const args = ['record', broker.url, `${run}.jsonl`, '--filter', 'raw', '--filter', 'none/#'];
    await listen(args, () => hasBytes(file()));
    expect(new Set(linesOf(file()).map(({ topic }) => topic))).toEqual(new Set(['raw']));
  });

  it('leaves a file alone that is there, and tells of a folder that is not', async () => {
    writeFileSync(file(), 'mine');
    const there = await runInProcess(folder, ['record', broker.url, `${run}.jsonl`]);
    expect([there.exit, readFileSync(file(), 'utf8')]).toEqual([64, 'mine']);
    const nowhere = await runInProcess(folder, ['record', broker.url, 'no/where.jsonl']);
    expect([nowhere.exit, nowhere.err]).toEqual([74, expect.stringContaining('TG_OUTPUT_FAILED')]);
  });

  it('tells of a broker that is not there', async () => {
    const { exit } = await runInProcess(folder, ['record', 'mqtt://127.0.0.1:1', `${run}.jsonl`, '--seconds', '1']);
    expect(exit).toBe(69);
  });
});

describe('decode of a broker', () => {
  it('says what is read as it comes, with the units that were kept, and no old readings', async () => {
    const end = new AbortController();
    const ran = runInProcess(folder, ['decode', broker.url, '--seconds', '2'], { stop: end.signal });
    const sending = setInterval(() => sensor.publish('zigbee2mqtt/loft', '{"temperature":19.5,"linkquality":1}'), 100);
    const { exit, out } = await ran;
    clearInterval(sending);
    expect(exit).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ topic: 'zigbee2mqtt/loft', dropped: 'retained' }));
    expect(lines.filter(({ value }) => value === 3)).toEqual([]);
    expect(lines).toContainEqual({
      topic: 'zigbee2mqtt/loft',
      stream: 'zigbee2mqtt/loft#temperature',
      value: 19.5,
      time: null,
      unit: '°C',
      deviceClass: 'temperature',
      dialect: 'zigbee2mqtt',
    });
  });
});
