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
    expect(read({ at: 'yesterday' })).toBe('bad-time');
    expect(read({ at: true })).toBe('bad-time');
    expect(events).toEqual([]);
  });
});

describe('a time that is more than an hour old', () => {
  const HOUR = 3_600_000;
  const MINUTE = 60_000;

  /** What becomes of messages of these delays, a minute apart. */
  function outcomesOf(...delays: number[]): (number | string)[] {
    const { report } = collectEvents();
    const timeOf = createSampleTime({ settings: makeSettings().time, zone: UTC_PLUS_1, report });
    return delays.map((delay, i) => {
      const arrival = ARRIVAL + i * MINUTE;
      const at = timeOf([{ ts: arrival - delay }], inbound('t', '', arrival));
      if (typeof at === 'string') return at;
      return at === arrival ? 'arrival' : 'own';
    });
  }

  it('is a late delivery where the clock was right before', () => {
    expect(outcomesOf(1000, 24 * HOUR, 1000)).toEqual(['own', 'too-late', 'own']);
  });

  it('is a wrong clock where it is off by as much as the last time', () => {
    expect(outcomesOf(2 * HOUR, 2 * HOUR, 2 * HOUR + MINUTE)).toEqual(['arrival', 'arrival', 'arrival']);
    expect(outcomesOf(1000, 5e11, 5e11, 5e11)).toEqual(['own', 'too-late', 'arrival', 'arrival']);
  });

  it('is a late delivery where a device sends what it had buffered', () => {
    expect(outcomesOf(9 * HOUR, 8 * HOUR, 7 * HOUR, 1000)).toEqual(['arrival', 'too-late', 'too-late', 'own']);
  });

  it('is a clock that stands still where it is the same as the last time', () => {
    const outcomes = outcomesOf(...Array.from({ length: 5 }, (_, i) => 5 * HOUR + i * MINUTE));
    expect(outcomes).toEqual(Array(5).fill('arrival'));
  });

  it('is judged once a message, by the message before, for all fields of a batch', () => {
    const { report } = collectEvents();
    const timeOf = createSampleTime({ settings: makeSettings().time, zone: UTC_PLUS_1, report });
    timeOf([{ ts: ARRIVAL }], inbound('t', ''));
    const batch = inbound('t', '', ARRIVAL + MINUTE);
    const hours = [9, 8, 7].map((hour) => timeOf([{ ts: ARRIVAL - hour * HOUR }], batch));
    expect(hours).toEqual(['too-late', 'too-late', 'too-late']);
  });
});
