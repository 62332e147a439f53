import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { type Probe, startProbe } from '../support/probe.ts';

/** The first configuration of the README, as it is printed. */
const [, FIRST] =
  /```yaml\n([\s\S]*?)```/.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')) ?? [];
const ROUNDS = 40;
const START = Date.now();

type Message = readonly [topic: string, payload: string];
type Device = (round: number) => readonly Message[];

const json = (topic: string, fields: object): Message => [topic, JSON.stringify(fields)];
const wave = (round: number, base: number): number => Math.round((base + 2 * Math.sin(round / 5)) * 10) / 10;
const iso = (offset = 0): string => new Date(Date.now() - offset).toISOString();

/** Devices as Zigbee2MQTT houses have them: few send both fields, most send none of them. */
const HOUSE: Readonly<Record<string, Device>> = {
  'both fields, and the time of the last message': (n) => [
    json('zigbee2mqtt/living', {
      temperature: wave(n, 21),
      humidity: wave(n, 45),
      linkquality: 80 + (n % 5),
      last_seen: iso(),
    }),
  ],
  'fields in turn, as they change': (n) => [
    json('zigbee2mqtt/bath', n % 2 ? { temperature: wave(n, 23) } : { humidity: wave(n, 60), battery: 90 }),
  ],
  'no humidity': (n) => [json('zigbee2mqtt/freezer', { temperature: wave(n, -18), battery: 97, voltage: 3000 })],
  'null until the first report': (n) => [
    json('zigbee2mqtt/attic', { temperature: n < 3 ? null : wave(n, 15), humidity: n < 5 ? null : wave(n, 70) }),
  ],
  'the same message three times': (n) =>
    Array.from({ length: 3 }, () =>
      json('zigbee2mqtt/cellar', { temperature: wave(n, 12), humidity: 80, last_seen: iso(1000 * (ROUNDS - n)) }),
    ),
  'a setting changes: the state is sent again with the time of before': (n) => [
    json('zigbee2mqtt/radiator', {
      temperature: wave(n - (n % 4), 20),
      occupied_heating_setpoint: 20 + (n % 4),
      last_seen: START - 120_000 + 1000 * (n - (n % 4)),
    }),
  ],
  'local time': (n) => [
    json('zigbee2mqtt/hall', { temperature: wave(n, 19), last_seen: iso().replace('Z', '+00:00') }),
  ],
  plug: (n) => [json('zigbee2mqtt/plug', { state: 'ON', power: wave(n, 90), energy: 12.5, child_lock: 'UNLOCK' })],
  lamp: (n) => [
    json('zigbee2mqtt/lamp', {
      state: 'ON',
      brightness: n,
      color: { x: 0.3, y: 0.4 },
      color_mode: 'xy',
      update: { state: 'idle' },
    }),
  ],
  'motion, contact, water': (n) => [
    json('zigbee2mqtt/motion', { occupancy: n % 2 === 0, illuminance: 10 * n, battery: 100 }),
    json('zigbee2mqtt/door', { contact: n % 3 === 0, tamper: false, battery_low: false }),
  ],
  remote: (n) => [json('zigbee2mqtt/remote', { action: n % 2 ? 'single' : '', battery: 74.5 })],
  group: () => [json('zigbee2mqtt/all lamps', { state: 'OFF' })],
  'removed from the network': (n) => (n === 10 ? [['zigbee2mqtt/old sensor', '']] : []),
  bridge: (n) => [
    json('zigbee2mqtt/bridge/state', { state: 'online' }),
    json('zigbee2mqtt/bridge/logging', { level: 'info', message: `MQTT publish ${n}` }),
    json('zigbee2mqtt/living/availability', { state: 'online' }),
  ],
  'Tasmota without a meter': (n) =>
    Array.from({ length: 6 }, () =>
      json('tele/weather/SENSOR', { Time: iso().slice(0, 19), BME280: { Temperature: wave(n, 8) }, TempUnit: 'C' }),
    ),
};

describe("the README's first configuration in a Zigbee2MQTT house", () => {
  let broker: EmbeddedBroker;
  let daemon: DaemonProcess;
  let probe: Probe;

  beforeAll(async () => {
    broker = await startEmbeddedBroker({});
    probe = await startProbe(broker.port);
    await probe.publish('zigbee2mqtt/living', '{"temperature":1,"humidity":1}', { retain: true });
    daemon = startDaemon(`${(FIRST as string).replace('mqtt://localhost:1883', broker.url)}log: {format: json}\n`);
    await daemon.logged('subscribed');
  });

  afterAll(async () => {
    await probe?.end();
    await daemon?.dispose();
    await broker?.stop();
  });

  it('forecasts what has its fields, and warns of nothing', async () => {
    for (let round = 0; round < ROUNDS; round++)
      await probe.publishAll(Object.values(HOUSE).flatMap((device) => device(round)));
    for (const stream of ['living/temperature', 'living/humidity', 'freezer/temperature', 'hall/temperature'])
      expect(JSON.parse((await probe.seen(`tidegate/zigbee2mqtt/${stream}`, 2)).at(-1) as string)).toHaveProperty(
        'yhat',
      );
    daemon.kill('SIGTERM');
    expect(await daemon.exited()).toBe(0);
    const lines = daemon.log().trim().split('\n');
    const levels = lines.map((line) => (JSON.parse(line) as { readonly level: string }).level);
    expect([levels.includes('info'), lines.filter((_, i) => levels[i] === 'warning' || levels[i] === 'error')]).toEqual(
      [true, []],
    );
  });

  it('tells once which field no message has had', () => {
    const told = daemon
      .log()
      .split('\n')
      .filter((line) => line.includes('field never seen'));
    expect(told.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'info', topic: 'tele/+/SENSOR', field: 'ENERGY.Power' }),
    ]);
  });
});
