import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it, vi } from 'vitest';
import { type EventSink, openEventSink } from '../../../../src/adapters/http/eventSink.ts';
import type { HttpContext } from '../../../../src/adapters/http/parts.ts';
import type { DomainEvent } from '../../../../src/domain/events.ts';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { EventStream } from '../../../../src/outlets/page/events/eventStream.ts';
import { LogTail } from '../../../../src/outlets/page/events/logTail.ts';
import { PageStreams } from '../../../../src/outlets/page/pageStreams.ts';
import { everyMessage, forecastOf, settingsWith } from '../../../pipeline/samples.ts';
import { inFakeTime } from '../../../support/fakeTimers.ts';
import { lend } from '../../../support/lent.ts';
import { rounds } from '../../../support/rounds.ts';
import { slowness } from '../../../support/slowness.ts';

const FRAME_MS = 250;
const FRAMES = rounds(20, 24 * 60) * 60 * (1000 / FRAME_MS);
const STREAMS = 60;
const SETTINGS = settingsWith(everyMessage);
const MIB = 2 ** 20;
/** Those of Node: the time of the page is faked, its sockets are not. */
const realImmediate = setImmediate;
const turn = (): Promise<void> => new Promise((resolve) => void realImmediate(resolve));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A client over a socket of its own. */
interface Client {
  readonly sink: EventSink;
  readonly response: IncomingMessage;
  bytes: number;
}

/** A place where clients come, each with the sink that the page writes to. */
async function door(): Promise<() => Promise<Client>> {
  const sinks: EventSink[] = [];
  const server = createServer((_, outgoing) => {
    sinks.push(openEventSink({ env: { outgoing } } as unknown as HttpContext, () => undefined));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return async () => {
    const sent = get({ port, host: '127.0.0.1', agent: false });
    while (sinks.length === 0) await turn();
    const sink = sinks.shift() as EventSink;
    // Headers go out with the first bytes.
    sink.write(':\n\n');
    const response = await new Promise<IncomingMessage>((resolve) => void sent.once('response', resolve));
    const client: Client = { sink, response, bytes: 0 };
    response.on('data', (chunk: Buffer) => {
      client.bytes += chunk.length;
    });
    response.on('error', () => undefined);
    return client;
  };
}

function held(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const shareOf = (times: Float64Array, share: number): number =>
  times.toSorted()[Math.floor(share * times.length)] as number;

it(
  `cuts off the one of four clients that reads nothing, holds no more at the end of ${rounds('twenty minutes', 'a day')} than at its beginning, and takes two milliseconds of CPU time a frame at most`,
  async () => {
    const come = await door();
    const clients = [await come(), await come(), await come(), await come()];
    const frozen = clients[3] as Client;
    const live = clients.slice(0, 3);
    frozen.response.pause();
    await inFakeTime(async () => {
      const told: DomainEvent[] = [];
      const streams = new PageStreams();
      const stream = new EventStream({
        streams,
        settingsOf: () => SETTINGS,
        version: '1',
        now: () => toEpochMs(0),
        rules: () => undefined,
        health: () => '{}',
        alarms: { find: () => undefined },
        log: new LogTail(),
        report: (event) => void told.push(event),
        follow: (values$, handler) => void values$.subscribe(handler),
      });
      for (const { sink } of clients) stream.add(sink, { streams: undefined, log: true });
      // All of it at once: what grew frame by frame would be taken for memory that the page holds.
      const times = new Float64Array(FRAMES);
      const memory: number[] = [];
      let droppedAt: number | undefined;
      for (let frame = 0; frame < FRAMES; frame++) {
        for (let i = 0; i < STREAMS; i++)
          lend(
            forecastOf(`plant/hall/sensor${i}/value`, frame + 1, { value: frame % 100 }),
            (it) => void streams.take(it),
          );
        const before = process.cpuUsage();
        await vi.advanceTimersByTimeAsync(FRAME_MS);
        const { user, system } = process.cpuUsage(before);
        times[frame] = (user + system) / 1000;
        await turn();
        if (!frozen.sink.isOpen) droppedAt ??= frame;
        if (frame % (FRAMES / 10) === 0) memory.push(held());
      }
      // The sockets' buffers, which are the kernel's, hold some megabytes before anything waits here.
      expect(droppedAt).toBeLessThan(FRAMES);
      expect([stream.size, told]).toEqual([3, [{ type: 'PageClientDropped', cause: 'slow' }]]);
      expect(live.map(({ sink }) => sink.isOpen)).toEqual([true, true, true]);
      for (const { bytes } of live) expect(bytes).toBeGreaterThan(FRAMES * 30 * STREAMS);
      // CPU time, which systems count in steps of up to 4 ms: the rest of the frames tells of those steps.
      expect(shareOf(times, 0.9)).toBeLessThanOrEqual(2 * slowness());
      const [, second = 0] = memory;
      expect((memory.at(-1) as number) - second).toBeLessThan(3 * MIB);
      stream.stop();
    });
  },
  rounds(300_000, 3_600_000),
);
