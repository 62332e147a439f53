import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/domain/events.ts';
import { shardOf } from '../../../src/hosts/threads/shardOf.ts';
import {
  createThreadedHost,
  type ThreadedHost,
  type ThreadedHostOptions,
} from '../../../src/hosts/threads/threadedHost.ts';
import { type HostUnderTest, learnerHostContract, startHost, told } from '../../contract/learnerHostContract.ts';
import { everyMessage, idOf, settingsWith, stepOf } from '../../pipeline/samples.ts';
import { rounds } from '../../support/rounds.ts';
import { slowness } from '../../support/slowness.ts';
import { TRICK } from '../../support/trickyLearner.mjs';

// Threads run what was built: `npm run build` first, as `npm test` does.
const ENTRY = new URL('../../support/trickyThread.mjs', import.meta.url);
const SETTINGS = settingsWith(everyMessage);

const hosts: ThreadedHost[] = [];

function create(report: Report, changes: Partial<ThreadedHostOptions> = {}): ThreadedHost {
  const host = createThreadedHost({
    ...{ threads: 2, entry: ENTRY, data: undefined, maxSteps: 10_000, settingsOf: () => SETTINGS, report },
    onOutput: () => undefined,
    ...changes,
  });
  hosts.push(host);
  return host;
}

function start(changes: Partial<ThreadedHostOptions> = {}): HostUnderTest & { readonly host: ThreadedHost } {
  let host: ThreadedHost | undefined;
  const subject = startHost((report) => {
    host = create(report, changes);
    return host;
  });
  return { ...subject, host: host as ThreadedHost };
}

/** A stream that the first or second of two threads has. */
const streamOn = (thread: number): string =>
  ['a', 'b', 'c', 'd'].find((name) => shardOf(idOf(name), 2) === thread) as string;

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

// More than two threads are what two are, with more of them.
describe.each(rounds([1, 3], [1, 2, 3]))('with %d threads', (threads) => {
  learnerHostContract((report) => create(report, { threads }));
});

describe('a threaded host', () => {
  it('hands forecasts out before their thread learns', async () => {
    const { host, forecasts } = start();
    host.push([stepOf('a', 1)]);
    await host.drain();
    // On a busy machine this thread may get its turn when the other has already learned: then once more.
    const learnsAfterwards = async (): Promise<number> => {
      const before = forecasts.length;
      host.push([stepOf('a', before + 1, TRICK.learnLong)]);
      await expect.poll(() => forecasts, { interval: 5 }).toHaveLength(before + 1);
      const answered = performance.now();
      await host.drain();
      return performance.now() - answered;
    };
    await expect.poll(learnsAfterwards).toBeGreaterThan(100);
  });

  it('lets a slow thread hold up none but its own streams', async () => {
    const { host, forecasts } = start();
    const [slow, quick] = [streamOn(0), streamOn(1)];
    host.push([stepOf(slow, 0), stepOf(quick, 0)]);
    await host.drain();
    // A quarter of a second of learning lies between two of them: time enough for the others on a slow machine too.
    const rows = Math.ceil(4 * slowness());
    for (let at = 1; at <= rows; at++) host.push([stepOf(slow, at, TRICK.learnLong)]);
    host.push(Array.from({ length: 500 }, (_, i) => stepOf(quick, i + 1)));
    await expect.poll(() => told(forecasts, quick), { interval: 5 }).toHaveLength(501);
    expect(told(forecasts, slow).length).toBeLessThan(1 + rows);
    await host.drain();
    expect(told(forecasts, slow)).toHaveLength(1 + rows);
  });

  it('tells how many steps wait for each thread', async () => {
    const { host } = start({ threads: 1 });
    host.push(Array.from({ length: 80 }, (_, at) => stepOf('a', at)));
    expect(host.loads()).toEqual([{ waiting: 80, unansweredMs: expect.any(Number), activeMs: expect.any(Number) }]);
    expect(host.backlog).toBe(80);
    await host.drain();
    await host.drain();
    expect(host.loads()).toMatchObject([{ waiting: 0, unansweredMs: 0 }]);
    expect(host.loads()[0]?.activeMs).toBeGreaterThan(0);
    expect(host.backlog).toBe(0);
  });

  it('drops no step where it is given more than it may have: that is the end', async () => {
    const { host, forecasts, events } = start({ threads: 1, maxSteps: 50 });
    const steps = Array.from({ length: 51 }, (_, at) => stepOf('a', at));
    expect(() => host.push(steps)).toThrow(expect.objectContaining({ code: 'TG_INTERNAL' }));
    expect(events).toEqual([]);
    host.push([]);
    await host.drain();
    expect(forecasts).toHaveLength(50);
  });

  it('costs one step of its stream where settings cannot be had', async () => {
    const { host, forecasts, events } = start({
      settingsOf(stream) {
        if (stream === 'unknown') throw new Error('never heard of it');
        return SETTINGS;
      },
    });
    host.push([stepOf('unknown', 1), stepOf('a', 1)]);
    await host.drain();
    expect(told(forecasts)).toEqual(['a@1 1/0']);
    expect(events.map(({ type }) => type)).toEqual(['LearnerFailed', 'InputDropped']);
  });

  it('passes on what its threads print', async () => {
    let output = '';
    const { host } = start({
      onOutput: (text) => {
        output += text;
      },
    });
    host.push([stepOf('a', 1, TRICK.print)]);
    await host.drain();
    await host.stop();
    expect(output).toContain('said on stdout\n');
    expect(output).toContain('said on stderr\n');
  });

  it('reports what was pushed after its end', async () => {
    const { host, events } = start();
    await host.stop();
    host.push([stepOf('a', 1)]);
    expect(events).toEqual([{ type: 'InputDropped', reason: 'stopped', topic: 'a' }]);
  });

  it('ends in bounded time though a thread hangs, and reports every step that it did not answer', async () => {
    const { host, events, failures } = start({ threads: 1 });
    host.push([stepOf('a', 1)]);
    await host.drain();
    host.push([stepOf('a', 2, TRICK.hang), stepOf('a', 3), stepOf('b', 1)]);
    const waiting = host.snapshot(idOf('a')).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 50));
    host.push([stepOf('b', 2)]);
    const started = performance.now();
    await host.stop();
    expect(performance.now() - started).toBeLessThan(2500 * slowness());
    expect(await waiting).toBe('the learners were stopped');
    expect(events.map((event) => (event.type === 'InputDropped' ? `${event.reason} ${event.topic}` : event))).toEqual([
      ...['stopped a', 'stopped a', 'stopped b', 'stopped b'],
    ]);
    expect(failures).toEqual([]);
  });
});

describe('the death of a thread', () => {
  it.each([
    ['that ends itself', TRICK.exit, 'it ended with status 3'],
    ['that throws', TRICK.crash, 'RangeError: out of nowhere'],
    ['that sends rubbish', TRICK.sendRubbish, 'it sent what makes no sense: RangeError: not a row of a forecast'],
  ])('%s is told once, with its cause, and leaves no promise open', async (_, trick, reason) => {
    const { host, failures, events } = start();
    const stream = streamOn(1);
    host.push([stepOf(stream, 1), stepOf(streamOn(0), 1)]);
    await host.drain();
    host.push([stepOf(stream, 2, TRICK.learnLong), stepOf(stream, 3, trick)]);
    const drained = host.drain().then(
      () => 'drained',
      (error: unknown) => error,
    );
    await expect.poll(() => failures).toHaveLength(1);
    const [failure] = failures;
    expect(failure).toMatchObject({ code: 'TG_THREAD_DIED', exit: 70 });
    expect(failure?.message).toContain(`learner thread 2 died: ${reason}`);
    expect(await drained).toBe(failure);
    await expect(host.drain()).rejects.toBe(failure);
    await expect(host.snapshot(idOf(stream))).rejects.toBe(failure);
    await expect(host.restore(idOf('other'), Uint8Array.of(1, 1))).rejects.toBe(failure);
    expect(host.backlog).toBe(0);
    host.push([stepOf(stream, 4)]);
    host.evict(idOf(stream));
    expect(events.at(-1)).toEqual({ type: 'InputDropped', reason: 'stopped', topic: stream });
    await host.stop();
    expect(failures).toHaveLength(1);
  });

  it('whose module is not there is told too', async () => {
    const { host, failures } = start({ entry: new URL('../../support/nowhere.mjs', import.meta.url) });
    host.push([stepOf('a', 1)]);
    await expect.poll(() => failures).toHaveLength(1);
    expect(failures[0]?.code).toBe('TG_THREAD_DIED');
  });
});
