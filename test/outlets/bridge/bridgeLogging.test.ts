import { expect, it, vi } from 'vitest';
import { LOG_LEVELS, type LogLevel } from '../../../src/domain/logLevel.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { BridgeLogging } from '../../../src/outlets/bridge/bridgeLogging.ts';
import { OutletRun } from '../../../src/outlets/outletRun.ts';
import { OutletStage } from '../../contract/outletContract.ts';
import { fakeTimers } from '../../support/fakeTimers.ts';
import { idleControl } from '../../support/idleControl.ts';

fakeTimers();

const AT = Date.UTC(2026, 10, 30);

function setUp(published: LogLevel | 'off' = 'warning') {
  const stage = new OutletStage();
  const control = idleControl({ log: { threshold: 'error', published } });
  const run = new OutletRun(new BridgeLogging(), stage.report);
  run.start({ ...stage.shared, control });
  const log = (level: LogLevel, message: string, fields = {}) =>
    stage.log$.next({ at: toEpochMs(AT), level, message, fields });
  const take = () => stage.published.splice(0).map(({ payload }) => JSON.parse(String(payload)));
  return { stage, control, log, take };
}

it('has the lines from its own level on, whatever the threshold of the log', () => {
  const { stage, control, log, take } = setUp();
  stage.connected$.next(true);
  for (const level of LOG_LEVELS) log(level, 'a line', { topic: 'a', count: 2, missing: undefined });
  const line = {
    ts: '2026-11-30T00:00:00.000Z',
    message: 'a line',
    fields: { topic: 'a', count: 2 },
    reported_by: 'tidegate',
  };
  expect(take()).toEqual([
    { ...line, level: 'error' },
    { ...line, level: 'warning' },
  ]);
  control.log.published = 'debug';
  for (const level of LOG_LEVELS) log(level, 'a line');
  expect(take().map(({ level }) => level)).toEqual(LOG_LEVELS);
  control.log.published = 'off';
  for (const level of LOG_LEVELS) log(level, 'a line');
  expect(take()).toEqual([]);
});

it('tells nothing of its own message that could not go out, which would be told again without end', () => {
  const stage = new OutletStage();
  const run = new OutletRun(new BridgeLogging(), stage.report);
  let tries = 0;
  stage.connected$.next(true);
  run.start({
    ...stage.shared,
    publish() {
      tries++;
      stage.log$.next({ at: toEpochMs(AT), level: 'warning', message: 'message dropped', fields: {} });
      return false;
    },
  });
  stage.log$.next({ at: toEpochMs(AT), level: 'warning', message: 'a line', fields: {} });
  expect([tries, stage.failures]).toEqual([1, []]);
});

it('is tried only while the broker is there: what it misses is in the log', () => {
  const { stage, log, take } = setUp();
  log('error', 'before');
  stage.connected$.next(true);
  log('error', 'during');
  stage.connected$.next(false);
  log('error', 'after');
  expect(take().map(({ message }) => message)).toEqual(['during']);
});

it('is bounded in messages and in bytes, and counts what it leaves off', async () => {
  const { stage, log, take } = setUp();
  stage.connected$.next(true);
  for (let i = 0; i < 1000; i++) log('error', `line ${i}`, { topic: 'x'.repeat(65_000), error: 'y'.repeat(65_000) });
  const lengths = stage.published.map(({ payload }) => payload.length);
  expect(lengths).toHaveLength(50);
  expect(Math.max(...lengths)).toBeLessThan(2500);
  take();
  await vi.advanceTimersByTimeAsync(1000);
  log('error', 'later');
  log('error', 'last');
  expect(take().map(({ left_off }) => left_off)).toEqual([950, undefined]);
});
