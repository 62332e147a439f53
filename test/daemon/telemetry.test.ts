import { beforeEach, expect, test } from 'vitest';
import type { LogFields, LogLevel } from '../../src/daemon/log.ts';
import { createTelemetry, type Telemetry } from '../../src/daemon/telemetry.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { toStreamId } from '../../src/domain/streamId.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

let now: number;
let lines: Line[];
let telemetry: Telemetry;

beforeEach(() => {
  now = 0;
  lines = [];
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    lines.push({ level, message, fields: fields ?? {} });
  };
  telemetry = createTelemetry({
    log: { error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') },
    clock: { now: () => toEpochMs(now) },
  });
});

const stream = toStreamId('a/b', undefined);
const server = 'mqtt://h:1883';

type RareType = Exclude<
  DomainEvent['type'],
  'MessageReceived' | 'ForecastIssued' | 'ForecastWithheld' | 'MessagePublished'
>;

/** One of each, with the level of its line. The type makes a new event fail here until it has its place. */
const RARE: { readonly [Type in RareType]: readonly [Extract<DomainEvent, { type: Type }>, LogLevel] } = {
  InputDropped: [{ type: 'InputDropped', reason: 'not-json', topic: 't' }, 'warning'],
  TimeReplaced: [{ type: 'TimeReplaced', topic: 't', cause: 'too-old' }, 'warning'],
  StreamStarted: [{ type: 'StreamStarted', stream }, 'debug'],
  StreamEvicted: [{ type: 'StreamEvicted', stream }, 'warning'],
  PipelineFailed: [{ type: 'PipelineFailed', topic: 't', error: new Error('x') }, 'error'],
  LearnerFailed: [{ type: 'LearnerFailed', stream, error: new Error('x') }, 'error'],
  NetworkSwitchedOff: [{ type: 'NetworkSwitchedOff', stream, cause: 'output-not-finite' }, 'error'],
  BrokerConnected: [{ type: 'BrokerConnected', server, protocol: 5 }, 'info'],
  BrokerDisconnected: [{ type: 'BrokerDisconnected', server, reason: 'r' }, 'warning'],
  BrokerRefused: [{ type: 'BrokerRefused', server, reason: 'r', retryIn: toDurationMs(1000) }, 'error'],
  ProtocolDowngraded: [{ type: 'ProtocolDowngraded', server }, 'info'],
  ClientIdContested: [{ type: 'ClientIdContested', clientId: 'c' }, 'error'],
  FilterRefused: [{ type: 'FilterRefused', filter: 'f/#', code: 135 }, 'error'],
  FiltersGranted: [{ type: 'FiltersGranted', count: 3 }, 'info'],
  PublishDropped: [{ type: 'PublishDropped', cause: 'slow-broker', topic: 't' }, 'warning'],
};

test.each(Object.values(RARE))('$type becomes a line with the facts of the event', (event, level) => {
  telemetry.report(event);
  expect(lines).toHaveLength(1);
  const { type: _type, ...facts } = event as DomainEvent & { error?: Error };
  const { error, suppressed, ...fields } = lines[0]!.fields;
  expect(lines[0]!.level).toBe(level);
  expect(lines[0]!.message).toMatch(/^\w.{5,}/);
  expect(suppressed).toBeUndefined();
  const { error: cause, ...rest } = facts;
  expect(fields).toEqual(rest);
  expect(error).toBe(cause?.stack);
});

test('no two types of event read alike', () => {
  for (const [event] of Object.values(RARE)) telemetry.report(event);
  expect(new Set(lines.map(({ message }) => message)).size).toBe(Object.keys(RARE).length);
});

test('events of the healthy path are counted and never logged', () => {
  for (let i = 0; i < 3; i++) telemetry.report({ type: 'MessageReceived' });
  for (let i = 0; i < 2; i++) telemetry.report({ type: 'ForecastIssued', stream });
  telemetry.report({ type: 'ForecastWithheld', stream });
  for (let i = 0; i < 4; i++) telemetry.report({ type: 'MessagePublished' });
  const { received, issued, withheld, published } = telemetry.counters;
  expect([received, issued, withheld, published]).toEqual([3, 2, 1, 4]);
  expect(lines).toEqual([]);
});

test.each(['retained', 'own-output', 'missing', 'no-stream', 'duplicate'] as const)(
  'a drop that a healthy system has all the time is for debug: %s',
  (reason) => {
    telemetry.report({ type: 'InputDropped', reason, topic: 't' });
    expect(lines.map(({ level }) => level)).toEqual(['debug']);
  },
);

test('says the same line once a minute, with how often it was held back, and counts all', () => {
  const event: DomainEvent = { type: 'InputDropped', reason: 'not-json', topic: 't' };
  for (let i = 0; i < 5; i++) telemetry.report(event);
  now = 59_999;
  telemetry.report(event);
  expect(lines).toHaveLength(1);
  now = 60_000;
  telemetry.report(event);
  expect(lines.map(({ fields }) => fields['suppressed'])).toEqual([undefined, 5]);
  expect(telemetry.counters.dropped.get('not-json')).toBe(7);
});

test.each([
  ['the reason of a drop', 'InputDropped', { reason: 'too-large' }],
  ['the topic of a drop', 'InputDropped', { topic: 'other' }],
  ['the stream of a failure', 'LearnerFailed', { stream: toStreamId('c', undefined) }],
  ['the topic of a failure', 'PipelineFailed', { topic: 'other' }],
  ['the reason of a refusal', 'BrokerRefused', { reason: 'other' }],
  ['the reason of a lost connection', 'BrokerDisconnected', { reason: 'other' }],
  ['the filter', 'FilterRefused', { filter: 'other/#' }],
  ['the cause of a dropped publish', 'PublishDropped', { cause: 'disconnected' }],
] as const)('another line where it differs in %s', (_, type, change) => {
  const [event] = RARE[type];
  telemetry.report(event);
  telemetry.report({ ...event, ...change } as DomainEvent);
  expect(lines).toHaveLength(2);
});

test('a publish that is dropped on many topics is one line', () => {
  for (let i = 0; i < 10; i++) telemetry.report({ type: 'PublishDropped', cause: 'disconnected', topic: `t${i}` });
  expect(lines).toHaveLength(1);
});

test('many foreign topics neither flood the log nor silence a warning', () => {
  for (let i = 0; i < 1000; i++) telemetry.report({ type: 'InputDropped', reason: 'no-stream', topic: `t${i}` });
  expect(lines.length).toBeLessThanOrEqual(257);
  telemetry.report({ type: 'InputDropped', reason: 'too-large', topic: 'mine' });
  expect(lines.at(-1)).toMatchObject({ level: 'warning', fields: { topic: 'mine' } });
});

test('a clock that is set back silences nothing', () => {
  const event: DomainEvent = { type: 'BrokerDisconnected', server, reason: 'r' };
  now = 1e12;
  telemetry.report(event);
  now = 0;
  telemetry.report(event);
  expect(lines).toHaveLength(2);
});

test('an error that is no Error is told as text', () => {
  telemetry.report({ type: 'LearnerFailed', stream, error: 'plain' });
  expect(lines[0]!.fields['error']).toBe('plain');
});
