import { expect, it, vi } from 'vitest';
import type { DomainEvent } from '../../../../src/domain/events.ts';
import type { StreamId } from '../../../../src/domain/streamId.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { BridgeEvents } from '../../../../src/outlets/bridge/events/bridgeEvents.ts';
import { EVENT_NAMES, TOLD_TYPES } from '../../../../src/outlets/bridge/events/eventRows.ts';
import { OutletRun } from '../../../../src/outlets/outletRun.ts';
import { parse } from '../../../config/context.ts';
import { OutletStage } from '../../../contract/outletContract.ts';
import { forecastOf, idOf } from '../../../pipeline/samples.ts';
import { fakeTimers } from '../../../support/fakeTimers.ts';
import { lend } from '../../../support/lent.ts';

fakeTimers();

const A: StreamId = idOf('a');

function setUp() {
  const stage = new OutletStage();
  let config = stage.shared.config;
  const run = new OutletRun(new BridgeEvents(), stage.report);
  stage.connected$.next(true);
  run.start({ ...stage.shared, configNow: () => config });
  return {
    stage,
    tell: (event: DomainEvent) => stage.events$.next(event),
    forecast: (name: string, at: number, anomaly: boolean) =>
      lend(forecastOf(name, at, { anomaly, anomalyScore: anomaly ? 2.5 : 0.1 }), (row) => stage.forecasts$.next(row)),
    setEvents: (events: 'on' | 'off') => {
      config = parse(`mqtt: {server: mqtt://pi}\nstreams: [{topic: a}]\nbridge: {events: ${events}}`);
    },
    take: () => stage.published.splice(0).map(({ payload }) => JSON.parse(String(payload))),
  };
}

const EVENTS: readonly (readonly [DomainEvent, string, object])[] = [
  [{ type: 'StreamStarted', stream: A }, 'stream_started', { stream: 'a' }],
  [{ type: 'StreamRestored', stream: A, replayed: 3 }, 'stream_restored', { stream: 'a' }],
  [{ type: 'StreamEvicted', stream: A }, 'stream_left', { stream: 'a', reason: 'room' }],
  [{ type: 'StreamEvicted', stream: A, wanted: 'forgotten' }, 'stream_left', { stream: 'a', reason: 'forgotten' }],
  [
    { type: 'StateRefused', stream: A, outcome: 'unreadable' },
    'stream_state_refused',
    { stream: 'a', reason: 'unreadable' },
  ],
  [{ type: 'SenderGone', topics: 'z/#' }, 'device_offline', { topics: 'z/#' }],
  [{ type: 'SenderBack', topics: 'z/#' }, 'device_online', { topics: 'z/#' }],
  [{ type: 'SensorDeclared', topic: 'z/loft' }, 'device_declared', { topics: 'z/loft' }],
  [
    { type: 'NetworkRolledBack', stream: A, network: 'lstm_direct', cause: 'output-not-finite' },
    'network_rolled_back',
    { stream: 'a', network: 'lstm_direct', reason: 'output-not-finite' },
  ],
  [
    { type: 'NetworkFrozen', stream: A, network: 'lstm_direct' },
    'network_frozen',
    { stream: 'a', network: 'lstm_direct' },
  ],
  [
    { type: 'NetworkResumed', stream: A, network: 'lstm_direct' },
    'network_resumed',
    { stream: 'a', network: 'lstm_direct' },
  ],
  [
    {
      type: 'ConfigReloaded',
      live: 'a: interval',
      streams: '',
      topics: 'b: added',
      link: 'mqtt.server',
      restart: 'threads',
    },
    'configuration_reloaded',
    { live: 'a: interval', streams: '', topics: 'b: added', link: 'mqtt.server', restart: 'threads' },
  ],
  [{ type: 'ConfigRefused', problem: 'password: hunter2' }, 'configuration_refused', {}],
  [{ type: 'OverloadChanged', level: 2 }, 'overload_changed', { level: 2 }],
  [
    { type: 'StoreFailed', fault: 'full', error: new Error('no'), retryIn: toDurationMs(2000) },
    'state_write_failed',
    { reason: 'full', retry_in_s: 2 },
  ],
  [{ type: 'StoreRecovered' }, 'state_write_recovered', {}],
];

it.each(EVENTS)('%j is told as %s', (event, type, data) => {
  const { stage, tell, take } = setUp();
  tell(event);
  expect(stage.published.map(({ topic, qos, retain }) => [topic, qos, retain])).toEqual([
    ['tidegate/bridge/event', 0, false],
  ]);
  expect(take()).toEqual([{ type, ts: '2023-11-14T22:13:20.000Z', data, reported_by: 'tidegate' }]);
});

it('every event that is told has a row above, and a name of its own', () => {
  const seen = new Set(EVENTS.map(([{ type }]) => type));
  expect(TOLD_TYPES.filter((type) => !seen.has(type))).toEqual(['StateCarriedOver']);
  expect(new Set(EVENT_NAMES).size).toBe(EVENT_NAMES.length);
  for (const name of EVENT_NAMES) expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
});

it('tells the start and the end of each alarm once, under the id that its stream has for it', () => {
  const { forecast, take, tell } = setUp();
  for (const [at, anomaly] of [false, true, true, false, true].entries()) forecast('a', at, anomaly);
  forecast('b', 2, false);
  const told = (type: string, id: string, score: number) => ({
    type,
    data: expect.objectContaining({ stream: 'a', id, anomaly_score: score }),
  });
  const start = 'alarm_started';
  expect(take()).toMatchObject([told(start, 'a@1', 2.5), told('alarm_ended', 'a@1', 0.1), told(start, 'a@4', 2.5)]);
  tell({ type: 'StreamEvicted', stream: A });
  expect(take().map(({ type }) => type)).toEqual(['stream_left']);
  forecast('a', 9, true);
  expect(take()).toMatchObject([told(start, 'a@9', 2.5)]);
});

it('a flood of one kind is bounded and counted, and holds back no other kind', async () => {
  const { tell, forecast, take } = setUp();
  for (let i = 0; i < 5000; i++) tell({ type: 'StreamStarted', stream: idOf(`s${i}`) });
  forecast('a', 1, true);
  const told = take();
  expect([told.length, told.at(-1).type]).toEqual([51, 'alarm_started']);
  await vi.advanceTimersByTimeAsync(1000);
  tell({ type: 'StreamStarted', stream: A });
  expect(take()).toMatchObject([{ type: 'stream_started', left_off: 4950 }]);
});

it('cuts the topic of a stranger, which may have 64 KB', () => {
  const { stage, tell } = setUp();
  tell({ type: 'SenderGone', topics: 'é'.repeat(30_000) });
  expect(Buffer.byteLength(stage.published[0]?.payload as string)).toBeLessThan(2500);
});

it('is off where the configuration of now says so, and tries nothing without a connection', () => {
  const { stage, setEvents, tell, forecast, take } = setUp();
  setEvents('off');
  tell({ type: 'StoreRecovered' });
  forecast('a', 1, true);
  setEvents('on');
  forecast('a', 2, false);
  expect(take()).toMatchObject([{ type: 'alarm_ended', data: { id: 'a@1' } }]);
  stage.connected$.next(false);
  tell({ type: 'StoreRecovered' });
  stage.connected$.next(true);
  tell({ type: 'StoreRecovered' });
  expect(take().map(({ left_off }) => left_off)).toEqual([undefined]);
});
