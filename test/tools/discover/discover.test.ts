import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FieldReport } from '../../../src/tools/discover/listenFields.ts';
import { runInProcess } from '../../support/runInProcess.ts';

let broker: Aedes;
let server: Server;
let url: string;
let sensor: MqttClient;

beforeAll(async () => {
  broker = await Aedes.createBroker();
  server = createServer((socket: Socket) => void broker.handle(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`;
  sensor = await mqtt.connectAsync(url, { protocolVersion: 4 });
});
afterAll(async () => {
  await sensor.endAsync();
  broker.close();
  server.close();
});

it('lists what the broker has kept of a sensor that is asleep, and no description of a device', async () => {
  const kept = { retain: true };
  await sensor.publishAsync('zigbee2mqtt/loft', '{"temperature":3,"linkquality":1}', kept);
  await sensor.publishAsync('zigbee2mqtt/bridge/devices', '[{"friendly_name":"loft","interview":4}]', kept);
  await sensor.publishAsync('homeassistant/number/lamp/level/config', '{"name":"level","min":0,"max":254}', kept);
  await sensor.publishAsync('tasmota/discovery/00005E0053AA/config', '{"dn":"plug","t":"plug","so":{"4":0}}', kept);
  const end = new AbortController();
  const ran = runInProcess(tmpdir(), ['discover', url, '--seconds', '60', '--json'], { stop: end.signal });
  await once(broker, 'subscribe');
  // Live readings come behind all that was kept.
  for (let i = 0; i < 20; i++) {
    sensor.publish('attic', '7');
    await sleep(100);
  }
  end.abort();
  const { exit, out } = await ran;
  expect(exit).toBe(0);
  const { topics, passedOver } = JSON.parse(out) as FieldReport;
  expect(topics.map(({ topic, fields }) => [topic, fields.map(({ path, lastValue }) => [path, lastValue])])).toEqual([
    ['attic', [[undefined, 7]]],
    ['zigbee2mqtt/loft', [['temperature', 3]]],
  ]);
  expect(topics[1]?.fields[0]?.count).toBe(0);
  expect(topics[0]?.fields[0]?.count).toBeGreaterThan(0);
  expect(passedOver).toEqual({ 'not-a-reading': 3 });
});
