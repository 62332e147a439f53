import { afterEach, expect, it } from 'vitest';
import type { DomainEvent } from '../../../src/domain/events.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { createHealthMonitor, type HealthMonitor } from '../../../src/outlets/bridge/health.ts';
import { Counters } from '../../../src/telemetry/counters.ts';
import { countEvent } from '../../../src/telemetry/eventTable.ts';
import { idOf } from '../../pipeline/samples.ts';

let monitor: HealthMonitor | undefined;

afterEach(() => monitor?.stop());

function payloadOf({ payload }: HealthMonitor): Record<string, unknown> {
  return JSON.parse(payload()) as Record<string, unknown>;
}

it('tells what was counted, by reason where there are reasons', () => {
  const counters = new Counters();
  const stream = idOf('s');
  monitor = createHealthMonitor({ counters });
  for (let i = 0; i < 3; i++) countEvent(counters, { type: 'StreamStarted', stream });
  countEvent(counters, { type: 'StreamEvicted', stream });
  countEvent(counters, { type: 'MessageReceived' });
  countEvent(counters, { type: 'ForecastIssued' });
  countEvent(counters, { type: 'ForecastWithheld', stream });
  countEvent(counters, { type: 'MessagePublished' });
  countEvent(counters, { type: 'InputDropped', reason: 'not-json', topic: 't' });
  countEvent(counters, { type: 'InputDropped', reason: 'not-json', topic: 't' });
  countEvent(counters, { type: 'PublishDropped', cause: 'disconnected', topic: 't' });
  countEvent(counters, { type: 'LearnerFailed', stream, error: 1 });
  countEvent(counters, { type: 'NetworkRolledBack', stream, network: 'lstm_direct', cause: 'output-not-finite' });
  countEvent(counters, { type: 'NetworkFrozen', stream, network: 'lstm_direct' });
  countEvent(counters, { type: 'UpdateSkipped', stream, network: 'lstm_direct' });
  countEvent(counters, { type: 'ClientIdContested', clientId: 'c', isReported: false });
  countEvent(counters, { type: 'BrokerConnected', server: 's', protocol: 5 });
  countEvent(counters, { type: 'TimeReplaced', topic: 't', cause: 'too-old' });
  expect(payloadOf(monitor)).toMatchObject({
    streams: 2,
    messages: 1,
    labels: 0,
    forecasts: 1,
    withheld: 1,
    published: 1,
    dropped: { 'not-json': 2 },
    publish_dropped: { disconnected: 1 },
    times_replaced: 1,
    connects: 1,
    refusals: 1,
    updates_skipped: 1,
    networks_rolled_back: 1,
    networks_frozen: 1,
    failures: 1,
  });
});

it('tells of each learner thread what waits for it', () => {
  const loads = [12, 0].map((waiting) => ({ waiting, unansweredMs: 0, activeMs: 1 }));
  monitor = createHealthMonitor({ counters: new Counters(), loads: () => loads });
  expect(payloadOf(monitor)['threads']).toEqual([{ waiting: 12 }, { waiting: 0 }]);
  monitor.stop();
  monitor = createHealthMonitor({ counters: new Counters() });
  expect(payloadOf(monitor)['threads']).toEqual([]);
});

it('tells what waits, in messages and in bytes', () => {
  const load = { messages: 3, bytes: 1600, mostBytes: 2 ** 20, journalBytes: 57, stateBytes: 900, outboundBytes: 12 };
  monitor = createHealthMonitor({ counters: new Counters(), queues: () => load });
  const { messages, bytes } = load;
  const waiting = { messages, bytes, most_bytes: 2 ** 20, journal_bytes: 57, state_bytes: 900, outbound_bytes: 12 };
  expect(payloadOf(monitor)['waiting']).toEqual(waiting);
});

it('tells age and memory of the process', () => {
  monitor = createHealthMonitor({ counters: new Counters() });
  const health = payloadOf(monitor);
  expect(health['uptime_s']).toBe(Math.round(process.uptime()));
  const rss = process.memoryUsage.rss() / 2 ** 20;
  expect(health['rss_mb']).toBeGreaterThan(rss * 0.5);
  expect(health['rss_mb']).toBeLessThan(rss * 2);
  expect(health['heap_mb']).toBeGreaterThan(1);
  expect(health['heap_mb']).toBeLessThan(health['rss_mb'] as number);
});

it('tells how long the event loop stood still since the last time', async () => {
  const own = createHealthMonitor({ counters: new Counters() });
  monitor = own;
  await new Promise((resolve) => setTimeout(resolve, 30));
  const end = performance.now() + 300;
  while (performance.now() < end);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const blocked = payloadOf(own)['event_loop_delay_ms'] as number;
  expect(blocked).toBeGreaterThan(200);
  // Each look forgets what was before. Another program may hold the loop up now and then.
  await expect.poll(() => payloadOf(own)['event_loop_delay_ms'], { interval: 60 }).toBeLessThan(blocked);
});

const stream = idOf('s');
const network = 'lstm_direct';
const COUNTED: readonly DomainEvent[] = [
  { type: 'StreamStarted', stream },
  { type: 'StreamStarted', stream },
  { type: 'StreamEvicted', stream },
  { type: 'MessageReceived' },
  { type: 'ForecastIssued' },
  { type: 'InputDropped', reason: 'not-json', topic: 't' },
  { type: 'InputDropped', reason: 'missing', topic: 't' },
  { type: 'InputMissing', reason: 'no-field', topic: 't', field: 'f' },
  { type: 'FieldsPassedOver', count: 2 },
  { type: 'TimeReplaced', topic: 't', cause: 'too-old' },
  { type: 'ClockSetBack', stream },
  { type: 'ForecastWithheld', stream },
  { type: 'MessagePublished' },
  { type: 'PublishDropped', cause: 'slow-broker', topic: 't' },
  { type: 'BrokerConnected', server: 's', protocol: 5 },
  { type: 'BrokerRefused', server: 's', reason: 'no', retryIn: toDurationMs(1) },
  { type: 'UpdateSkipped', stream, network },
  { type: 'NetworkRolledBack', stream, network, cause: 'output-not-finite' },
  { type: 'NetworkFrozen', stream, network },
  { type: 'LearnerFailed', stream, error: 1 },
  { type: 'OverloadChanged', level: 3 },
  { type: 'LearningThinned', effort: 2 },
];

it('keeps the bytes of its payload: names, their order and their values', () => {
  const counters = new Counters();
  for (const event of COUNTED) countEvent(counters, event);
  const queues = () => ({
    messages: 3,
    bytes: 1600,
    mostBytes: 4096,
    journalBytes: 57,
    stateBytes: 900,
    outboundBytes: 12,
  });
  monitor = createHealthMonitor({ counters, loads: () => [{ waiting: 1, unansweredMs: 3, activeMs: 4 }], queues });
  const ofProcess = /"(uptime_s|rss_mb|heap_mb|event_loop_delay_ms|readings_per_minute|cpu_share)":[\d.]+/g;
  expect(monitor.payload().replace(ofProcess, '"$1":0')).toBe(
    '{"uptime_s":0,"rss_mb":0,"heap_mb":0,"event_loop_delay_ms":0,"threads":[{"waiting":1}],' +
      '"waiting":{"messages":3,"bytes":1600,"most_bytes":4096,"journal_bytes":57,"state_bytes":900,"outbound_bytes":12},' +
      '"streams":1,"messages":1,"labels":0,"forecasts":1,"dropped":{"not-json":1,"missing":1},"passed_over":2,"inputs_missing":{"no-field":1},' +
      '"messages_missed":0,"births_wanted":0,' +
      '"times_replaced":1,"clocks_set_back":1,"inputs_unnamed":0,"withheld":1,"published":1,"publish_dropped":{"slow-broker":1},' +
      '"connects":1,"refusals":1,"updates_skipped":1,"networks_rolled_back":1,"networks_frozen":1,"failures":1,"requests":0,"requests_refused":0,"requests_ignored":0,' +
      '"overload_level":3,"learning_thinned":1,"state":null,"readings_per_minute":0,"cpu_share":0,"learning_share":null}',
  );
});

it('names filters for which nothing has come, while there are any', () => {
  let silent: readonly string[] = [];
  monitor = createHealthMonitor({ counters: new Counters(), silent: () => silent });
  expect(payloadOf(monitor)).not.toHaveProperty('silent_filters');
  silent = Array.from({ length: 30 }, (_, i) => `room${i}/+`);
  expect(payloadOf(monitor)['silent_filters']).toEqual(silent.slice(0, 20));
});

it('names configured fields that no message has had, while there are any', () => {
  const counters = new Counters();
  monitor = createHealthMonitor({ counters });
  expect(payloadOf(monitor)).not.toHaveProperty('fields_never_seen');
  countEvent(counters, { type: 'FieldNeverSeen', topic: 'house/+', field: 'temprature', messages: 200, had: 'x' });
  expect(payloadOf(monitor)['fields_never_seen']).toEqual(['house/+ temprature']);
});
