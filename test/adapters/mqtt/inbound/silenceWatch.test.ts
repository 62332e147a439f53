import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { SilenceWatch } from '../../../../src/adapters/mqtt/inbound/silenceWatch.ts';
import { matchesFilter } from '../../../../src/adapters/mqtt/inbound/topicFilter.ts';
import type { DomainEvent } from '../../../../src/domain/events.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { fakeTimers } from '../../../support/fakeTimers.ts';

const AFTER = toDurationMs(600_000);

function watch(filters: readonly string[]): { silence: SilenceWatch; events: DomainEvent[] } {
  const events: DomainEvent[] = [];
  const report = (event: DomainEvent): void => void events.push(event);
  return { silence: new SilenceWatch({ filters, baseTopic: 'tidegate', after: AFTER, report }), events };
}

fakeTimers();

describe('the watch for silent filters', () => {
  it('tells once, after ten minutes, which have had no message, and when the first comes after all', () => {
    const { silence, events } = watch(['sensors/#', 'zigbe2mqtt/+', '$share/g/tele/+']);
    silence.connected();
    silence.heard('sensors/a');
    silence.heard('tele/b');
    silence.heard('zigbee2mqtt/hall');
    vi.advanceTimersByTime(AFTER - 1);
    expect([events, silence.silent]).toEqual([[], []]);
    vi.advanceTimersByTime(1);
    const told = { type: 'FiltersSilent', filters: ['zigbe2mqtt/+'], count: 1, after: AFTER };
    expect([events, silence.silent]).toEqual([[told], ['zigbe2mqtt/+']]);
    silence.disconnected();
    silence.connected();
    vi.advanceTimersByTime(10 * AFTER);
    silence.heard('zigbe2mqtt/hall');
    const heard = { type: 'FilterHeard', filter: 'zigbe2mqtt/+', topic: 'zigbe2mqtt/hall' };
    expect([events, silence.silent, silence.isListening]).toEqual([[told, heard], [], false]);
  });

  it('says nothing where each has had one', () => {
    const { silence, events } = watch(['a/+']);
    silence.connected();
    silence.heard('a/b');
    vi.advanceTimersByTime(2 * AFTER);
    expect([events, silence.isListening]).toEqual([[], false]);
  });

  it('counts the time of connection only, and ends with it', () => {
    const { silence, events } = watch(['a/+']);
    for (let i = 0; i < 3; i++) {
      silence.connected();
      vi.advanceTimersByTime(AFTER / 4);
      silence.disconnected();
      vi.advanceTimersByTime(AFTER);
    }
    expect([events, vi.getTimerCount()]).toEqual([[], 0]);
    silence.connected();
    vi.advanceTimersByTime(AFTER / 4);
    expect(events).toHaveLength(1);
  });

  it('takes our own output for no message', () => {
    const { silence } = watch(['#']);
    silence.heard('tidegate/bridge/state');
    expect(silence.isListening).toBe(true);
    silence.heard('tide/x');
    expect(silence.isListening).toBe(false);
  });

  it('names ten of many, and their number', () => {
    const { silence, events } = watch(Array.from({ length: 40 }, (_, i) => `room${i}/+`));
    silence.connected();
    vi.advanceTimersByTime(AFTER);
    expect(events[0]).toMatchObject({ filters: expect.objectContaining({ length: 10 }), count: 40 });
  });

  it('has silent exactly those that no topic matches, whatever comes in whatever order', () => {
    const level = fc.constantFrom('a', 'b', 'c');
    const topic = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
    const filter = fc
      .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(filter, { minLength: 1, maxLength: 6 }), fc.array(topic), (filters, topics) => {
        const { silence } = watch(filters);
        silence.connected();
        for (const it of topics) silence.heard(it);
        vi.advanceTimersByTime(AFTER);
        expect(silence.silent).toEqual(filters.filter((it) => !topics.some((topic) => matchesFilter(it, topic))));
      }),
    );
  });
});
