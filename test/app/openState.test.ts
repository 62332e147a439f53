import { beforeEach, describe, expect, it } from 'vitest';
import { createTimerDelay } from '../../src/adapters/clock/timerDelay.ts';
import { type OpenState, openState } from '../../src/app/openState.ts';
import { TidegateError } from '../../src/domain/errors.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { type StateStore, StoreError } from '../../src/domain/stateStore.ts';
import { parse } from '../config/context.ts';
import { batchOf } from '../contract/stateStoreContract.ts';
import { repeatsOf, sampleOf } from '../pipeline/samples.ts';
import { createEchoHost } from '../support/echoHost.ts';
import { MeteredStore } from '../support/meteredStore.ts';
import { createHandClock, createListLog } from '../telemetry/capture.ts';

const clock = createHandClock(1000);
let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});

function open(state: string, store: StateStore, events: DomainEvent[] = [], streams = '[{topic: a}]') {
  const config = parse(`mqtt: {server: "mqtt://broker.example"}\nstate: {${state}}\nstreams: ${streams}\n`);
  const options = { config, version: '1.2.3', clock, log: createListLog().log, store };
  const report = (event: DomainEvent): void => void events.push(event);
  const delay = createTimerDelay(new AbortController().signal);
  return openState(options, {
    host: createEchoHost().host,
    repeats: repeatsOf(),
    report,
    delay,
    stop: stop.signal,
  }) as Promise<OpenState>;
}

describe('openState', () => {
  it('keeps nothing with durability none, and does not touch the store', async () => {
    const store = new MeteredStore(clock);
    store.open = () => Promise.reject(new Error('was opened'));
    expect(await open('durability: none', store)).toMatchObject({ durable: undefined, store: undefined });
  });

  it('opens the store, and tells what was there', async () => {
    const store = new MeteredStore(clock);
    const events: DomainEvent[] = [];
    const { durable } = await open('durability: snapshot', store, events);
    expect(events).toEqual([{ type: 'StoreOpened', streams: 0, samples: 0 }]);
    expect(durable?.health()).toMatchObject({ degraded: [], streams_stored: 0 });
    await durable?.stop(1 as never);
  });

  it('does not begin where another process has the folder', async () => {
    const store = new MeteredStore(clock);
    store.open = () => Promise.reject(new TidegateError('TG_STATE_LOCKED', 'planted'));
    await expect(open('durability: snapshot', store)).rejects.toMatchObject({ code: 'TG_STATE_LOCKED', exit: 75 });
  });

  it('opens nothing where it is told to stop while it waits for a state that cannot be taken', async () => {
    const store = new MeteredStore(clock);
    store.open = () => Promise.reject(new TidegateError('TG_STATE_FAILED', 'planted'));
    const events: DomainEvent[] = [];
    const opening = open('durability: snapshot', store, events);
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await opening).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(['StoreOutOfReach']);
  });

  it('takes the shortest of all streams for what makes one worth keeping', async () => {
    const store = new MeteredStore(clock);
    const streams = '[{topic: a, min_samples: 500}, {topic: b, min_samples: 30}]';
    const { durable } = await open('durability: snapshot', store, [], streams);
    for (let i = 1; i <= 30; i++) {
      for (const stream of i < 30 ? ['a', 'b'] : ['b']) durable?.residency.note(sampleOf(stream, i), i);
    }
    const [short, long] = ['a', 'b'].map((stream) => durable?.residency.leave(stream as never));
    expect([short, typeof long]).toEqual([undefined, 'function']);
    await durable?.stop(1 as never);
  });

  it('goes on without a medium, and fails as soon as it turns out to hold something', async () => {
    const store = new MeteredStore(clock);
    const openNow = store.open.bind(store);
    store.open = () => Promise.reject(new StoreError('read-only', 'planted'));
    const events: DomainEvent[] = [];
    const kept = await open('durability: snapshot', store, events);
    expect(events.map(({ type }) => type)).toEqual(['StoreFailed', 'StoreOpened']);

    store.batches.push(batchOf(1, 3));
    store.open = openNow;
    kept.durable?.journal.add({ kind: 'session' });
    await kept.durable?.journal.flush();
    await expect(kept.failed).rejects.toMatchObject({ code: 'TG_STATE_RETURNED' });
    await kept.durable?.stop(1 as never);
  });
});
