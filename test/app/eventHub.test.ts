import { describe, expect, it } from 'vitest';
import { EventHub } from '../../src/app/eventHub.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { ISSUED, PUBLISHED, RECEIVED } from '../../src/domain/frequentEvents.ts';
import { idOf } from '../pipeline/samples.ts';

const stream = idOf('a');

describe('EventHub', () => {
  it('tells telemetry every event, and a follower only the types that it names, in their order', () => {
    const told: string[] = [];
    const heard: string[] = [];
    const hub = new EventHub(({ type }) => told.push(type));
    hub.eventsOf('StoreRecovered', 'JournalLost').subscribe(({ type }) => heard.push(type));
    const events: readonly DomainEvent[] = [
      { type: 'JournalLost' },
      { type: 'StreamStarted', stream },
      { type: 'StoreRecovered' },
      { type: 'JournalLost' },
    ];
    for (const event of events) hub.report(event);
    expect(told).toEqual(['JournalLost', 'StreamStarted', 'StoreRecovered', 'JournalLost']);
    expect(heard).toEqual(['JournalLost', 'StoreRecovered', 'JournalLost']);
  });

  it('tells a follower of a type that each message has, also one that comes later', () => {
    const hub = new EventHub(() => undefined);
    const heard: string[] = [];
    hub.report(PUBLISHED);
    hub.eventsOf('MessagePublished', 'ForecastIssued').subscribe(({ type }) => heard.push(type));
    for (const event of [PUBLISHED, RECEIVED, ISSUED]) hub.report(event);
    expect(heard).toEqual(['MessagePublished', 'ForecastIssued']);
  });

  it('follows the life of streams, and counts those that have a learner', () => {
    const hub = new EventHub(() => undefined);
    const changes: string[] = [];
    hub.streams$.subscribe(({ kind }) => changes.push(kind));
    hub.report({ type: 'StreamStarted', stream });
    expect(hub.streamCount).toBe(1);
    hub.report({ type: 'StreamEvicted', stream });
    expect([changes, hub.streamCount]).toEqual([['started', 'evicted'], 0]);
  });

  it('lets go of a follower that has stopped', () => {
    const hub = new EventHub(() => undefined);
    let heard = 0;
    const following = hub.eventsOf('JournalLost').subscribe(() => heard++);
    hub.report({ type: 'JournalLost' });
    following.unsubscribe();
    hub.report({ type: 'JournalLost' });
    expect(heard).toBe(1);
  });
});
