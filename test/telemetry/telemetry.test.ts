import { describe, expect, it } from 'vitest';
import { DROP_REASONS, type DropReason } from '../../src/domain/dropReason.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { toDurationMs } from '../../src/domain/time.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { idOf } from '../pipeline/samples.ts';
import { createHandClock, createListLog, type LogEntry } from './capture.ts';

interface Stage extends Telemetry {
  readonly entries: LogEntry[];
  at(ms: number): void;
}

function createStage(): Stage {
  const { log, entries } = createListLog();
  const clock = createHandClock();
  return { ...createTelemetry({ log, clock }), entries, at: clock.set };
}

const dropped = (reason: DropReason, topic: string): DomainEvent => ({ type: 'InputDropped', reason, topic });

describe('createTelemetry', () => {
  it('only counts what happens all the time', () => {
    const { report, counters, entries } = createStage();
    const stream = idOf('s');
    for (let i = 0; i < 1000; i++) {
      report({ type: 'MessageReceived' });
      report({ type: 'ForecastIssued' });
      report({ type: 'ForecastWithheld', stream });
      report({ type: 'MessagePublished' });
    }
    expect(entries).toEqual([]);
    expect(counters).toMatchObject({ received: 1000, issued: 1000, withheld: 1000, published: 1000 });
  });

  it('says what was dropped, of which topic and why', () => {
    const { report, entries } = createStage();
    report(dropped('not-json', 'kitchen'));
    expect(entries).toEqual([
      [
        'warning',
        expect.stringContaining(DROP_REASONS['not-json']),
        { reason: 'not-json', topic: 'kitchen', suppressed: undefined },
      ],
    ]);
  });

  it('counts every drop, but says the same at most once a day, with how often it did not', () => {
    const { report, counters, entries, at } = createStage();
    for (let i = 0; i < 100; i++) report(dropped('not-json', 'kitchen'));
    report(dropped('not-json', 'hall'));
    report(dropped('not-a-number', 'kitchen'));
    expect(entries).toHaveLength(3);
    at(86_399_999);
    report(dropped('not-json', 'kitchen'));
    expect(entries).toHaveLength(3);
    at(86_400_000);
    report(dropped('not-json', 'kitchen'));
    expect(entries[3]?.[2]).toMatchObject({ suppressed: 100 });
    expect(counters.dropped.get('not-json')).toBe(103);
  });

  it.each<[DropReason, string]>([
    ['no-field', 'debug'],
    ['missing', 'debug'],
    ['not-a-number', 'warning'],
    ['not-finite', 'warning'],
  ])('counts an input that is missing as %s, and says so as a %s line for each field', (reason, level) => {
    const { report, counters, entries } = createStage();
    for (const field of ['window', 'window', 'valve']) report({ type: 'InputMissing', topic: 'hall', field, reason });
    expect(Object.fromEntries(counters.inputsMissing)).toEqual({ [reason]: 3 });
    expect(counters.droppedInAll).toBe(0);
    expect(entries.map(([shown, , fields]) => [shown, fields?.['field'], fields?.['reason']])).toEqual([
      [level, 'window', reason],
      [level, 'valve', reason],
    ]);
  });

  it('warns of an input that none of the first messages had', () => {
    const { report, entries } = createStage();
    report({ type: 'InputNeverSeen', topic: 'hall', field: 'widnow', messages: 20 });
    expect(entries).toEqual([
      [
        'warning',
        expect.stringContaining('path'),
        expect.objectContaining({ field: 'widnow', topic: 'hall', messages: 20 }),
      ],
    ]);
  });

  it.each<DropReason>(['retained', 'own-output', 'missing', 'no-stream', 'no-field', 'duplicate'])(
    'tells %s, which healthy sensors do too, only whoever looks closely',
    (reason) => {
      const { report, entries } = createStage();
      report(dropped(reason, 't'));
      expect(entries.map(([level]) => level)).toEqual(['debug']);
    },
  );

  it('says once a day that memory is used up, however many streams find none', () => {
    const { report, entries, counters } = createStage();
    for (let i = 0; i < 1000; i++) report(dropped('no-memory', `s/${i}`));
    expect(entries).toHaveLength(1);
    expect(entries[0]?.[0]).toBe('warning');
    expect(counters.dropped.get('no-memory')).toBe(1000);
  });

  it('still warns when thousands of harmless drops have filled its memory', () => {
    const { report, entries } = createStage();
    for (let i = 0; i < 2000; i++) report(dropped('no-stream', `other/${i}`));
    report(dropped('not-json', 'kitchen'));
    expect(entries.at(-1)?.[0]).toBe('warning');
    expect(entries.length).toBeLessThan(1100);
  });

  it.each<DomainEvent>([
    { type: 'TimeReplaced', topic: 't', cause: 'in-future' },
    { type: 'InputMissing', topic: 't', field: 'f', reason: 'not-a-number' },
    { type: 'DialectUnclear', topic: 't', dialects: ['tasmota', 'senml'] },
  ])('says once a day what a sensor repeats: %o', (event) => {
    const { report, entries, at } = createStage();
    for (let minute = 0; minute < 1440; minute++) {
      at(minute * 60_000);
      report(event);
    }
    expect(entries).toHaveLength(1);
  });

  it('names a field that no message has had, for as long as none has it', () => {
    const { report, entries, counters } = createStage();
    const facts = { topic: 'house/+', field: 'temprature' };
    report({ type: 'FieldNeverSeen', ...facts, messages: 200, had: 'temperature' });
    expect(entries).toEqual([
      ['info', expect.stringContaining('path'), expect.objectContaining({ ...facts, had: 'temperature' })],
    ]);
    expect([...counters.fieldsNeverSeen]).toEqual(['house/+ temprature']);
    report({ type: 'FieldSeen', ...facts });
    expect([...counters.fieldsNeverSeen]).toEqual([]);
    expect(entries[1]).toEqual(['info', expect.stringContaining('field seen'), expect.objectContaining(facts)]);
  });

  it('says once a minute that streams make room for each other, however many they are', () => {
    const { report, counters, entries } = createStage();
    for (let i = 0; i < 500; i++) report({ type: 'StreamEvicted', stream: idOf(`s${i}`) });
    expect(entries.map(([level]) => level)).toEqual(['warning']);
    expect(counters.streamsEvicted).toBe(500);
  });

  it.each<[DomainEvent, string, object]>([
    [
      { type: 'BrokerConnected', server: 'mqtt://h:1883', protocol: 5 },
      'info',
      { server: 'mqtt://h:1883', protocol: 5 },
    ],
    [{ type: 'BrokerDisconnected', server: 'mqtt://h:1883', reason: 'closed' }, 'warning', { reason: 'closed' }],
    [
      { type: 'BrokerRefused', server: 'mqtt://h:1883', reason: 'not authorised', retryIn: toDurationMs(1500) },
      'error',
      { reason: 'not authorised', retry_in_s: 1.5 },
    ],
    [{ type: 'ProtocolDowngraded', server: 'mqtt://h:1883' }, 'info', {}],
    [{ type: 'ClientIdContested', clientId: 'tidegate', isReported: false }, 'error', { client_id: 'tidegate' }],
    [{ type: 'FilterRefused', filter: 'a/#', code: 135 }, 'error', { filter: 'a/#', code: 135 }],
    [{ type: 'FiltersGranted', count: 3 }, 'info', { count: 3 }],
    [
      { type: 'FiltersSilent', filters: ['a/#', 'b/+'], count: 2, after: toDurationMs(600_000) },
      'warning',
      { filters: 'a/#,b/+', count: 2, after_s: 600 },
    ],
    [{ type: 'FilterHeard', filter: 'a/#', topic: 'a/b' }, 'info', { filter: 'a/#', topic: 'a/b' }],
    [{ type: 'WillLessened', server: 's', reason: 'no QoS 1' }, 'warning', { reason: 'no QoS 1' }],
    [{ type: 'BrokerTried', server: 's', silence: toDurationMs(30_000) }, 'info', { silence_s: 30 }],
    [{ type: 'PublishDropped', cause: 'slow-broker', topic: 't' }, 'warning', { cause: 'slow-broker' }],
    [{ type: 'StreamStarted', stream: idOf('s') }, 'debug', { stream: 's' }],
    [{ type: 'ClockSetBack', stream: idOf('s') }, 'warning', { stream: 's' }],
    [{ type: 'TimeReplaced', topic: 't', cause: 'in-future' }, 'warning', { topic: 't', cause: 'in-future' }],
    [
      { type: 'NetworkRolledBack', stream: idOf('s'), network: 'lstm_direct', cause: 'output-not-finite' },
      'error',
      { stream: 's', network: 'lstm_direct' },
    ],
    [{ type: 'NetworkFrozen', stream: idOf('s'), network: 'lstm_residual' }, 'error', { network: 'lstm_residual' }],
    [{ type: 'NetworkResumed', stream: idOf('s'), network: 'lstm_direct' }, 'info', { stream: 's' }],
    [{ type: 'UpdateSkipped', stream: idOf('s'), network: 'lstm_direct' }, 'debug', { stream: 's' }],
  ])('says %o as %s with its facts', (event, level, facts) => {
    const { report, entries } = createStage();
    report(event);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.[0]).toBe(level);
    expect(entries[0]?.[2]).toMatchObject(facts);
    expect(Object.keys(entries[0]?.[2] ?? {})).not.toContain('type');
  });

  it.each<DomainEvent['type']>(['PipelineFailed', 'LearnerFailed'])(
    'gives the stack of %s, whatever was thrown',
    (type) => {
      const { report, entries } = createStage();
      const error = new Error('bug');
      const event = (thrown: unknown, name: string): DomainEvent =>
        type === 'PipelineFailed'
          ? { type, topic: name, error: thrown }
          : { type: 'LearnerFailed', stream: idOf(name), error: thrown };
      report(event(error, 'a'));
      report(event('just text', 'b'));
      report(event(undefined, 'c'));
      expect(entries.map(([level]) => level)).toEqual(['error', 'error', 'error']);
      expect(entries.map(([, , fields]) => fields?.['error'])).toEqual([error.stack, 'just text', 'undefined']);
    },
  );

  it('says a reason for not being connected once a minute, and a new one at once', () => {
    const { report, entries } = createStage();
    const refuse = (reason: string): void =>
      report({ type: 'BrokerRefused', server: 's', reason, retryIn: toDurationMs(1000) });
    refuse('unreachable');
    refuse('unreachable');
    refuse('bad password');
    expect(entries.map(([, , fields]) => fields?.['reason'])).toEqual(['unreachable', 'bad password']);
  });

  it.each<[DomainEvent, string]>([
    [{ type: 'StreamStarted', stream: idOf('s') }, 'stream started'],
    [{ type: 'StreamRestored', stream: idOf('s'), replayed: 3 }, 'stream restored'],
    [{ type: 'SnapshotSaved', stream: idOf('s') }, 'snapshot saved'],
    [{ type: 'StoreOpened', streams: 1, samples: 0 }, 'state opened'],
    [{ type: 'StoreOpened', streams: 0, samples: 0 }, 'state created: nothing was learned before'],
    [{ type: 'BrokerConnected', server: 's', protocol: 5 }, 'broker connected'],
    [{ type: 'FiltersGranted', count: 1 }, 'topic filters subscribed'],
    [{ type: 'OverloadChanged', level: 3 }, 'overload: learning is thinned (level 3 of 6)'],
    [{ type: 'OverloadChanged', level: 0 }, 'overload ended: everything is learned again'],
    [dropped('not-json', 't'), `input dropped: ${DROP_REASONS['not-json']}`],
  ])('writes %o as the line "%s"', (event, text) => {
    const { report, entries } = createStage();
    report(event);
    expect(entries.map(([, line]) => line)).toEqual([text]);
  });

  it('gives the level of an overload under a name that the log line does not have itself', () => {
    const { report, entries } = createStage();
    report({ type: 'OverloadChanged', level: 3 });
    expect(entries[0]?.[2]).toEqual({ overload_level: 3, suppressed: undefined });
  });

  it('writes each line of an event that has no rate limit, and each of other events once', () => {
    const { report, entries } = createStage();
    for (let i = 0; i < 3; i++) {
      report({ type: 'BrokerDisconnected', server: 's', reason: 'closed' });
      report({ type: 'SnapshotSaved', stream: idOf('s') });
    }
    const texts = entries.map(([, line]) => line);
    expect(texts.filter((line) => line.startsWith('broker disconnected'))).toHaveLength(3);
    expect(texts.filter((line) => line === 'snapshot saved')).toHaveLength(1);
  });
});
