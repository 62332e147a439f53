import { describe, expect, it } from 'vitest';
import { createSampleTime } from '../../../src/adapters/payload/sampleTime.ts';
import type { TimeSettings } from '../../../src/domain/streamSettings.ts';
import { ARRIVAL, collectEvents, inbound, makeSettings, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

function setUp(time: Partial<TimeSettings> = {}) {
  const { events, report } = collectEvents();
  const timeOf = createSampleTime({ settings: makeSettings(time).time, zone: UTC_PLUS_1, report });
  const message = inbound('t', '');
  return { events, read: (...trail: object[]) => timeOf(trail, message) };
}

const iso = (at: number): string => new Date(at).toISOString();
const replaced = (cause: string): object => ({ type: 'TimeReplaced', topic: 't', cause });

describe('createSampleTime', () => {
  it('takes the arrival where the payload tells no time, and always where the settings say so', () => {
    expect(setUp().read()).toBe(ARRIVAL);
    expect(setUp().read({ v: 1, ts: null, time: { hour: 3 } })).toBe(ARRIVAL);
    expect(setUp({ from: 'arrival', sanity: false }).read({ ts: 1 })).toBe(ARRIVAL);
  });

  it.each(['time', 'timestamp', 'ts', 'Time', 'last_seen', 'received_at'])('finds a time called %s', (name) => {
    expect(setUp().read({ v: 1, [name]: iso(ARRIVAL - 5000) })).toBe(ARRIVAL - 5000);
  });

  it('prefers the nearest enclosing object, and there the first name that can be read', () => {
    const { read, events } = setUp();
    expect(read({ ts: ARRIVAL - 9000 }, { ts: ARRIVAL - 5000 }, { v: 1 })).toBe(ARRIVAL - 5000);
    expect(read({ ts: ARRIVAL - 9000 }, { time: '11:59', v: 1 })).toBe(ARRIVAL - 9000);
    expect(read({ last_seen: ARRIVAL - 1, ts: ARRIVAL - 2 })).toBe(ARRIVAL - 2);
    expect(events).toEqual([]);
  });

  it('reads the configured path from the top and nothing else', () => {
    const { read, events } = setUp({ path: 'meta.at' });
    expect(read({ meta: { at: iso(ARRIVAL - 7000) }, ts: ARRIVAL - 1 }, { ts: ARRIVAL - 2 })).toBe(ARRIVAL - 7000);
    expect(read({ ts: ARRIVAL - 1 })).toBe(ARRIVAL);
    expect(read({ meta: { at: null } })).toBe(ARRIVAL);
    expect(events).toEqual([]);
  });

  it('keeps times from an hour ago to two minutes ahead, both ends included', () => {
    const { read, events } = setUp();
    for (const shift of [-3_600_000, 0, 120_000]) expect(read({ ts: ARRIVAL + shift })).toBe(ARRIVAL + shift);
    expect(events).toEqual([]);
  });

  it.each([
    ['too-old', ARRIVAL - 3_600_001],
    ['too-old', 0],
    ['in-future', ARRIVAL + 120_001],
    ['unreadable', 'yesterday'],
    ['unreadable', 1e300],
  ])('replaces a time that is %s and reports it once per message', (cause, ts) => {
    const { read, events } = setUp();
    expect([read({ ts }), read({ ts })]).toEqual([ARRIVAL, ARRIVAL]);
    expect(events).toEqual([replaced(cause)]);
  });

  it('takes any readable time without the check, and none for one that cannot be read', () => {
    const { read, events } = setUp({ sanity: false, path: 'at' });
    expect(read({ at: '1999-12-31T23:00:00Z' })).toBe(Date.UTC(1999, 11, 31, 23));
    expect(read({ at: 'yesterday' })).toBeUndefined();
    expect(read({ at: true })).toBeUndefined();
    expect(events).toEqual([]);
  });
});
