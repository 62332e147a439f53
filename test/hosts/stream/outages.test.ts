import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, judge, MINUTE, SECOND, START, type Told } from './tellTimes.ts';

const DAY = 24 * HOUR;
const LONGEST = 300;

/** Time that a device tells with its `i`-th reading, sent at `sent`. */
type Tell = (sent: number, i: number) => number | undefined;

interface ClockKind {
  readonly name: string;
  readonly tell: Tell;
}

const TRUE_CLOCK: ClockKind = { name: 'true', tell: (sent) => sent };

const wrong: fc.Arbitrary<ClockKind> = fc.oneof(
  fc.constant({ name: 'none', tell: () => undefined }),
  fc.constantFrom(SECOND, 10 * SECOND, MINUTE).map((unit) => ({
    name: `in whole units of ${unit} ms`,
    tell: (sent: number) => Math.floor(sent / unit) * unit,
  })),
  fc.constant({ name: '1970 at each wake', tell: (_: number, i: number) => (7 + ((i * 7) % 5)) * SECOND }),
  fc.integer({ min: 1000, max: 8_000_000 }).map((seconds) => ({
    name: `running since ${seconds} s`,
    tell: (sent: number) => sent - START + seconds * SECOND,
  })),
  fc.integer({ min: -56, max: 56 }).map((quarters) => ({
    name: `${quarters / 4} h off`,
    tell: (sent: number) => sent + (quarters * HOUR) / 4,
  })),
);

interface History {
  readonly clock: ClockKind;
  readonly cadence: number;
  readonly way: 'resumed session' | 'gateway' | 'lost';
  readonly messages: readonly (Told & { readonly sent: number })[];
}

/** Some messages that come when they are sent, an outage, what was collected in one burst, and some that come when they are sent. */
function histories(clocks: fc.Arbitrary<ClockKind>): fc.Arbitrary<History> {
  return fc
    .record({
      clock: clocks,
      cadence: fc.constantFrom(SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, HOUR),
      way: fc.constantFrom('resumed session' as const, 'gateway' as const, 'lost' as const),
      before: fc.nat(12),
      outage: fc.integer({ min: MINUTE, max: 3 * DAY }),
      after: fc.integer({ min: 1, max: 12 }),
      pace: fc.constantFrom(0, 0.2, 3),
      latencies: fc.array(fc.nat(200), { minLength: 1, maxLength: 9 }),
    })
    .map(({ clock, cadence, way, before, outage, after, pace, latencies }) => {
      const missed = Math.min(LONGEST, Math.floor(outage / cadence));
      const back = START + (before + missed) * cadence + cadence / 2;
      const messages: (Told & { sent: number })[] = [];
      for (let i = 0; i < before + missed + after; i++) {
        const sent = START + i * cadence;
        const isLive = i < before || sent > back;
        if (!isLive && way === 'lost') continue;
        const latency = (latencies[i % latencies.length] as number) + i / 1024;
        const arrival = isLive ? sent + latency : back + (i - before) * pace + i / 1024;
        messages.push({ time: clock.tell(sent, i), arrival, sent, isBacklog: !isLive && way === 'resumed session' });
      }
      return { clock, cadence, way, messages };
    });
}

/** Messages that wait in a connection that is slow for a while: each comes some time after the one before, at most 50 minutes late. */
const congestion: fc.Arbitrary<History> = fc
  .record({
    cadence: fc.constantFrom(SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE),
    before: fc.nat(12),
    slowness: fc.array(fc.double({ min: 0, max: 6, noNaN: true }), { minLength: 5, maxLength: 40 }),
  })
  .map(({ cadence, before, slowness }) => {
    let arrival = START;
    const messages = [...Array.from({ length: before }, () => 0), ...slowness].map((slow, i) => {
      const sent = START + i * cadence;
      arrival = Math.max(sent + 5 + i / 1024, Math.min(arrival + slow * cadence + 1, sent + 50 * MINUTE));
      return { time: sent, arrival, sent };
    });
    return { clock: TRUE_CLOCK, cadence, way: 'gateway', messages };
  });

function expectAllInOrder({ messages }: History): void {
  const { learned, dropped } = judge(messages);
  expect(dropped).toEqual([]);
  expect(learned.map(({ value }) => value)).toEqual(messages.map((_, i) => i));
  learned.forEach(({ at }, i) => {
    expect(at).toBeLessThan((messages[i] as Told).arrival + 120_001);
    if (i > 0) expect(at).toBeGreaterThan(learned[i - 1]?.at as number);
  });
}

describe('for any outage, cadence and way back', () => {
  it('every reading with a true time is learned at its own', () => {
    void fc.assert(
      fc.property(histories(fc.constant(TRUE_CLOCK)), (history) => {
        expectAllInOrder(history);
        expect(judge(history.messages).learned.map(({ at }) => at)).toEqual(history.messages.map(({ sent }) => sent));
      }),
      { numRuns: 150 },
    );
  });

  it('every reading with a true time that waits in a slow connection is learned at its own', () => {
    void fc.assert(
      fc.property(congestion, (history) => {
        expectAllInOrder(history);
        expect(judge(history.messages).learned.map(({ at }) => at)).toEqual(history.messages.map(({ sent }) => sent));
      }),
      { numRuns: 300 },
    );
  });

  it('every reading of any other clock is learned, in order', () => {
    void fc.assert(
      fc.property(histories(wrong), (history) => expectAllInOrder(history)),
      { numRuns: 400 },
    );
  });

  it('the same is learned where the process was stopped and started at any point', () => {
    void fc.assert(
      fc.property(histories(fc.oneof(fc.constant(TRUE_CLOCK), wrong)), fc.nat(LONGEST), ({ messages }, cut) => {
        expect(judge(messages, { cut })).toEqual(judge(messages));
      }),
      { numRuns: 150 },
    );
  });

  it('for any clock: nothing throws, no reading is repeated, none is lost without a count', () => {
    const told = fc.record({
      time: fc.option(fc.oneof(fc.integer({ min: -HOUR, max: 3 * HOUR }), fc.integer(), fc.constant(-START)), {
        nil: undefined,
      }),
      after: fc.oneof(fc.nat(2 * SECOND), fc.integer({ min: -DAY, max: DAY })),
      isBacklog: fc.boolean(),
      value: fc.nat(3),
    });
    void fc.assert(
      fc.property(fc.array(told, { maxLength: 120 }), fc.nat(120), (all, cut) => {
        let arrival = START;
        const messages = all.map(({ time, after, ...rest }) => {
          arrival += after;
          return { ...rest, arrival, time: time === undefined ? undefined : START + time };
        });
        const { learned, dropped } = judge(messages, { cut });
        expect(learned.length + dropped.length).toBe(messages.length);
        for (const { at } of learned) expect(Number.isFinite(at)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
