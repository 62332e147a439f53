import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EventSink } from '../../../../src/adapters/http/eventSink.ts';
import type { DomainEvent } from '../../../../src/domain/events.ts';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { EventStream } from '../../../../src/outlets/page/events/eventStream.ts';
import { LogTail } from '../../../../src/outlets/page/events/logTail.ts';
import { PageStreams } from '../../../../src/outlets/page/pageStreams.ts';
import { everyMessage, forecastOf, idOf, settingsWith } from '../../../pipeline/samples.ts';
import { inFakeTime } from '../../../support/fakeTimers.ts';
import { lend } from '../../../support/lent.ts';
import { pageStages } from '../pageStage.ts';
import { type EventFollower, followEvents } from './sse.ts';

const stageWith = pageStages();
const followers: EventFollower[] = [];
afterEach(() => {
  for (const follower of followers.splice(0)) follower.close();
});

/** The page with two streams, and clients of its events. */
function stageOfTwo() {
  const page = stageWith();
  page.begin('a');
  page.begin('b');
  return {
    ...page,
    async follow(query = ''): Promise<EventFollower> {
      const follower = await followEvents(await page.url(), query);
      followers.push(follower);
      return follower;
    },
  };
}

const eventsOf = (follower: EventFollower): readonly string[] => follower.frames().map(({ event }) => event);
const rowsOf = (follower: EventFollower): readonly (readonly number[])[] =>
  follower.frames().flatMap(({ event, data }) => (event === 'readings' ? data.rows : []));

describe('events', () => {
  it('begin with what the numbers in them mean, and go on with each reading', async () => {
    const { follow, forecast } = stageOfTwo();
    const client = await follow();
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    });
    await expect.poll(() => eventsOf(client)).toEqual(['hello', 'health']);
    expect(client.frames()[0]?.data).toMatchObject({ version: '1.2.3', revision: 2, cursor: 0 });
    forecast('b', 1000, {
      value: 21.5,
      anomalyScore: 0.25,
      anomaly: false,
      source: 'linear',
      expected: { mean: 20, lower: 19, upper: 21 },
    });
    await expect.poll(() => rowsOf(client)).toEqual([[1, 1000, 21.5, 20, 19, 21, 0.25, 0, 1]]);
    expect(client.frames().at(-1)?.id).toMatch(/^\d+-1$/);
  });

  it('have the newest reading of each stream alone, and only of streams in view and of alarms', async () => {
    const { follow, forecast } = stageOfTwo();
    const [all, one, none] = await Promise.all([follow(), follow('?streams=1'), follow('?streams=')]);
    for (let at = 1; at <= 50; at++)
      for (const name of ['a', 'b']) forecast(name, at, { value: at, anomaly: name === 'a' && at === 50 });
    await expect
      .poll(() => rowsOf(all).map(([index, at]) => [index, at]))
      .toEqual([
        [0, 50],
        [1, 50],
      ]);
    await expect
      .poll(() => rowsOf(one).map(([index, at]) => [index, at]))
      .toEqual([
        [0, 50],
        [1, 50],
      ]);
    await expect.poll(() => rowsOf(none).map(([index, at]) => [index, at])).toEqual([[0, 50]]);
    const forecasts = one.frames().filter(({ event }) => event === 'forecast');
    expect(forecasts.map(({ data }) => data)).toEqual([[1, [[1, null, 2, 1, 3]]]]);
    expect(eventsOf(all)).not.toContain('forecast');
  });

  it('say that the list of streams has changed', async () => {
    const { follow, begin } = stageOfTwo();
    const client = await follow();
    begin('c');
    await expect
      .poll(() =>
        client
          .frames()
          .filter(({ event }) => event === 'again')
          .map(({ data }) => data),
      )
      .toEqual([{ revision: 3 }]);
  });

  it('tell of each alarm that begins or ends, as the list of alarms has it', async () => {
    const { follow, forecast, ask, stage } = stageOfTwo();
    const client = await follow('?streams=');
    forecast('a', 1000, { anomaly: false });
    forecast('a', 2000, { anomaly: true, anomalyScore: 3 });
    const id = 'a-1';
    const record = stage.shared.alarms as unknown as { find: unknown };
    record.find = () => ({
      id,
      stream: 'a',
      start: 2000,
      end: null,
      score: 3,
      channel: 'jump',
      y: 1,
      yhat: 2,
      yhatLower: 1,
      yhatUpper: 3,
      knownLow: 0,
      knownHigh: 9,
      verdict: null,
    });
    const alarmsOf = () => client.frames().flatMap(({ event, data }) => (event === 'alarm' ? [data] : []));
    await expect
      .poll(alarmsOf)
      .toEqual([expect.objectContaining({ id, stream: 'a', end: null, channel: 'jump', known_high: 9 })]);
    forecast('a', 3000, { anomaly: false });
    await expect.poll(() => alarmsOf().length).toBe(2);
    expect((await ask('/api/alarms?open=1')).alarms).toEqual([]);
    expect((await ask('/api/alarms?open=2')).error.code).toBe('TG_HTTP_INVALID');
  });

  it('bring the newest lines of the log to who asks for them', async () => {
    const { follow, stage } = stageOfTwo();
    const line = (message: string) => stage.log$.next({ at: toEpochMs(1), level: 'info', message, fields: { a: 1 } });
    line('before');
    const [with1, without] = await Promise.all([follow('?log=1'), follow()]);
    const messagesOf = (client: EventFollower) =>
      client.frames().flatMap(({ event, data }) => (event === 'log' ? [data.message] : []));
    await expect.poll(() => messagesOf(with1)).toEqual(['before']);
    line('after');
    await expect.poll(() => messagesOf(with1)).toEqual(['before', 'after']);
    expect(messagesOf(without)).toEqual([]);
  });

  it('are for eight clients; the ninth is told, and served once one has gone', async () => {
    const { follow } = stageOfTwo();
    const clients = await Promise.all(Array.from({ length: 8 }, () => follow()));
    const ninth = await follow();
    expect([ninth.status, JSON.parse(ninth.text() || '{}').error?.code ?? 'TG_HTTP_FULL']).toEqual([
      503,
      'TG_HTTP_FULL',
    ]);
    clients[3]?.close();
    await expect.poll(async () => (await follow()).status).toBe(200);
  });

  it('end with the page', async () => {
    const { follow, run } = stageOfTwo();
    const client = await follow();
    await run.stop();
    await expect.poll(() => client.isClosed()).toBe(true);
  });
});

/** A sink that takes what it is told to. */
class FakeSink implements EventSink {
  backlog = 0;
  isOpen = true;
  text = '';
  isStuck = false;

  write(text: string): void {
    this.text += text;
    if (this.isStuck) this.backlog += text.length;
  }

  cut(): void {
    this.isOpen = false;
  }
}

function rig() {
  const streams = new PageStreams();
  streams.change({ kind: 'started', stream: idOf('a') });
  const told: DomainEvent[] = [];
  let rules = 'a token';
  const log = new LogTail();
  const stream = new EventStream({
    streams,
    settingsOf: () => settingsWith(everyMessage),
    version: '1',
    now: () => toEpochMs(0),
    rules: () => rules,
    health: () => '{}',
    alarms: { find: () => undefined },
    log,
    report: (event) => void told.push(event),
    follow: (values$, handler) => void values$.subscribe(handler),
  });
  const forecast = (name: string, at: number): void => lend(forecastOf(name, at), (it) => void streams.take(it));
  const add = (): FakeSink => {
    const sink = new FakeSink();
    stream.add(sink, { streams: undefined, log: true });
    return sink;
  };
  const change = (to: string): void => {
    rules = to;
  };
  return { streams, stream, told, forecast, add, log, change };
}

describe('a token that is changed', () => {
  it('ends every client that was let in by the one before, and none that comes later', async () => {
    await inFakeTime(async () => {
      const { add, change, told, stream } = rig();
      const before = [add(), add()];
      await vi.advanceTimersByTimeAsync(1000);
      expect(before.map(({ isOpen }) => isOpen)).toEqual([true, true]);
      change('another');
      await vi.advanceTimersByTimeAsync(300);
      expect([...before.map(({ isOpen }) => isOpen), stream.size]).toEqual([false, false, 0]);
      const after = add();
      await vi.advanceTimersByTimeAsync(1000);
      expect([after.isOpen, told]).toEqual([true, []]);
      stream.stop();
    });
  });
});

describe('a client that takes nothing any more', () => {
  it('is cut off after ten seconds, and costs no other anything', async () => {
    await inFakeTime(async () => {
      const { stream, told, forecast, add } = rig();
      const [live, frozen] = [add(), add()];
      frozen.isStuck = true;
      for (let second = 1; second <= 13; second++) {
        forecast('a', second);
        await vi.advanceTimersByTimeAsync(1000);
      }
      expect([live.isOpen, frozen.isOpen, stream.size]).toEqual([true, false, 1]);
      expect(told).toEqual([{ type: 'PageClientDropped', cause: 'slow' }]);
      expect(live.text.match(/event: readings/g)?.length).toBe(13);
      expect(frozen.text.match(/event: readings/g)?.length).toBe(1);
      stream.stop();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it('is cut off at once where more than 256 kB wait', async () => {
    await inFakeTime(async () => {
      const { told, add, log } = rig();
      const frozen = add();
      frozen.isStuck = true;
      for (let frame = 0; frame < 12; frame++) {
        for (let i = 0; i < 20; i++)
          log.add({ at: toEpochMs(i), level: 'info', message: 'x'.repeat(1900), fields: {} });
        await vi.advanceTimersByTimeAsync(250);
      }
      expect([frozen.isOpen, told]).toEqual([false, [{ type: 'PageClientDropped', cause: 'too-much' }]]);
    });
  });

  it('gets the newest readings once it takes something again, and none twice', async () => {
    await inFakeTime(async () => {
      const { stream, forecast, add } = rig();
      const slow = add();
      slow.isStuck = true;
      for (const at of [1, 2, 3]) {
        forecast('a', at);
        await vi.advanceTimersByTimeAsync(500);
      }
      slow.isStuck = false;
      slow.backlog = 0;
      await vi.advanceTimersByTimeAsync(500);
      const times = [...slow.text.matchAll(/"rows":\[\[0,(\d)/g)].map(([, at]) => at);
      expect(times).toEqual(['1', '3']);
      stream.stop();
    });
  });

  it('hears a beat in each quarter of a minute, and the health in each five seconds', async () => {
    await inFakeTime(async () => {
      const { stream, add } = rig();
      const client = add();
      await vi.advanceTimersByTimeAsync(60_000);
      expect([client.text.match(/^:$/gm)?.length, client.text.match(/event: health/g)?.length]).toEqual([4, 13]);
      stream.stop();
    });
  });
});
