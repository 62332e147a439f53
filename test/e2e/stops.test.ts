import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeBroker, PACKET, startFakeBroker, welcome } from '../adapters/mqtt/fakeBroker.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';

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

/** As fast as the other side reads. */
function flood(socket: Socket, page: Buffer): void {
  const pour = (): void => {
    while (!socket.destroyed && socket.write(page));
  };
  socket.on('drain', pour);
  pour();
}

describe('a stop takes less than 5 s, whatever the broker does', { timeout: 60_000 }, () => {
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
    await sleep(1000);
    const asked = performance.now();
    daemon.kill('SIGTERM');
    expect(await daemon.exited()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5000);
  });
});
