import { describe, expect, it } from 'vitest';
import { Intake } from '../../../src/adapters/payload/intake.ts';
import { createSampleTime } from '../../../src/adapters/payload/sampleTime.ts';
import { createStreamBook } from '../../../src/adapters/payload/streamBook.ts';
import type { Inbound } from '../../../src/domain/sample.ts';
import type { TimeSettings } from '../../../src/domain/streamSettings.ts';
import { ARRIVAL, collectEvents, decoderSettings, inbound, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';
import { deliveryOf } from '../../pipeline/samples.ts';

function intakeOf(message: Inbound): Intake {
  const intake = new Intake(createStreamBook(10));
  intake.begin(message);
  return intake;
}

function setUp(time: Partial<TimeSettings> = {}) {
  const { events, report } = collectEvents();
  const timeOf = createSampleTime({ settingsOf: () => decoderSettings(time).time, zone: UTC_PLUS_1, report });
  const message = inbound('t', '');
  const intake = intakeOf(message);
  const read = (...trail: object[]) => (timeOf(trail, intake) ? intake.row.at : 'bad-time');
  return { events, read };
}

const iso = (at: number): string => new Date(at).toISOString();

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

  it('says when the message came and whether it tells a time; the judgement is not its own', () => {
    const { report, events } = collectEvents();
    const timeOf = createSampleTime({ settingsOf: () => decoderSettings().time, zone: UTC_PLUS_1, report });
    const message = inbound('t', '', ARRIVAL + 0.75);
    const rowOf = (trail: object[], of: Inbound) => {
      const intake = intakeOf(of);
      expect(timeOf(trail, intake)).toBe(true);
      return intake.row;
    };
    for (const at of [ARRIVAL - 36_000_000, 7000, ARRIVAL + 36_000_000])
      expect(rowOf([{ time: new Date(at).toISOString() }], message)).toMatchObject({
        at,
        origin: { arrival: ARRIVAL, isTold: true, isBacklog: false },
      });
    const isBacklog = { ...message, receipt: deliveryOf(1, { isBacklog: true }) };
    expect(rowOf([{ v: 1 }], isBacklog)).toMatchObject({
      at: ARRIVAL + 0.75,
      origin: { arrival: ARRIVAL + 0.75, isTold: false, isBacklog: true },
    });
    expect(events).toEqual([]);
  });

  it('takes a time for certain where the settings do so', () => {
    const { report } = collectEvents();
    const timeOf = createSampleTime({
      settingsOf: () => decoderSettings({ sanity: false }).time,
      zone: UTC_PLUS_1,
      report,
    });
    const intake = intakeOf(inbound('t', ''));
    expect([timeOf([{ ts: 7 }], intake), intake.row.at, intake.row.origin]).toEqual([true, 7000, undefined]);
  });

  it.each(['yesterday', 1e300])('replaces a time that is unreadable (%s) and reports it once per message', (ts) => {
    const { read, events } = setUp();
    expect([read({ ts }), read({ ts })]).toEqual([ARRIVAL, ARRIVAL]);
    expect(events).toEqual([{ type: 'TimeReplaced', topic: 't', cause: 'unreadable' }]);
  });

  it('takes any readable time without the check, and none for one that cannot be read', () => {
    const { read, events } = setUp({ sanity: false, path: 'at' });
    expect(read({ at: '1999-12-31T23:00:00Z' })).toBe(Date.UTC(1999, 11, 31, 23));
    expect(read({ at: 'yesterday' })).toBe('bad-time');
    expect(read({ at: true })).toBe('bad-time');
    expect(events).toEqual([]);
  });
});
