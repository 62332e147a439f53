import type { Socket } from 'node:net';
import { connack4, connack5, type FakeBroker, type FakePacket, PACKET, startFakeBroker } from './fakeBroker.ts';

/** Limits of a broker, which ends the connection over more. */
export interface BrokerLimits {
  /** Its answer to a CONNECT of MQTT 5. */
  readonly five: 'speaks' | 'refuses' | 'hangs-up' | 'never-answers';
  /** Highest QoS of a will and a message (MQTT-3.2.2-11, MQTT-3.2.2-12). */
  readonly maximumQoS: 0 | 1 | 2;
  /** It keeps retained messages (MQTT-3.2.2-13, MQTT-3.2.2-14). */
  readonly retains: boolean;
  readonly identifiers: boolean;
  /** Filters of one SUBSCRIBE or UNSUBSCRIBE. */
  readonly filters: number;
}

export interface LimitedBroker extends FakeBroker {
  /** Filters that it was asked for, on all connections. */
  readonly subscribed: ReadonlySet<string>;
  /** Reasons for which it has ended connections, after it had taken the client in. */
  readonly complaints: readonly string[];
}

const [WILL_BIT, RETAIN_BIT] = [0x04, 0x20];
const [MAXIMUM_QOS, RETAIN_AVAILABLE, IDENTIFIERS_AVAILABLE] = [0x24, 0x25, 0x29];
const SUBSCRIPTION_IDENTIFIER = 0x0b;

export async function startLimitedBroker(limits: BrokerLimits): Promise<LimitedBroker> {
  const subscribed = new Set<string>();
  const complaints: string[] = [];
  const properties = [
    ...(limits.maximumQoS < 2 ? [MAXIMUM_QOS, limits.maximumQoS] : []),
    ...(limits.retains ? [] : [RETAIN_AVAILABLE, 0]),
    ...(limits.identifiers ? [] : [IDENTIFIERS_AVAILABLE, 0]),
  ];

  function complain(what: string, socket: Socket): void {
    complaints.push(what);
    socket.destroy();
  }

  function connect({ version, body }: FakePacket, socket: Socket): void {
    const flags = body[7]!;
    const hasWill = (flags & WILL_BIT) !== 0;
    if (version !== 5) socket.write(connack4(0));
    else if (limits.five === 'hangs-up') socket.end();
    else if (limits.five === 'refuses') socket.end(connack5(132));
    else if (limits.five === 'speaks') {
      if (hasWill && !limits.retains && (flags & RETAIN_BIT) !== 0) socket.end(connack5(154));
      else if (hasWill && ((flags >> 3) & 3) > limits.maximumQoS) socket.end(connack5(155));
      else socket.write(connack5(0, properties));
    }
  }

  function answerFilters(packet: FakePacket, socket: Socket): void {
    const isFive = packet.version === 5;
    const isSubscribe = packet.type === PACKET.subscribe;
    const { filters, identifier } = readFilters(packet);
    if (filters.length > limits.filters) complain(`${filters.length} filters`, socket);
    else if (identifier && !limits.identifiers) complain('identifier', socket);
    else {
      if (isSubscribe) for (const filter of filters) subscribed.add(filter);
      const head = [packet.body[0]!, packet.body[1]!, ...(isFive ? [0] : [])];
      const codes = isSubscribe || isFive ? filters.map(() => 0) : [];
      socket.write(Buffer.from([isSubscribe ? 0x90 : 0xb0, head.length + codes.length, ...head, ...codes]));
    }
  }

  function answer(packet: FakePacket, socket: Socket): void {
    const isFive = packet.version === 5;
    const { body, flags } = packet;
    const qos = (flags >> 1) & 3;
    if (packet.type === PACKET.connect) connect(packet, socket);
    else if (packet.type === PACKET.publish) {
      if (isFive && qos > limits.maximumQoS) complain('QoS', socket);
      else if (isFive && !limits.retains && (flags & 1) !== 0) complain('retain', socket);
      else if (qos > 0) {
        const at = 2 + body.readUInt16BE(0);
        socket.write(Buffer.from([0x40, 2, body[at]!, body[at + 1]!]));
      }
    } else if (packet.type === PACKET.subscribe || packet.type === PACKET.unsubscribe) answerFilters(packet, socket);
    else if (packet.type === PACKET.pingreq) socket.write(Buffer.from([0xd0, 0]));
    else if (packet.type === PACKET.disconnect) socket.end();
  }

  const broker = await startFakeBroker(answer);
  return { ...broker, subscribed, complaints };
}

/** MQTT 3.8 and 3.10; a list of properties is shorter than 128 bytes here. */
function readFilters({ body, version, type }: FakePacket): { filters: readonly string[]; identifier: boolean } {
  const filters: string[] = [];
  let at = 2;
  let identifier = false;
  if (version === 5) {
    identifier = body[at]! > 0 && body[at + 1] === SUBSCRIPTION_IDENTIFIER;
    at += 1 + body[at]!;
  }
  while (at < body.length) {
    const end = at + 2 + body.readUInt16BE(at);
    filters.push(body.toString('utf8', at + 2, end));
    at = end + (type === PACKET.subscribe ? 1 : 0);
  }
  return { filters, identifier };
}
