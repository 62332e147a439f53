import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';

const STREAMS = 4;
const MESSAGES = 600;
const PACE_MS = 4;

let broker: Aedes;
let server: Server;
let peer: MqttClient;
let port: number;
let folder: string;

/** A wire to the broker that can lose what goes one way. */
interface Wire {
  readonly port: number;
  /** Nothing of what the daemon says reaches the broker. */
  isMute: boolean;
  stop(): void;
}

async function startWire(target: number): Promise<Wire> {
  const relay = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    near.on('data', (bytes) => wire.isMute || far.write(bytes));
    far.pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const wire: Wire = {
    port: (relay.address() as AddressInfo).port,
    isMute: false,
    stop: () => void relay.close(),
  };
  return wire;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-aedes-'));
  broker = await Aedes.createBroker();
  server = createServer((socket: Socket) => void broker.handle(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  peer = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4 });
});

afterAll(async () => {
  await peer?.endAsync(true);
  await new Promise<void>((resolve) => broker.close(resolve));
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** aedes sends again what was not acknowledged, and does not say so (no DUP). */
describe.concurrent('kill -9 at aedes', () => {
  it.for([
    ['each reading another one', (i: number) => String(i)],
    ['all readings alike', () => '21.5'],
  ] as const)('loses nothing and learns nothing twice: %s', async ([name, textOf], { expect, onTestFinished }) => {
    const wire = await startWire(port);
    onTestFinished(wire.stop);
    const base = name.replaceAll(' ', '-');
    const state = join(folder, base);
    const link = `{server: "mqtt://127.0.0.1:${wire.port}", client_id: "${base}", base_topic: "${base}", qos: 1}`;
    const rest =
      'defaults: {publish: {min_interval: 0s}, model: {profile: tiny}}\nlimits: {overflow: block, thin_after: 0}';
    const config = `mqtt: ${link}\nstreams: [{topic: "in/${base}/+"}]\nstate: {durability: journal}\n${rest}\n`;
    const counts = new Map<string, number>();
    peer.on('message', (topic, payload) => {
      if (!topic.startsWith(`${base}/in/`)) return;
      const { n } = JSON.parse(payload.toString()) as { n?: number };
      if (n !== undefined) counts.set(topic, Math.max(n, counts.get(topic) ?? 0));
    });
    await peer.subscribeAsync(`${base}/#`);
    let daemon: DaemonProcess = startDaemon(config, ['run'], [], state);
    onTestFinished(() => daemon.dispose());
    await daemon.logged('subscribed');
    for (let i = 0; i < MESSAGES; i++) {
      await peer.publishAsync(`in/${base}/s${i % STREAMS}`, textOf(i), { qos: 1 });
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
      const place = i % (MESSAGES / 3);
      // What it takes in from here on it acknowledges in vain.
      if (place === MESSAGES / 6) wire.isMute = true;
      if (place !== MESSAGES / 4) continue;
      await daemon.dispose();
      wire.isMute = false;
      daemon = startDaemon(config, ['run'], [], state);
      await daemon.logged('subscribed');
    }
    await daemon.logged('subscribed');
    // The last reading of each may have been learned by a process that was killed before it could tell.
    for (let k = 0; k < STREAMS; k++) await peer.publishAsync(`in/${base}/s${k}`, textOf(MESSAGES), { qos: 1 });
    const expected = MESSAGES / STREAMS + 1;
    const complete = (): number => [...counts.values()].filter((n) => n >= expected).length;
    await expect.poll(complete, { timeout: 200_000, interval: 100 }).toBe(STREAMS);
    expect([...counts.values()]).toEqual(Array.from({ length: STREAMS }, () => expected));
  });
});
