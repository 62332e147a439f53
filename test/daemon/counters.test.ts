import { expect, test } from 'vitest';
import { Counters } from '../../src/daemon/counters.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { toStreamId } from '../../src/domain/streamId.ts';
import { toDurationMs } from '../../src/domain/time.ts';

const stream = toStreamId('a', undefined);
const server = 'mqtt://h:1883';

function after(...events: readonly DomainEvent[]): Record<string, unknown> {
  const counters = new Counters();
  for (const event of events) counters.count(event);
  const { dropped, publishDropped, ...rest } = counters;
  const all: Record<string, unknown> = {
    ...rest,
    ...Object.fromEntries([...dropped, ...publishDropped].map(([key, count]) => [`dropped ${key}`, count])),
  };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count !== 0));
}

const COUNTED: readonly (readonly [DomainEvent, Record<string, number>])[] = [
  [{ type: 'MessageReceived' }, { received: 1 }],
  [{ type: 'InputDropped', reason: 'missing', topic: 't' }, { 'dropped missing': 1 }],
  [{ type: 'TimeReplaced', topic: 't', cause: 'in-future' }, { timesReplaced: 1 }],
  [{ type: 'StreamStarted', stream }, { streamsStarted: 1 }],
  [{ type: 'StreamEvicted', stream }, { streamsEvicted: 1 }],
  [{ type: 'ForecastIssued', stream }, { issued: 1 }],
  [{ type: 'ForecastWithheld', stream }, { withheld: 1 }],
  [{ type: 'MessagePublished' }, { published: 1 }],
  [{ type: 'PublishDropped', cause: 'too-large', topic: 't' }, { 'dropped too-large': 1 }],
  [{ type: 'BrokerConnected', server, protocol: 4 }, { connects: 1 }],
  [{ type: 'BrokerDisconnected', server, reason: 'r' }, { disconnects: 1 }],
  [{ type: 'PipelineFailed', topic: 't', error: 1 }, { failures: 1 }],
  [{ type: 'LearnerFailed', stream, error: 1 }, { failures: 1 }],
];

test.each(COUNTED)('$type adds to its own counter only', (event, expected) => {
  expect(after(event)).toEqual(expected);
});

test('events that are only lines in the log move no counter', () => {
  const lines: readonly DomainEvent[] = [
    { type: 'NetworkSwitchedOff', stream, cause: 'output-not-finite' },
    { type: 'BrokerRefused', server, reason: 'r', retryIn: toDurationMs(1) },
    { type: 'ProtocolDowngraded', server },
    { type: 'ClientIdContested', clientId: 'c' },
    { type: 'FilterRefused', filter: 'f', code: 128 },
    { type: 'FiltersGranted', count: 1 },
  ];
  expect(after(...lines)).toEqual({});
});

test('adds drops up by reason and in all', () => {
  const counters = new Counters();
  for (const reason of ['missing', 'not-json', 'missing'] as const)
    counters.count({ type: 'InputDropped', reason, topic: 't' });
  expect([...counters.dropped]).toEqual([
    ['missing', 2],
    ['not-json', 1],
  ]);
  expect(counters.droppedInAll).toBe(3);
});

test('a publish that was dropped is no dropped input', () => {
  const counters = new Counters();
  counters.count({ type: 'PublishDropped', cause: 'refused', topic: 't' });
  expect([counters.droppedInAll, counters.publishDropped.get('refused')]).toEqual([0, 1]);
});
