import { describe, expect, it } from 'vitest';
import { ISSUED, isFrequent, PUBLISHED, RECEIVED } from '../../src/domain/frequentEvents.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { countEvent } from '../../src/telemetry/eventTable.ts';
import { idOf } from '../pipeline/samples.ts';
import { EVENTS } from './events.ts';

function tally(counters: Counters): Record<string, number> {
  const { dropped, inputsMissing, publishDropped, httpRefused, fieldsNeverSeen, sendersMixed, keptOut, ...numbers } =
    counters;
  const maps = [...dropped, ...inputsMissing, ...publishDropped, ...httpRefused, ...keptOut];
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
    ['HttpRefused', 'TG_HTTP_TOKEN'],
    ['PageClientDropped', 'pageClientsDropped'],
  ] as const)('counts %s as %s and as nothing else', (type, name) => {
    const counters = new Counters();
    countEvent(counters, EVENTS[type]);
    countEvent(counters, EVENTS[type]);
    expect(tally(counters)).toEqual({ [name]: 2 });
  });

  it.each([RECEIVED, ISSUED, PUBLISHED])('counts the one object of $type as any other of that type', (event) => {
    const [ofObject, ofType] = [new Counters(), new Counters()];
    countEvent(ofObject, event);
    countEvent(ofType, EVENTS[event.type]);
    expect([ofObject, isFrequent(event), isFrequent(EVENTS[event.type])]).toEqual([ofType, true, false]);
  });

  it.each([
    'InputNeverSeen',
    'HttpOpened',
    'HttpFailed',
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
