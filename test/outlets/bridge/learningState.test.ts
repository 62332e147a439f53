import { expect, it, vi } from 'vitest';
import { toEpochMs } from '../../../src/domain/time.ts';
import { LearningState, learningState } from '../../../src/outlets/bridge/learningState.ts';
import { OutletRun } from '../../../src/outlets/outletRun.ts';
import { LearningPauses } from '../../../src/pipeline/learningPauses.ts';
import { OutletStage } from '../../contract/outletContract.ts';
import { idOf } from '../../pipeline/samples.ts';
import { fakeTimers } from '../../support/fakeTimers.ts';
import { idleControl } from '../../support/idleControl.ts';

fakeTimers();

function setUp() {
  let now = 0;
  const note = { read: () => undefined, write: () => false };
  const learning = new LearningPauses({ clock: { now: () => toEpochMs(now) }, note, most: 10 });
  const stage = new OutletStage();
  const run = new OutletRun(new LearningState(), stage.report);
  run.start({ ...stage.shared, control: idleControl({ learning }) });
  const take = () => stage.published.splice(0).map(({ payload }) => JSON.parse(String(payload)));
  const ask = () => stage.events$.next({ type: 'RequestAnswered', command: 'learning', code: undefined });
  const pass = (ms: number) => {
    now += ms;
    return vi.advanceTimersByTimeAsync(ms);
  };
  return { stage, learning, take, ask, pass };
}

const LEARNS = { learning: true, until: null, paused: {}, left_off: 0 };

it('tells at once what a request has changed, once, and again on each connection', async () => {
  const { stage, learning, take, ask, pass } = setUp();
  stage.connected$.next(true);
  expect(take()).toEqual([LEARNS]);
  learning.pause(idOf('__proto__'), null);
  learning.pause(undefined, toEpochMs(3_600_000));
  ask();
  const paused = JSON.parse('{"__proto__":null}');
  expect(take()).toEqual([{ learning: false, until: '1970-01-01T01:00:00.000Z', paused, left_off: 0 }]);
  ask();
  await pass(20_000);
  expect(take()).toEqual([]);
  for (const isConnected of [false, true]) stage.connected$.next(isConnected);
  expect(take()).toHaveLength(1);
});

it('tells of a pause that has ended by itself', async () => {
  const { stage, learning, take, ask, pass } = setUp();
  stage.connected$.next(true);
  learning.pause(idOf('a'), toEpochMs(60_000));
  ask();
  expect(take().at(-1)).toMatchObject({ learning: true, paused: { a: '1970-01-01T00:01:00.000Z' } });
  await pass(50_000);
  expect(take()).toEqual([]);
  await pass(15_000);
  expect(take()).toEqual([LEARNS]);
});

it('is bounded in bytes, and counts what it leaves off', () => {
  const streams = new Map(Array.from({ length: 3000 }, (_, i) => [idOf(`${'é'.repeat(90)}${i}`), null]));
  const text = learningState({ all: undefined, streams });
  expect(Buffer.byteLength(text)).toBeLessThan(201_000);
  const { paused, left_off } = JSON.parse(text) as { paused: object; left_off: number };
  expect([Object.keys(paused).length + left_off, left_off > 0]).toEqual([3000, true]);
});
