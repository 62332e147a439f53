import { afterEach, expect, it } from 'vitest';
import { createHealthMonitor, type HealthMonitor } from '../../../src/outlets/bridge/health.ts';
import { Counters } from '../../../src/telemetry/counters.ts';
import { idOf } from '../../pipeline/samples.ts';

let monitor: HealthMonitor | undefined;

afterEach(() => monitor?.stop());

function payloadOf({ payload }: HealthMonitor): Record<string, unknown> {
  return JSON.parse(payload()) as Record<string, unknown>;
}

it('tells what was counted, by reason where there are reasons', () => {
  const counters = new Counters();
  const stream = idOf('s');
  monitor = createHealthMonitor(counters);
  for (let i = 0; i < 3; i++) counters.count({ type: 'StreamStarted', stream });
  counters.count({ type: 'StreamEvicted', stream });
  counters.count({ type: 'MessageReceived' });
  counters.count({ type: 'ForecastIssued', stream });
  counters.count({ type: 'ForecastWithheld', stream });
  counters.count({ type: 'MessagePublished' });
  counters.count({ type: 'InputDropped', reason: 'not-json', topic: 't' });
  counters.count({ type: 'InputDropped', reason: 'not-json', topic: 't' });
  counters.count({ type: 'PublishDropped', cause: 'disconnected', topic: 't' });
  counters.count({ type: 'LearnerFailed', stream, error: 1 });
  counters.count({ type: 'NetworkRolledBack', stream, network: 'lstm_direct', cause: 'output-not-finite' });
  counters.count({ type: 'NetworkFrozen', stream, network: 'lstm_direct' });
  counters.count({ type: 'UpdateSkipped', stream, network: 'lstm_direct' });
  counters.count({ type: 'ClientIdContested', clientId: 'c', isReported: false });
  counters.count({ type: 'BrokerConnected', server: 's', protocol: 5 });
  counters.count({ type: 'TimeReplaced', topic: 't', cause: 'too-old' });
  expect(payloadOf(monitor)).toMatchObject({
    streams: 2,
    messages: 1,
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
  const loads = [{ waiting: 12 }, { waiting: 0 }];
  monitor = createHealthMonitor(new Counters(), { loads: () => loads });
  expect(payloadOf(monitor)['threads']).toEqual(loads);
  monitor.stop();
  monitor = createHealthMonitor(new Counters());
  expect(payloadOf(monitor)['threads']).toEqual([]);
});

it('tells what waits, in messages and in bytes', () => {
  const load = { messages: 3, bytes: 1600, mostBytes: 2 ** 20, journalBytes: 57, outboundBytes: 12 };
  monitor = createHealthMonitor(new Counters(), { queues: () => load });
  const { messages, bytes } = load;
  const waiting = { messages, bytes, most_bytes: 2 ** 20, journal_bytes: 57, outbound_bytes: 12 };
  expect(payloadOf(monitor)['waiting']).toEqual(waiting);
});

it('tells age and memory of the process', () => {
  monitor = createHealthMonitor(new Counters());
  const health = payloadOf(monitor);
  expect(health['uptime_s']).toBe(Math.round(process.uptime()));
  const rss = process.memoryUsage.rss() / 2 ** 20;
  expect(health['rss_mb']).toBeGreaterThan(rss * 0.5);
  expect(health['rss_mb']).toBeLessThan(rss * 2);
  expect(health['heap_mb']).toBeGreaterThan(1);
  expect(health['heap_mb']).toBeLessThan(health['rss_mb'] as number);
});

it('tells how long the event loop stood still since the last time', async () => {
  monitor = createHealthMonitor(new Counters());
  await new Promise((resolve) => setTimeout(resolve, 30));
  const end = performance.now() + 300;
  while (performance.now() < end);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const blocked = payloadOf(monitor)['event_loop_delay_ms'] as number;
  expect(blocked).toBeGreaterThan(200);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(payloadOf(monitor)['event_loop_delay_ms']).toBeLessThan(blocked);
});
