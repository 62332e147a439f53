import { expect, it } from 'vitest';
import { NO_LEARNING } from '../../src/domain/effort.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { LearningPauses } from '../../src/pipeline/learningPauses.ts';
import { createHandClock } from '../telemetry/capture.ts';
import { idOf } from './samples.ts';

const [a, b, c] = ['a', 'b', 'c'].map(idOf);

function setUp(start?: unknown) {
  const clock = createHandClock(1000);
  let note: unknown = start;
  const write = (given: unknown): boolean => {
    note = JSON.parse(JSON.stringify(given));
    return true;
  };
  const open = () => new LearningPauses({ clock, note: { read: () => note, write }, most: 2 });
  return { clock, open, pauses: open(), note: () => note };
}

it('lets a stream rest until the end of its pause, and others learn', () => {
  const { clock, pauses } = setUp();
  expect([pauses.isAny, pauses.effortFor(a)]).toEqual([false, 0]);
  pauses.pause(a, toEpochMs(2000));
  expect([pauses.effortFor(a), pauses.effortFor(b)]).toEqual([NO_LEARNING, 0]);
  clock.set(2000);
  expect([pauses.effortFor(a), pauses.isAny]).toEqual([0, false]);
});

it('lets all rest until they are resumed, whatever pauses single streams have', () => {
  const { clock, pauses } = setUp();
  pauses.pause(undefined, null);
  pauses.pause(a, toEpochMs(2000));
  clock.set(1e15);
  expect([pauses.effortFor(a), pauses.effortFor(b)]).toEqual([NO_LEARNING, NO_LEARNING]);
  pauses.resume(a);
  expect(pauses.effortFor(a)).toBe(NO_LEARNING);
  pauses.pause(b, null);
  pauses.resume(undefined);
  expect([pauses.isAny, pauses.effortFor(b)]).toEqual([false, 0]);
});

it('goes on from its note, and takes a note of anything else for none', () => {
  const { pauses, open, note } = setUp();
  pauses.pause(a, null);
  pauses.pause(b, toEpochMs(5000));
  pauses.pause(undefined, toEpochMs(9000));
  expect(open().pauses).toEqual({
    all: 9000,
    streams: new Map([
      [a, null],
      [b, 5000],
    ]),
  });
  expect(note()).toEqual({ all: 9000, streams: { a: null, b: 5000 } });
  for (const wrong of [7, 'x', [], { all: 'x', streams: 3 }, { streams: { a: {} } }, { all: Number.NaN }])
    expect(setUp(wrong).pauses.isAny).toBe(false);
});

it('has room for as many streams as it is told; pauses that are over make room', () => {
  const { clock, pauses } = setUp();
  pauses.pause(a, toEpochMs(2000));
  pauses.pause(b, null);
  expect(() => pauses.pause(c, null)).toThrow(RangeError);
  pauses.pause(b, toEpochMs(3000));
  clock.set(2500);
  pauses.pause(c, null);
  expect([...pauses.pauses.streams.keys()]).toEqual([b, c]);
});
