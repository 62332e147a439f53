import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeBroker, PACKET, startFakeBroker, welcome } from '../adapters/mqtt/fakeBroker.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { startProbe } from '../support/probe.ts';
import { expectQuickStop } from '../support/quickStop.ts';

/** A PUBLISH with QoS 0 (MQTT 5): topic `s/0` to `s/9`, no properties, a number. */
function publish(i: number): Buffer {
  const topic = Buffer.from(`s/${i % 10}`);
  const body = Buffer.concat([Buffer.from([0, topic.length]), topic, Buffer.from([0]), Buffer.from(String(i % 50))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** 64 KiB of packets. */
function pageOf(packet: (i: number) => Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let i = 0, size = 0; size < 65_536; i++) {
    packets.push(packet(i));
    size += (packets.at(-1) as Buffer).length;
  }
  return Buffer.concat(packets);
}

const FLOODS: readonly (readonly [string, Buffer])[] = [
  ['PINGRESP', pageOf(() => Buffer.from([0xd0, 0]))],
  ['PUBREL', pageOf((i) => Buffer.from([0x62, 2, 1 + (i & 0x7f), i & 0xff]))],
  ['PUBACK', pageOf((i) => Buffer.from([0x40, 2, 1 + (i & 0x7f), i & 0xff]))],
  ['PUBLISH', pageOf(publish)],
];

/** Writes as fast as the other side reads. */
function flood(socket: Socket, page: Buffer): void {
  const pour = (): void => {
    while (!socket.destroyed && socket.write(page));
  };
  socket.on('drain', pour);
  pour();
}

describe('a stop takes less than 5 s, whatever the broker does', () => {
  let broker: FakeBroker | undefined;
  let daemon: DaemonProcess | undefined;

  afterEach(async () => {
    await daemon?.dispose();
    await broker?.stop();
  });

  it.each(FLOODS)('under a flood of %s', async (_, page) => {
    broker = await startFakeBroker((packet, socket) => {
      welcome(packet, socket);
      if (packet.type === PACKET.subscribe) flood(socket, page);
    });
    daemon = startDaemon(`mqtt: {server: "mqtt://127.0.0.1:${broker.port}"}\nstreams: [{topic: s/+}]\n`);
    await daemon.logged('subscribed');
    await sleep(400);
    await expectQuickStop(daemon);
  });
});

/** Samples of a tail, each of which is learned alone: at 1 to 2 ms a sample and two looks, many times as long as a stop may take. */
const TAIL = 5000;

describe.skipIf(!hasMosquitto())('a stop takes less than 5 s (real mosquitto)', () => {
  it('while a long tail is replayed that the process may have died of, and nothing of it is lost', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidegate-stops-'));
    const broker = await startMosquitto({ config: 'max_queued_messages 100000' });
    const probe = await startProbe(broker.port);
    const config = `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", qos: 1}
threads: 0
defaults: {model: {profile: tiny}, publish: {min_interval: 0s}, time: {from: arrival}}
streams: [{topic: s/+}]
`;
    const state = join(folder, 'state');
    let daemon = startDaemon(config, ['run'], [], state);
    const learned = (): number => JSON.parse(probe.on('tidegate/s/0').at(-1) ?? '{"n":0}').n;
    try {
      await daemon.logged('subscribed');
      await probe.publishAll(Array.from({ length: TAIL }, (_, i) => ['s/0', String(20 + (i % 7))] as const));
      await expect.poll(learned).toBe(TAIL);
      await sleep(1500);
      daemon.kill('SIGKILL');
      await daemon.exited();
      await daemon.dispose();
      writeFileSync(join(state, 'underway.json'), JSON.stringify({ among: ['journal s/0'], deaths: {} }));

      daemon = startDaemon(config, ['run'], [], state);
      await daemon.logged('subscribed');
      await probe.publish('s/0', '25');
      await sleep(2000);
      await expectQuickStop(daemon);
      expect(learned()).toBe(TAIL);
      await daemon.dispose();

      // As if it was not suspected any more: at its own speed everything is learned.
      rmSync(join(state, 'underway.json'));
      daemon = startDaemon(config, ['run'], [], state);
      await daemon.logged('subscribed');
      await probe.publish('s/0', '26');
      await expect.poll(learned).toBe(TAIL + 2);
    } finally {
      await daemon.dispose();
      await probe.end();
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
