import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CarriedState } from '../../src/domain/carryReport.ts';
import { DROP_REASONS, type DropReason } from '../../src/domain/dropReason.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { LOG_LEVELS } from '../../src/domain/logLevel.ts';
import { createLog } from '../../src/telemetry/createLog.ts';
import { rowOf } from '../../src/telemetry/eventTable.ts';
import type { LogOptions } from '../../src/telemetry/log.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { idOf } from '../pipeline/samples.ts';
import { createCapture, createHandClock, createListLog, type LogEntry } from './capture.ts';
import { EVENTS } from './events.ts';

/** Nouns with which lines begin. Operators search for them: a new one is a decision. */
const SUBJECTS = [
  ...['birth', 'broker', 'client', 'configuration', 'field', 'input', 'inputs', 'journal', 'last', 'learner'],
  ...['learning', 'messages', 'network', 'outlet', 'overload', 'page', 'payload', 'protocol', 'publish', 'request'],
  ...['sender', 'senders', 'sensor', 'snapshot', 'source', 'state', 'stream', 'thread', 'topic'],
];
/** A finite verb makes a sentence of what stands before the colon. */
const VERBS =
  /\b(?:is|are|was|were|has|have|had|would|may|must|can|cannot|could|should|does|do|did|goes|takes|begins|starts|uses|learns|comes)\b/;
/** Parts of every line. */
const RESERVED = ['level', 'time', 'msg', 'suppressed', 'priority'];
/** Members that hold the words of others. */
const FOREIGN = [
  ...['topic', 'topics', 'field', 'had', 'stream', 'server', 'reason', 'filter', 'clientId', 'group', 'node'],
  ...['portal', 'error', 'problem', 'warning', 'movedAside', 'outlet', 'text', 'command', 'by'],
];
/** A type whose `reason` is one of ours. */
const OWN_REASONS: readonly DomainEvent['type'][] = ['InputDropped', 'InputMissing', 'RequestIgnored'];
const JOURNAL_LINE_BYTES = 48 * 1024;

const carried: readonly CarriedState[] = ['kept', 'grown', 'returned', 'adapted', 'anew'];
/** At least one event for each line that there is. */
const ALL: readonly DomainEvent[] = [
  ...Object.values(EVENTS),
  ...(Object.keys(DROP_REASONS) as DropReason[]).map((reason) => ({ ...EVENTS.InputDropped, reason })),
  ...carried.map((state) => ({ ...EVENTS.StateCarriedOver, state })),
  ...(['forgotten', 'renewed'] as const).map((wanted) => ({ ...EVENTS.StreamEvicted, wanted })),
  ...[128, 135, 143, 151, 158, 161, 162].map((code) => ({ ...EVENTS.FilterRefused, code })),
  { ...EVENTS.InputsUnnamed, isByPlace: false },
  { ...EVENTS.RequestAnswered, code: 'TG_REQUEST_INVALID' },
  { ...EVENTS.RequestIgnored, reason: 'retained' },
  { ...EVENTS.RequestIgnored, reason: 'repeated' },
  { ...EVENTS.OverloadChanged, level: 0 },
  { ...EVENTS.StoreOpened, streams: 0, samples: 0 },
  { ...EVENTS.ConfigReloaded, restart: 'threads' },
];

/** The line of an event; undefined: it has none. */
function entryOf(event: DomainEvent): LogEntry | undefined {
  const { log, entries } = createListLog();
  createTelemetry({ log, clock: createHandClock() }).report(event);
  return entries[0];
}

/** The event with the same text in place of all that others say. */
function saying(event: DomainEvent, text: string): DomainEvent {
  const isForeign = (name: string, value: unknown): boolean =>
    FOREIGN.includes(name) &&
    (typeof value === 'string' || value instanceof Error) &&
    !(name === 'reason' && OWN_REASONS.includes(event.type));
  const members = Object.entries(event).map(([name, value]) => [name, isForeign(name, value) ? text : value]);
  return Object.fromEntries(members) as DomainEvent;
}

const lines = ALL.flatMap((event) => {
  const entry = entryOf(event);
  return entry === undefined ? [] : [[entry[1], event, entry[2] ?? {}] as const];
});

describe('every line of the event table', () => {
  it('is there for each event that is not one of the healthy path', () => {
    const told = new Set(lines.map(([, { type }]) => type));
    const silent = Object.values(EVENTS).filter((event) => rowOf(event).line === null);
    expect(told.size + silent.length).toBe(Object.keys(EVENTS).length);
    expect(silent.map(({ type }) => type).sort()).toEqual([
      'AlarmEnded',
      'AlarmStarted',
      'FieldsPassedOver',
      'ForecastIssued',
      'ForecastWithheld',
      'KeepaliveWanted',
      'LabelReceived',
      'LearningKeptOut',
      'LearningThinned',
      'MessagePublished',
      'MessageReceived',
    ]);
  });

  it.each(lines)('is a noun phrase: %s', (text) => {
    const [phrase = ''] = text.split(/[:;,]/);
    expect(SUBJECTS).toContain(phrase.split(' ')[0]);
    expect(phrase).not.toMatch(VERBS);
    expect(phrase.length).toBeLessThanOrEqual(64);
    expect(text).toMatch(/[a-z0-9?)`]$/);
  });

  it.each(lines)('has facts by names in lower case, none of which every line has: %s', (_, __, facts) => {
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined) continue;
      expect(name).toMatch(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/);
      expect(RESERVED).not.toContain(name);
      expect(String(value)).not.toMatch(/^undefined$|\[object /);
    }
  });

  it.each(lines)('says what it is about: %s', (_, event, facts) => {
    for (const name of ['stream', 'topic', 'server', 'filter', 'outlet'])
      if (name in event) expect(String(facts[name])).toBe(String(event[name as keyof DomainEvent]));
  });

  it.each(lines)('is the same whatever others say, which is in the facts alone: %s', (text, event) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (said) => {
        expect(entryOf(saying(event, said))?.[1]).toBe(text);
      }),
      { numRuns: 20 },
    );
  });

  it.each(lines)('is written at most thirty times in a minute, however often it happens: %s', (_, event) => {
    const { log, entries } = createListLog();
    const clock = createHandClock();
    const { report } = createTelemetry({ log, clock });
    for (let i = 0; i < 2000; i++) {
      clock.set(i * 29);
      report(event);
    }
    expect(entries.length).toBeLessThanOrEqual(30);
    clock.set(86_400_000);
    report(event);
    // Those held back are counted on the first line after them.
    expect(Number(entries.at(-1)?.[2]?.['suppressed'])).toBe(2000 - (entries.length - 1));
  });

  it.each(lines)('is one line of the journal with its priority, and one of JSON, of bounded length: %s', (_, event) => {
    const long = saying(event, `\u001b[2J${'€'.repeat(70_000)}\nforged`);
    for (const format of ['journald', 'json', 'pretty'] as const) {
      const written = writtenOf(format, long);
      const all = written.split('\n');
      expect(all.pop()).toBe('');
      if (format !== 'pretty') expect(all).toHaveLength(1);
      expect(Buffer.byteLength(written)).toBeLessThan(JOURNAL_LINE_BYTES);
      if (format === 'journald') expect(written).toMatch(/^<[3467]>[a-z]/);
      if (format === 'json') expect(LOG_LEVELS).toContain(JSON.parse(written).level);
    }
  });
});

function writtenOf(format: LogOptions['format'], event: DomainEvent): string {
  const stream = createCapture();
  const clock = createHandClock();
  const log = createLog({ format, level: 'debug', stream, env: {}, clock });
  createTelemetry({ log, clock }).report(event);
  return stream.text();
}

it('tells of a loss and of each return, though both come often', () => {
  const { log, entries } = createListLog();
  const { report } = createTelemetry({ log, clock: createHandClock() });
  for (let i = 0; i < 10; i++) {
    report(EVENTS.BrokerDisconnected);
    report(EVENTS.BrokerConnected);
  }
  expect(entries.map(([, text]) => text.split(':')[0])).toEqual(
    Array.from({ length: 10 }, () => ['broker disconnected', 'broker connected']).flat(),
  );
});

it('leaves out what an event does not have, and tells a time as a time', () => {
  expect(entryOf(EVENTS.RequestAnswered)?.[2]).toEqual({ command: 'info', suppressed: undefined });
  expect(entryOf(EVENTS.BirthWanted)?.[2]).toMatchObject({ at: '1970-01-01T00:00:00.001Z' });
  expect(entryOf({ ...EVENTS.StreamEvicted, stream: idOf('x') })?.[2]).toEqual({ stream: 'x', suppressed: undefined });
});
