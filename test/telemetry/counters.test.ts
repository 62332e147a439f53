import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { countEvent } from '../../src/telemetry/eventTable.ts';
import { idOf } from '../pipeline/samples.ts';

const stream = idOf('s');
const server = 'mqtt://host:1883';
const error = new Error('x');

/** One of each; the type makes a forgotten one an error of compilation. */
const EVENTS: { readonly [Type in DomainEvent['type']]: Extract<DomainEvent, { type: Type }> } = {
  MessageReceived: { type: 'MessageReceived' },
  LabelReceived: { type: 'LabelReceived' },
  InputDropped: { type: 'InputDropped', reason: 'not-json', topic: 't' },
  DialectUnclear: { type: 'DialectUnclear', topic: 't', dialects: ['tasmota', 'senml'] },
  SendersMixed: { type: 'SendersMixed', stream, topic: 't', by: 'id', values: [1, 2] },
  MessagesMissed: { type: 'MessagesMissed', topic: 't', count: 1 },
  BirthWanted: { type: 'BirthWanted', group: 'g', node: 'n', at: toEpochMs(1) },
  RequestAnswered: { type: 'RequestAnswered', command: 'info', code: undefined },
  ConfigReloaded: { type: 'ConfigReloaded', live: '', streams: '', restart: '' },
  ConfigRefused: { type: 'ConfigRefused', problem: 'tidegate.yaml:3:1: no' },
  RequestIgnored: { type: 'RequestIgnored', reason: 'flood' },
  KeepaliveWanted: { type: 'KeepaliveWanted', portal: 'p', isFirst: true },
  SenderGone: { type: 'SenderGone', topics: 't/#' },
  SenderBack: { type: 'SenderBack', topics: 't/#' },
  SensorDeclared: { type: 'SensorDeclared', topic: 't' },
  InputMissing: { type: 'InputMissing', reason: 'no-field', topic: 't', field: 'f' },
  InputNeverSeen: { type: 'InputNeverSeen', topic: 't', field: 'f', messages: 20 },
  FieldNeverSeen: { type: 'FieldNeverSeen', topic: 'a/+', field: 'f', messages: 200, had: 'g' },
  FieldSeen: { type: 'FieldSeen', topic: 'a/+', field: 'f' },
  TimeReplaced: { type: 'TimeReplaced', topic: 't', cause: 'too-old' },
  ClockSetBack: { type: 'ClockSetBack', stream },
  StreamStarted: { type: 'StreamStarted', stream },
  StreamEvicted: { type: 'StreamEvicted', stream },
  PipelineFailed: { type: 'PipelineFailed', topic: 't', error },
  LearnerFailed: { type: 'LearnerFailed', stream, error },
  OutletFailed: { type: 'OutletFailed', outlet: 'results', error },
  NetworkRolledBack: { type: 'NetworkRolledBack', stream, network: 'lstm_direct', cause: 'output-not-finite' },
  NetworkFrozen: { type: 'NetworkFrozen', stream, network: 'lstm_direct' },
  NetworkResumed: { type: 'NetworkResumed', stream, network: 'lstm_direct' },
  UpdateSkipped: { type: 'UpdateSkipped', stream, network: 'lstm_direct' },
  ForecastWithheld: { type: 'ForecastWithheld', stream },
  ForecastIssued: { type: 'ForecastIssued' },
  LearningThinned: { type: 'LearningThinned', effort: 2 },
  OverloadChanged: { type: 'OverloadChanged', level: 3 },
  StoreOpened: { type: 'StoreOpened', streams: 2, samples: 10 },
  StoreDamaged: { type: 'StoreDamaged', movedAside: 'x', backupOf: undefined },
  JournalDamaged: { type: 'JournalDamaged', batches: 1 },
  StoreFailed: { type: 'StoreFailed', fault: 'full', error, retryIn: toDurationMs(1000) },
  StoreOutOfReach: { type: 'StoreOutOfReach', error, retryIn: toDurationMs(1000) },
  StoreShared: { type: 'StoreShared', warning: 'x' },
  StoreRecovered: { type: 'StoreRecovered' },
  JournalLost: { type: 'JournalLost' },
  StreamRestored: { type: 'StreamRestored', stream, replayed: 3 },
  StateCarriedOver: {
    type: 'StateCarriedOver',
    stream,
    state: 'grown',
    changes: ['hidden 16 → 32'],
    anew: [],
    areClassesKept: true,
  },
  InputsUnnamed: { type: 'InputsUnnamed', stream, count: 2, isByPlace: true },
  StateRefused: { type: 'StateRefused', stream, outcome: 'mismatch' },
  SnapshotSaved: { type: 'SnapshotSaved', stream },
  SnapshotFailed: { type: 'SnapshotFailed', stream, error },
  BrokerConnected: { type: 'BrokerConnected', server, protocol: 5 },
  BrokerDisconnected: { type: 'BrokerDisconnected', server, reason: 'gone' },
  BrokerRefused: { type: 'BrokerRefused', server, reason: 'no', retryIn: toDurationMs(1000) },
  ProtocolDowngraded: { type: 'ProtocolDowngraded', server },
  FiltersSilent: { type: 'FiltersSilent', filters: ['a/#'], count: 1, after: toDurationMs(1) },
  FilterHeard: { type: 'FilterHeard', filter: 'a/#', topic: 'a/b' },
  WillLessened: { type: 'WillLessened', server: 's', reason: 'r' },
  BrokerTried: { type: 'BrokerTried', server: 's', silence: toDurationMs(1) },
  ClientIdContested: { type: 'ClientIdContested', clientId: 'c', isReported: false },
  FilterRefused: { type: 'FilterRefused', filter: '#', code: 135 },
  FiltersGranted: { type: 'FiltersGranted', count: 1 },
  PublishDropped: { type: 'PublishDropped', cause: 'slow-broker', topic: 't' },
  MessagePublished: { type: 'MessagePublished' },
  FieldsPassedOver: { type: 'FieldsPassedOver', count: 1 },
};

function tally(counters: Counters): Record<string, number> {
  const { dropped, inputsMissing, publishDropped, fieldsNeverSeen, sendersMixed, ...numbers } = counters;
  const maps = [...dropped, ...inputsMissing, ...publishDropped];
  const all = {
    ...numbers,
    fieldsNeverSeen: fieldsNeverSeen.size,
    sendersMixed: sendersMixed.size,
    ...Object.fromEntries(maps),
  };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count !== 0));
}

describe('Counters', () => {
  it('names a field that no message has had once, and no longer once one has it', () => {
    const counters = new Counters();
    for (let i = 0; i < 2; i++) countEvent(counters, EVENTS.FieldNeverSeen);
    expect(tally(counters)).toEqual({ fieldsNeverSeen: 1 });
    countEvent(counters, EVENTS.FieldSeen);
    expect(tally(counters)).toEqual({});
  });

  it('names a stream with two senders once, and no more than twenty', () => {
    const counters = new Counters();
    for (let i = 0; i < 2; i++) countEvent(counters, EVENTS.SendersMixed);
    expect(tally(counters)).toEqual({ sendersMixed: 1 });
    for (let i = 0; i < 30; i++) countEvent(counters, { ...EVENTS.SendersMixed, stream: idOf(`s${i}`) });
    expect(tally(counters)).toEqual({ sendersMixed: 20 });
  });

  it.each([
    ['MessageReceived', 'received'],
    ['InputDropped', 'not-json'],
    ['InputMissing', 'no-field'],
    ['TimeReplaced', 'timesReplaced'],
    ['ClockSetBack', 'clocksSetBack'],
    ['StreamStarted', 'streamsStarted'],
    ['StreamEvicted', 'streamsEvicted'],
    ['PipelineFailed', 'failures'],
    ['LearnerFailed', 'failures'],
    ['OutletFailed', 'failures'],
    ['NetworkRolledBack', 'networksRolledBack'],
    ['NetworkFrozen', 'networksFrozen'],
    ['UpdateSkipped', 'updatesSkipped'],
    ['InputsUnnamed', 'inputsUnnamed'],
    ['ForecastWithheld', 'withheld'],
    ['ForecastIssued', 'issued'],
    ['BrokerConnected', 'connects'],
    ['BrokerDisconnected', 'disconnects'],
    ['BrokerRefused', 'refusals'],
    ['ClientIdContested', 'refusals'],
    ['FilterRefused', 'refusals'],
    ['PublishDropped', 'slow-broker'],
    ['MessagePublished', 'published'],
    ['FieldsPassedOver', 'passedOver'],
    ['MessagesMissed', 'messagesMissed'],
    ['BirthWanted', 'birthsWanted'],
    ['RequestAnswered', 'requests'],
    ['RequestIgnored', 'requestsIgnored'],
  ] as const)('counts %s as %s and as nothing else', (type, name) => {
    const counters = new Counters();
    countEvent(counters, EVENTS[type]);
    countEvent(counters, EVENTS[type]);
    expect(tally(counters)).toEqual({ [name]: 2 });
  });

  it.each([
    'InputNeverSeen',
    'SenderGone',
    'KeepaliveWanted',
    'SenderBack',
    'SensorDeclared',
    'FieldSeen',
    'NetworkResumed',
    'ProtocolDowngraded',
    'FiltersGranted',
    'WillLessened',
    'BrokerTried',
    'FiltersSilent',
    'FilterHeard',
  ] as const)('does not count %s', (type) => {
    const counters = new Counters();
    countEvent(counters, EVENTS[type]);
    expect(tally(counters)).toEqual({});
  });

  it('keeps the reasons of dropped inputs apart, and sums them', () => {
    const counters = new Counters();
    for (const reason of ['not-json', 'missing', 'not-json'] as const) {
      countEvent(counters, { type: 'InputDropped', reason, topic: 't' });
    }
    expect(Object.fromEntries(counters.dropped)).toEqual({ 'not-json': 2, missing: 1 });
    expect(counters.droppedInAll).toBe(3);
  });
});
