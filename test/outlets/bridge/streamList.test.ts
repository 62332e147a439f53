import { expect, it, vi } from 'vitest';
import type { Sensor } from '../../../src/domain/decode.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import { StreamList, streamList } from '../../../src/outlets/bridge/streamList.ts';
import { OutletRun } from '../../../src/outlets/outletRun.ts';
import { OutletStage } from '../../contract/outletContract.ts';
import { idOf } from '../../pipeline/samples.ts';
import { fakeTimers } from '../../support/fakeTimers.ts';

fakeTimers();

function setUp(sensors: Map<string, Sensor>) {
  const stage = new OutletStage();
  const run = new OutletRun(new StreamList(), stage.report);
  run.start({ ...stage.shared, sensorOf: (stream) => sensors.get(stream) });
  const take = async () => {
    await vi.advanceTimersByTimeAsync(5000);
    return stage.published.splice(0).map(({ payload }) => JSON.parse(String(payload)));
  };
  return { stage, take };
}

it('has unit, class and presence of each stream that is here, once for each change', async () => {
  const sensor: Sensor = { topic: 'z/loft', path: 't', dialect: 'zigbee2mqtt', unit: '°C', isSilent: false };
  const sensors = new Map([['a', sensor]]);
  const { stage, take } = setUp(sensors);
  stage.connected$.next(true);
  for (const name of ['b', 'a']) stage.streams$.next({ kind: 'started', stream: idOf(name) });
  const a = { id: 'a', topic: 'z/loft', field: 't', dialect: 'zigbee2mqtt', unit: '°C', state: 'online' };
  expect(await take()).toEqual([{ streams: [a, { id: 'b' }], left_off: 0 }]);
  stage.events$.next({ type: 'SenderGone', topics: 'z/other' });
  expect(await take()).toEqual([]);
  sensors.set('a', { ...sensor, deviceClass: 'temperature', isSilent: true });
  stage.events$.next({ type: 'SenderGone', topics: 'z/loft' });
  stage.streams$.next({ kind: 'evicted', stream: idOf('b') });
  const later = { ...a, device_class: 'temperature', state: 'silent' };
  expect(await take()).toEqual([{ streams: [later], left_off: 0 }]);
  stage.connected$.next(false);
  stage.connected$.next(true);
  expect(await take()).toHaveLength(1);
});

it('is tried again with the next change where it could not go out', async () => {
  const { stage, take } = setUp(new Map());
  stage.streams$.next({ kind: 'started', stream: idOf('a') });
  expect(await take()).toEqual([]);
  stage.connected$.next(true);
  expect(await take()).toEqual([{ streams: [{ id: 'a' }], left_off: 0 }]);
});

it('is bounded in bytes, and counts what it leaves off', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => `${'é'.repeat(90)}${i}` as StreamId);
  const text = streamList(ids, () => undefined);
  expect(Buffer.byteLength(text)).toBeLessThan(201_000);
  const { streams, left_off } = JSON.parse(text) as { streams: object[]; left_off: number };
  expect([streams.length + left_off, left_off > 0]).toEqual([5000, true]);
});
