import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../src/domain/events.ts';
import type { Forecast } from '../../../src/domain/forecast.ts';
import type { StreamSettings } from '../../../src/domain/streamSettings.ts';
import type { Introduction, ToThread } from '../../../src/hosts/threads/messages.ts';
import { Shard } from '../../../src/hosts/threads/shard.ts';
import { evictionOf, firstsOf } from '../../../src/hosts/threads/stepRows.ts';
import { everyMessage, forecastOf, idOf, settingsWith, stepOf } from '../../pipeline/samples.ts';
import { keeping } from '../../support/lent.ts';
import { rowsOf } from './rowsOf.ts';

const SETTINGS = settingsWith(everyMessage);

/** A shard whose thread is the test. Streams are named by their index. */
function createStage(maxSteps = 10_000) {
  const posts: { message: ToThread; transfer: readonly ArrayBuffer[] }[] = [];
  const forecasts: Forecast[] = [];
  const events: DomainEvent[] = [];
  const answered: (readonly [steps: number, ms: number])[] = [];
  const shard = new Shard({
    post: (message, transfer = []) => posts.push({ message, transfer }),
    maxSteps,
    sink: keeping((forecast) => forecasts.push(forecast)),
    report: (event) => events.push(event),
    onBatch: (steps, ms) => answered.push([steps, ms]),
  });
  return {
    answered,
    shard,
    forecasts,
    events,
    posts,
    add: (index: number, settings: StreamSettings = SETTINGS) =>
      shard.add({ id: idOf(`s${index}`), index, settings, horizons: settings.horizons }),
    push(index: number, count = 1) {
      for (let i = 0; i < count; i++) shard.push(index, stepOf(`s${index}`, i));
    },
    /** First numbers of the rows of each array that was posted. */
    batches: () => posts.flatMap(({ message }) => (message instanceof Float64Array ? [[...firstsOf(message)]] : [])),
    announcements: () =>
      posts.flatMap(({ message }) => ('kind' in message && message.kind === 'introduction' ? [message] : [])),
    answer: (indexes: readonly number[] = [], { isLast = true, msPerRow = 0.1 } = {}) =>
      shard.receive(
        rowsOf(
          indexes.map((index) => forecastOf(`s${index}`, 1)),
          (id) => Number(id.slice(1)),
          [isLast ? 1 : 0, msPerRow],
        ),
      ),
  };
}

describe('what goes to a thread', () => {
  it('goes as one array that is given away, with all that this turn brought', () => {
    const { shard, add, push, batches, posts } = createStage();
    add(1);
    add(2);
    push(1, 2);
    push(2);
    shard.flush();
    expect(batches()).toEqual([[1, 1, 2]]);
    const { message, transfer } = posts.at(-1)!;
    expect(message instanceof Float64Array && transfer[0] === message.buffer).toBe(true);
  });

  it('tells of a stream once and before its first row, of shared settings once', () => {
    const { shard, add, push, announcements, posts, answer } = createStage();
    const other = settingsWith(everyMessage, 5);
    add(1);
    add(2);
    add(3, other);
    push(1);
    push(2);
    shard.flush();
    answer();
    push(1);
    push(3);
    shard.flush();
    const told: Introduction[] = [
      {
        kind: 'introduction',
        settings: [{ number: 0, settings: SETTINGS }],
        streams: [
          { index: 1, id: idOf('s1'), settings: 0 },
          { index: 2, id: idOf('s2'), settings: 0 },
        ],
      },
      {
        kind: 'introduction',
        settings: [{ number: 1, settings: other }],
        streams: [{ index: 3, id: idOf('s3'), settings: 1 }],
      },
    ];
    expect(announcements()).toEqual(told);
    expect(posts.map(({ message }) => message instanceof Float64Array)).toEqual([false, true, false, true]);
  });

  it('is counted once all of it is answered, without what only makes room', () => {
    const { shard, add, push, answer, answered } = createStage();
    add(1);
    add(2);
    push(1, 2);
    shard.evict(2);
    shard.flush();
    answer([1], { isLast: false });
    expect(answered).toEqual([]);
    answer([1]);
    expect(answered).toEqual([[2, expect.any(Number)]]);
    expect(answered[0]?.[1]).toBeGreaterThanOrEqual(0);
  });

  it('is bounded: two batches that are not answered, the second only if it is worth it', () => {
    const { shard, add, push, batches, answer } = createStage();
    add(1);
    push(1);
    shard.flush();
    answer([1]);
    push(1);
    shard.flush();
    push(1, 30);
    shard.flush();
    // The first is not answered and a small second one would only wait behind its learning.
    expect(batches().map(({ length }) => length)).toEqual([1, 1]);
    push(1, 1000);
    shard.flush();
    expect(batches().map(({ length }) => length)).toEqual([1, 1, 256]);
    shard.flush();
    expect(batches()).toHaveLength(3);
    answer([1]);
    expect(batches().map(({ length }) => length)).toEqual([1, 1, 256, 256]);
    answer([1]);
    answer([1]);
    answer([1]);
    answer([1]);
    // All the rest went as soon as nothing was on its way any more.
    expect(batches().flat()).toHaveLength(2 + 1030);
  });

  it('is as much as the thread learns in about 50 ms', () => {
    const { shard, add, push, batches, answer } = createStage();
    add(1);
    push(1, 1000);
    shard.flush();
    expect(batches().map(({ length }) => length)).toEqual([64, 64]);
    answer([], { msPerRow: 2 });
    expect(batches().at(-1)).toHaveLength(25);
    answer([], { msPerRow: 50 });
    expect(batches().at(-1)).toHaveLength(16);
  });

  it('waits for the last part of an answer', () => {
    const { shard, add, push, batches, answer, forecasts } = createStage();
    add(1);
    push(1);
    shard.flush();
    push(1);
    shard.flush();
    answer([1], { isLast: false });
    expect([batches().length, forecasts.length]).toEqual([1, 1]);
    answer([1]);
    expect([batches().length, forecasts.length]).toEqual([2, 2]);
  });
});

describe('evictions', () => {
  it('travel among the rows, and the stream is known until its last forecast is here', () => {
    const { shard, add, push, batches, answer, forecasts } = createStage();
    add(1);
    push(1);
    shard.evict(1);
    add(2);
    push(2);
    shard.flush();
    expect(batches()).toEqual([[1, evictionOf(1), 2]]);
    answer([1], { isLast: false });
    answer([2]);
    expect(forecasts.map(({ stream }) => stream)).toEqual(['s1', 's2']);
    expect(() => answer([1])).toThrow(RangeError);
  });
});

describe('requests', () => {
  it('are sent once all rows before them have left, and before those after them', () => {
    const { shard, add, push, posts, answer } = createStage();
    const kinds = (): string[] =>
      posts.map(({ message }) => (message instanceof Float64Array ? String(firstsOf(message).length) : message.kind));
    add(1);
    push(1, 300);
    void shard.ask((ticket) => ({ kind: 'drain', ticket }));
    push(1, 10);
    shard.flush();
    expect(kinds()).toEqual(['introduction', '64', '64']);
    answer();
    answer();
    answer();
    expect(kinds()).toEqual(['introduction', '64', '64', '172', 'drain', '10']);
  });

  it('are sent at once where nothing waits', () => {
    const { shard, posts } = createStage();
    void shard.ask((ticket) => ({ kind: 'drain', ticket }));
    shard.flush();
    expect(posts.map(({ message }) => 'kind' in message && message.kind)).toEqual(['drain']);
  });

  it('restore a stream in their place among the rows; its thread hears of it before', () => {
    const { shard, add, push, posts, answer } = createStage(4);
    const bytes = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
    add(1);
    push(1);
    shard.flush();
    push(1);
    add(2);
    void shard.restore(2, bytes);
    bytes.fill(0);
    push(2);
    answer();
    answer();
    expect(posts.map(({ message }) => ('kind' in message ? message.kind : [...firstsOf(message)]))).toEqual([
      ...['introduction', [1], 'introduction', [1], 'restore', [2]],
    ]);
    const { message, transfer } = posts[4]!;
    expect(message).toMatchObject({ index: 2, snapshot: Uint8Array.of(1, 2) });
    expect('snapshot' in message && transfer[0] === message.snapshot.buffer).toBe(true);
  });

  it('restore a stream even where its eviction had to make room before it was told of', () => {
    const { shard, add, push, posts } = createStage(2);
    add(1);
    void shard.restore(1, Uint8Array.of(1));
    shard.evict(1);
    add(2);
    push(2, 2);
    shard.flush();
    expect(posts.map(({ message }) => ('kind' in message ? message.kind : [...firstsOf(message)]))).toEqual([
      ...['introduction', 'restore', 'introduction', [evictionOf(1), 2, 2]],
    ]);
  });

  it('are answered by their tickets, in any order, or refused', async () => {
    const { shard } = createStage();
    const first = shard.ask((ticket) => ({ kind: 'drain', ticket }));
    const second = shard.ask((ticket) => ({ kind: 'drain', ticket }));
    const third = shard.ask((ticket) => ({ kind: 'drain', ticket }));
    shard.receive({ kind: 'refused', ticket: 1, error: new Error('no') });
    shard.receive({ kind: 'done', ticket: 0, answer: Uint8Array.of(1) });
    await expect(second).rejects.toThrow('no');
    expect(await first).toEqual(Uint8Array.of(1));
    shard.close(new Error('gone'));
    await expect(third).rejects.toThrow('gone');
  });
});

it('counts the steps that are not answered yet, evictions not among them', () => {
  const { shard, add, push, answer } = createStage();
  add(1);
  push(1, 70);
  shard.flush();
  push(1, 5);
  shard.evict(1);
  expect(shard.backlog).toBe(75);
  answer([1], { isLast: false });
  expect(shard.backlog).toBe(75);
  answer([1]);
  expect(shard.backlog).toBe(11);
  add(2);
  push(2, 200);
  expect(shard.backlog).toBe(211);
  shard.close(new Error('gone'));
  expect(shard.backlog).toBe(0);
});

it('reports all that was never answered when it is closed, once', () => {
  const { shard, add, push, answer, events } = createStage();
  add(1);
  push(1, 3);
  shard.flush();
  push(1, 2);
  shard.evict(1);
  shard.close(new Error('gone'));
  shard.close(new Error('gone'));
  expect(events).toEqual(Array(5).fill({ type: 'InputDropped', reason: 'stopped', topic: 's1' }));
  events.length = 0;
  answer();
  expect(events).toEqual([]);
});

it('passes on what the learners report', () => {
  const { shard, events } = createStage();
  const told: DomainEvent[] = [
    { type: 'InputDropped', reason: 'no-memory', topic: 'a' },
    { type: 'LearnerFailed', stream: idOf('b'), error: new Error('x') },
  ];
  shard.receive({ kind: 'events', events: told });
  expect(events).toEqual(told);
});
