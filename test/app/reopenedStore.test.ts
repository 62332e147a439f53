import { expect, it, vi } from 'vitest';
import { createTimerDelay } from '../../src/adapters/clock/timerDelay.ts';
import type { StoreOptions } from '../../src/adapters/store/thread/createStore.ts';
import { openState } from '../../src/app/openState.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { StateStore } from '../../src/domain/stateStore.ts';
import { parse } from '../config/context.ts';
import { repeatsOf } from '../pipeline/samples.ts';
import { createEchoHost } from '../support/echoHost.ts';
import { MeteredStore } from '../support/meteredStore.ts';
import { createHandClock, createListLog } from '../telemetry/capture.ts';

const clock = createHandClock(1000);
let made: StoreOptions | undefined;

vi.mock('../../src/adapters/store/thread/createStore.ts', () => ({
  createStore(options: StoreOptions): StateStore {
    made = options;
    return new MeteredStore(clock);
  },
}));

it('reports what the thread that follows a dead one had to repair, and nothing where all was whole', async () => {
  const events: DomainEvent[] = [];
  const config = parse(
    'mqtt: {server: "mqtt://broker.example"}\nstate: {durability: snapshot}\nstreams: [{topic: a}]\n',
  );
  await openState(
    { config, version: '1.2.3', clock, log: createListLog().log },
    {
      host: createEchoHost().host,
      repeats: repeatsOf(),
      report: (event) => events.push(event),
      delay: createTimerDelay(new AbortController().signal),
      stop: new AbortController().signal,
    },
  );
  events.length = 0;
  made?.onReopened?.({ streams: [], lastPosition: 0 });
  expect(events).toEqual([]);
  made?.onReopened?.({ streams: [], lastPosition: 0, movedAside: 'state.damaged-1.sqlite', backupOf: 0 });
  expect(events).toEqual([
    { type: 'StoreDamaged', movedAside: 'state.damaged-1.sqlite', backupOf: '1970-01-01T00:00:00.000Z' },
  ]);
});
