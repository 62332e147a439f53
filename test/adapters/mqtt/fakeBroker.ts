import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** Packet types (MQTT 2.1.2) and bytes that the tests answer with. */
export const PACKET = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

export const connack5 = (reason: number, properties: readonly number[] = []): Buffer =>
  Buffer.from([0x20, 3 + properties.length, 0, reason, properties.length, ...properties]);
export const connack4 = (code: number): Buffer => Buffer.from([0x20, 2, 0, code]);
/** For a SUBSCRIBE body: its packet identifier with these codes. */
export const suback5 = (subscribe: Buffer, codes: readonly number[]): Buffer =>
  Buffer.from([0x90, 3 + codes.length, subscribe[0]!, subscribe[1]!, 0, ...codes]);
export const suback4 = (subscribe: Buffer, codes: readonly number[]): Buffer =>
  Buffer.from([0x90, 2 + codes.length, subscribe[0]!, subscribe[1]!, ...codes]);

export interface FakePacket {
  readonly type: number;
  /** Lower half of the first byte: dup, qos, retain of a PUBLISH. */
  readonly flags: number;
  readonly body: Buffer;
  /** 1 for the first connection, and so on. */
  readonly connection: number;
  /** MQTT version of the connection, from its CONNECT. */
  readonly version: number;
}

export interface FakeBroker {
  readonly port: number;
  readonly packets: readonly FakePacket[];
  stop(): Promise<void>;
}

/** A broker that does exactly what the test says with each packet. */
export async function startFakeBroker(
  answer: (packet: FakePacket, socket: Socket) => void,
  greet: (socket: Socket, connection: number) => void = () => undefined,
): Promise<FakeBroker> {
  const packets: FakePacket[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    connections += 1;
    const connection = connections;
    let version = 0;
    greet(socket, connection);
    readPackets(socket, (type, flags, body) => {
      // The version stands behind the protocol name `MQTT` and its length (MQTT 3.1.2.2).
      if (type === PACKET.connect) version = body[6]!;
      const packet = { type, flags, body, connection, version };
      packets.push(packet);
      answer(packet, socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    packets,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function readPackets(socket: Socket, take: (type: number, flags: number, body: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      let length = 0;
      let at = 1;
      for (let shift = 0; ; shift += 7, at++) {
        if (at >= rest.length) return;
        length |= (rest[at]! & 0x7f) << shift;
        if (rest[at]! < 0x80) break;
      }
      const end = at + 1 + length;
      if (rest.length < end) return;
      const packet = rest.subarray(0, end);
      rest = rest.subarray(end);
      take(packet[0]! >> 4, packet[0]! & 0xf, packet.subarray(at + 1));
    }
  });
}

/** Answers CONNECT, SUBSCRIBE, PINGREQ and DISCONNECT like a friendly broker of the client's version. */
export function welcome(packet: FakePacket, socket: Socket, properties: readonly number[] = []): void {
  const isFive = packet.version === 5;
  if (packet.type === PACKET.connect) socket.write(isFive ? connack5(0, properties) : connack4(0));
  if (packet.type === PACKET.subscribe) socket.write(isFive ? suback5(packet.body, [0]) : suback4(packet.body, [0]));
  if (packet.type === PACKET.pingreq) socket.write(Buffer.from([0xd0, 0]));
  if (packet.type === PACKET.disconnect) socket.end();
}
