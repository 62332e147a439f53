import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { encodeLoad, encodePacket, identifierAt } from './load.ts';
import { createPacketReader } from './packetReader.ts';

// A process of its own, so that its work does not count as the subject's. It publishes readings as fast as they are
// answered, with a bounded number under way, and counts the answers. It is either the broker itself (for one client), or
// a client of a real one.

export interface DriverOptions {
  readonly topics: number;
  /** First level of the subject's answers. */
  readonly base: string;
  /** Port of a real broker; without it the driver is the broker. */
  readonly broker?: number;
  /** QoS of the readings. Default: 0. With 1 the driver has to be the broker. */
  readonly qos?: 0 | 1;
  /** Where readings are dropped no answer comes: after this time without one the phase is over, ms. Default: 5,000. */
  readonly patience?: number;
}

/** Messages of the driver: its port, that a subscriber (or it) has subscribed, and the result of a phase. */
export type DriverMessage =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'ready' }
  | {
      readonly type: 'done';
      readonly sent: number;
      readonly answered: number;
      /** Time from the first reading to the last answer, ms. With QoS 1 the acknowledgement comes later: it waits for the disk. */
      readonly answeredMs: number;
    };

/** Readings under way at once, and how many are written in one piece. */
const WINDOW = 2000;
const PIECE = 250;
const PATIENCE_MS = 5000;

/**
 * Readings with QoS 1 that are under way without an acknowledgement: below the receive maximum of 1,000 that the daemon announces
 * where it acknowledges what is on its disk.
 */
const WINDOW_QOS_1 = 1000;

const PUBLISH = 3;
const PUBACK = 4;

const options: DriverOptions = JSON.parse(process.argv[2]!);
/** Topics below the stream (`…/forecast`, `…/anomaly`, `…/availability`) answer nothing. */
const [LAST_OF_FORECAST, LAST_OF_ANOMALY] = [0x74, 0x79];
const prefix = Buffer.from(`${options.base}/load/`);

const tell = (message: DriverMessage): void => void process.send!(message);
const { qos = 0, patience = PATIENCE_MS } = options;
const phase = { sent: 0, answered: 0, wanted: 0, progressAt: 0, answeredAt: 0, finish: (): void => undefined };
/** Readings without an acknowledgement; always 0 with QoS 0. */
let unacknowledged = 0;
let packetId = 0;
let socket: Socket;
let load: readonly Buffer[] = [];
let next = 0;

function pump(): void {
  while (phase.sent < phase.wanted && phase.sent - phase.answered <= WINDOW - PIECE && mayOwe()) {
    const pieces: Buffer[] = [];
    const count = Math.min(PIECE, phase.wanted - phase.sent);
    for (let i = 0; i < count; i++) {
      pieces.push(load[next]!);
      next = (next + 1) % load.length;
    }
    phase.sent += count;
    const bytes = Buffer.concat(pieces);
    if (qos === 1) identify(bytes, pieces);
    socket.write(bytes);
  }
  if (phase.answered >= phase.wanted && unacknowledged === 0) phase.finish();
}

function mayOwe(): boolean {
  return qos === 0 || unacknowledged <= WINDOW_QOS_1 - PIECE;
}

/** Gives each packet the next identifier. */
function identify(bytes: Buffer, pieces: readonly Buffer[]): void {
  let at = 0;
  for (const { length } of pieces) {
    packetId = (packetId % 0xffff) + 1;
    bytes.writeUInt16BE(packetId, identifierAt(bytes, at));
    at += length;
  }
  unacknowledged += pieces.length;
}

function isAnswer(bytes: Buffer, body: number): boolean {
  const last = bytes[body + 1 + bytes.readUInt16BE(body)];
  if (last === LAST_OF_FORECAST || last === LAST_OF_ANOMALY) return false;
  return bytes.compare(prefix, 0, prefix.length, body + 2, body + 2 + prefix.length) === 0;
}

async function run(count: number): Promise<void> {
  const startedAt = performance.now();
  Object.assign(phase, { sent: 0, answered: 0, wanted: count, progressAt: startedAt, answeredAt: startedAt });
  let watch: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    phase.finish = resolve;
    watch = setInterval(() => {
      if (performance.now() - phase.progressAt > patience) resolve();
    }, 100);
    pump();
  });
  clearInterval(watch);
  phase.finish = () => undefined;
  phase.wanted = 0;
  tell({ type: 'done', sent: phase.sent, answered: phase.answered, answeredMs: phase.answeredAt - startedAt });
}

function read(): (chunk: Buffer) => void {
  const readPackets = createPacketReader((bytes, first, body, end) => {
    if (first >> 4 === PUBACK) unacknowledged--;
    else if (first >> 4 !== PUBLISH) answerControl(bytes, first, body, end);
    else if (((first >> 1) & 3) === 1) acknowledge(bytes, body);
    else if (isAnswer(bytes, body)) phase.answered++;
  });
  return (chunk) => {
    const before = phase.answered - unacknowledged;
    const answeredBefore = phase.answered;
    readPackets(chunk);
    if (phase.answered > answeredBefore) phase.answeredAt = performance.now();
    if (phase.answered - unacknowledged > before) {
      phase.progressAt = performance.now();
      pump();
    }
  };
}

function acknowledge(bytes: Buffer, body: number): void {
  const identifier = body + 2 + bytes.readUInt16BE(body);
  socket.write(encodePacket(0x40, bytes.subarray(identifier, identifier + 2)));
}

let version: 4 | 5 = 5;

/** Answers as a broker to CONNECT, SUBSCRIBE, PINGREQ, DISCONNECT; as a client to CONNACK and SUBACK. */
function answerControl(bytes: Buffer, first: number, body: number, end: number): void {
  switch (first >> 4) {
    case 1:
      // Behind the protocol name `MQTT` with its length (MQTT 3.1.2.2).
      version = bytes[body + 6] === 5 ? 5 : 4;
      load = encodeLoad(options.topics, version, qos);
      socket.write(encodePacket(0x20, Buffer.from(version === 5 ? [0, 0, 0] : [0, 0])));
      break;
    case 8:
      socket.write(
        encodePacket(0x90, Buffer.from([bytes[body]!, bytes[body + 1]!, ...(version === 5 ? [0] : []), qos])),
      );
      tell({ type: 'ready' });
      break;
    case 12:
      socket.write(Buffer.from([0xd0, 0]));
      break;
    case 14:
      socket.end();
      break;
    case 2:
      if (bytes[end - 2] !== undefined) subscribe();
      break;
    case 9:
      tell({ type: 'ready' });
      break;
  }
}

function subscribe(): void {
  const filter = Buffer.from(`${options.base}/load/#`);
  socket.write(encodePacket(0x82, Buffer.concat([Buffer.from([0, 1, 0, filter.length]), filter, Buffer.from([0])])));
}

async function serve(): Promise<void> {
  const server = createServer((client) => {
    socket = client.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', read());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  tell({ type: 'listening', port: (server.address() as AddressInfo).port });
}

function join(port: number): void {
  load = encodeLoad(options.topics, 4);
  socket = connect(port, '127.0.0.1').setNoDelay(true);
  socket.on('data', read());
  const id = Buffer.from(`driver-${process.pid}`);
  const head = [0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, id.length];
  socket.write(encodePacket(0x10, Buffer.concat([Buffer.from(head), id])));
}

process.on('message', (count: number) => void run(count));
process.on('disconnect', () => process.exit());
if (options.broker === undefined) await serve();
else join(options.broker);
