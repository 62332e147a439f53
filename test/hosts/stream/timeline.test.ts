import { describe, expect, it } from 'vitest';
import { HOUR, judge, live, MINUTE, type Outcome, SECOND, START, type Told, timesOf } from './tellTimes.ts';

const DAY = 24 * HOUR;
const arrivalsOf = (messages: readonly Told[]): number[] => messages.map(({ arrival }) => arrival);
const ownOf = (messages: readonly Told[]): (number | undefined)[] => messages.map(({ time }) => time);

/** Readings that were taken every `every` ms before `end`, and came at once then. */
function backlog(count: number, every: number, end: number, more: Partial<Told> = {}): Told[] {
  return Array.from({ length: count }, (_, i) => ({ time: end - (count - i) * every, arrival: end + i / 4, ...more }));
}

function expectAll({ learned, dropped }: Outcome, messages: readonly Told[]): void {
  expect(dropped).toEqual([]);
  expect(learned.map(({ value }) => value)).toEqual(messages.map((_, i) => i));
}

describe('after an outage of three hours', () => {
  it.each([30, 60, 300])('every reading of a sensor that sends each %d s is learned at its own time', (seconds) => {
    const every = seconds * SECOND;
    const before = live(20, every);
    const end = (before.at(-1)?.time as number) + 3 * HOUR;
    const collected = backlog((3 * HOUR) / every - 1, every, end, { isBacklog: true });
    const messages = [...before, ...collected, ...live(5, every, { from: end })];
    for (const known of [messages, messages.slice(20)]) {
      const outcome = judge(known);
      expectAll(outcome, known);
      expect(timesOf(outcome)).toEqual(ownOf(known));
      expect([outcome.replaced, outcome.setBack]).toEqual([[], 0]);
    }
  });

  it('what a gateway had kept is learned likewise, and no reading before it has to be known', () => {
    const messages = [...backlog(180, MINUTE, START), ...live(5, SECOND)];
    const outcome = judge(messages);
    expectAll(outcome, messages);
    expect(timesOf(outcome)).toEqual(ownOf(messages));
  });

  it('readings without a time lie the usual interval apart, none later than it came', () => {
    const before = live(20, MINUTE).map(({ arrival }) => ({ time: undefined, arrival }));
    const end = START + 19 * MINUTE + 3 * HOUR;
    const collected = backlog(179, MINUTE, end, { time: undefined, isBacklog: true });
    const messages = [...before, ...collected, { time: undefined, arrival: end + MINUTE }];
    const outcome = judge(messages);
    expectAll(outcome, messages);
    const last = START + 19 * MINUTE + 300;
    expect(timesOf(outcome).slice(20, 199)).toEqual(collected.map((_, i) => last + (i + 1) * MINUTE));
    expect(outcome.learned.at(-1)?.at).toBe(end + MINUTE);
  });

  it('more of them than there can have been pile up at the arrival, still in order', () => {
    const before = live(9, MINUTE).map(({ arrival }) => ({ time: undefined, arrival }));
    const end = START + 10 * MINUTE;
    const messages = [...before, ...backlog(50, MINUTE, end, { time: undefined, isBacklog: true, arrival: end })];
    const outcome = judge(messages);
    expectAll(outcome, messages);
    const times = timesOf(outcome);
    times.forEach((at, i) => {
      if (i > 0) expect(at).toBeGreaterThan(times[i - 1] as number);
    });
    expect((times.at(-1) as number) - end).toBeLessThan(1);
  });

  it('a clock that was an hour-and-zone off keeps the intervals of its readings', () => {
    for (const shift of [-5 * HOUR, 5 * HOUR]) {
      const before = live(20, MINUTE, { offset: shift });
      const end = START + 19 * MINUTE + 8 * HOUR;
      const collected = backlog(479, MINUTE, end).map(({ time, arrival }) => ({
        time: (time as number) + shift,
        arrival,
      }));
      const messages = [...before, ...collected];
      const outcome = judge(messages);
      expectAll(outcome, messages);
      collected.slice(0, -3).forEach(({ time }, i) => {
        expect(Math.abs((outcome.learned[20 + i]?.at as number) - ((time as number) - shift))).toBeLessThan(SECOND);
      });
    }
  });
});

describe('a clock that was never set', () => {
  const wakes = (say: (i: number) => number): Told[] =>
    Array.from({ length: 40 }, (_, i) => ({ time: say(i), arrival: START + i * 125 * SECOND }));

  it.each<[string, (i: number) => number]>([
    ['begins at 1970 at each wake', (i) => ([7, 8, 7, 9, 8][i % 5] as number) * SECOND],
    ['begins at 2000 at each wake', (i) => Date.UTC(2000, 0, 1) + (i % 3) * SECOND],
    ['says for how long it runs', (i) => (8000 + 3 * i) * SECOND],
    ['says zero', () => 0],
    ['counts beyond the year 2200', (i) => 8e12 + i * SECOND],
  ])('%s: every reading counts, at its arrival', (_, say) => {
    const messages = wakes(say);
    const outcome = judge(messages);
    expectAll(outcome, messages);
    expect(timesOf(outcome)).toEqual(arrivalsOf(messages));
    expect(outcome.replaced).toHaveLength(40);
  });

  it('begins at the day of its software at each wake: every reading counts, the first one at that day', () => {
    const built = START - 20 * DAY;
    const messages = wakes((i) => built + ([7, 8, 7, 9, 8][i % 5] as number) * SECOND);
    const outcome = judge(messages);
    expectAll(outcome, messages);
    expect(timesOf(outcome).slice(3)).toEqual(arrivalsOf(messages).slice(3));
  });

  it('is right from the moment on that it is set', () => {
    const unset = wakes((i) => i * SECOND).slice(0, 5);
    const set = live(5, MINUTE, { from: START + 5 * 125 * SECOND });
    const outcome = judge([...unset, ...set]);
    expectAll(outcome, [...unset, ...set]);
    expect(timesOf(outcome)).toEqual([...arrivalsOf(unset), ...ownOf(set)]);
  });

  it('makes no true reading of the same burst old', () => {
    const unset = { time: 7000, arrival: START };
    const kept = backlog(180, MINUTE, START + 1);
    const outcome = judge([unset, ...kept]);
    expectAll(outcome, [unset, ...kept]);
    expect(timesOf(outcome).slice(1)).toEqual(ownOf(kept));
  });
});

describe('a clock of another zone', () => {
  it.each([-14, -5, -1.5, 1, 5.75, 12])('%d h off is replaced from the third message on', (hours) => {
    const messages = live(20, 5 * MINUTE, { offset: hours * HOUR });
    const outcome = judge(messages);
    expectAll(outcome, messages);
    expect(timesOf(outcome).slice(2)).toEqual(arrivalsOf(messages).slice(2));
    expect(outcome.replaced.length).toBeGreaterThanOrEqual(18);
  });

  it('is known by whole quarters of an hour where messages come faster than a backlog shows', () => {
    const messages = live(3, 1, { offset: -5 * HOUR - 300 });
    const outcome = judge(messages);
    expectAll(outcome, messages);
    expect(timesOf(outcome).slice(1)).toEqual(arrivalsOf(messages).slice(1));
  });

  it('goes on when summer time begins and ends', () => {
    const zones = [-5, -4, -5].flatMap((hours, i) =>
      live(50, 5 * MINUTE, { from: START + i * 50 * 5 * MINUTE, offset: hours * HOUR }),
    );
    const outcome = judge(zones);
    expectAll(outcome, zones);
    expect([outcome.setBack, timesOf(outcome).slice(2)]).toEqual([0, arrivalsOf(zones).slice(2)]);
  });

  it('is believed again once it is right, also after a silence as long as it was off', () => {
    for (const hours of [-5, 5]) {
      const wrong = live(9, MINUTE, { offset: hours * HOUR });
      const right = live(9, MINUTE, { from: START + 8 * MINUTE + 5 * HOUR });
      const outcome = judge([...wrong, ...right]);
      expectAll(outcome, [...wrong, ...right]);
      expect(timesOf(outcome).slice(10)).toEqual(ownOf(right).slice(1));
    }
  });
});

describe('a clock that is put back', () => {
  it('by a minute and a half, from ahead: time goes back with it, and nothing is lost', () => {
    const ahead = live(3, 10 * SECOND, { offset: 90 * SECOND });
    const right = live(30, 10 * SECOND, { from: START + 30 * SECOND });
    const outcome = judge([...ahead, ...right]);
    expectAll(outcome, [...ahead, ...right]);
    expect([timesOf(outcome), outcome.setBack]).toEqual([ownOf([...ahead, ...right]), 1]);
  });

  it.each([20 * MINUTE, 5 * HOUR, 3 * DAY])(
    'by %d ms, to a wrong time: three readings show it, and all count',
    (by) => {
      const right = live(30, 30 * SECOND);
      const back = live(30, 30 * SECOND, { from: START + 900 * SECOND, offset: -by });
      const outcome = judge([...right, ...back]);
      expectAll(outcome, [...right, ...back]);
      expect(timesOf(outcome)).toEqual([...ownOf(right), ...arrivalsOf(back)]);
    },
  );

  it('of ours: readings go on at their own times', () => {
    const before = live(5, MINUTE);
    const after = live(5, MINUTE, { from: START - 10 * DAY });
    const outcome = judge([...before, ...after]);
    expectAll(outcome, [...before, ...after]);
    expect(timesOf(outcome)).toEqual(ownOf([...before, ...after]));
  });
});

describe('a reading that comes behind newer ones', () => {
  it.each([45 * SECOND, 2 * HOUR, DAY])(
    '%d ms late is dropped once the next one shows that it is only late',
    (late) => {
      const [a, b, c, d] = live(4, 30 * SECOND) as [Told, Told, Told, Told];
      const messages = [a, b, { ...c, time: (c.time as number) - late }, d];
      const outcome = judge(messages);
      expect([outcome.learned.map(({ value }) => value), outcome.dropped]).toEqual([[0, 1, 3], ['out-of-order']]);
      // Nothing is said before.
      expect(judge(messages.slice(0, 3), { isOpen: true }).dropped).toEqual([]);
    },
  );

  it('and a few of them, newest first or in one burst, are dropped too', () => {
    const messages = live(9, 30 * SECOND);
    const burst = backlog(5, MINUTE, START - HOUR).map((one, i) => ({ ...one, arrival: START + 241 * SECOND + i }));
    for (const late of [burst, burst.map((one, i) => ({ ...one, time: burst[4 - i]?.time }))]) {
      const outcome = judge([...messages, ...late, ...live(1, 1, { from: START + 270 * SECOND })]);
      expect([outcome.learned, outcome.dropped]).toEqual([
        expect.objectContaining({ length: 10 }),
        Array(5).fill('out-of-order'),
      ]);
    }
  });

  it('is learned with seven others of a backlog that comes after a live reading', () => {
    const first = live(1, 1, { from: START + 1 });
    const kept = backlog(180, MINUTE, START + 2, { arrival: START + 400 });
    const after = live(5, MINUTE, { from: START + MINUTE });
    const outcome = judge([...first, ...kept, ...after]);
    expectAll(outcome, [...first, ...kept, ...after]);
    expect(timesOf(outcome)).toEqual(ownOf([...first, ...kept, ...after]));
  });
});

describe('a coarse clock', () => {
  it('says one second for several readings: their arrivals tell them apart', () => {
    const messages = Array.from({ length: 25 }, (_, i) => ({
      time: START + Math.floor(i / 10) * SECOND,
      arrival: START + i * 100,
    }));
    const outcome = judge(messages);
    expectAll(outcome, messages);
    expect(timesOf(outcome)).toEqual(arrivalsOf(messages));
  });

  it('says one minute for both readings of a backlog: they stay in order', () => {
    const messages = backlog(360, 30 * SECOND, START).map((one) => ({
      ...one,
      time: Math.floor((one.time as number) / MINUTE) * MINUTE,
    }));
    const outcome = judge(messages);
    expectAll(outcome, messages);
    outcome.learned.forEach(({ at }, i) => {
      expect(at - (messages[i]?.time as number)).toBeLessThan(SECOND);
      if (i > 0) expect(at).toBeGreaterThan(outcome.learned[i - 1]?.at as number);
    });
  });

  it('that stands still is a wrong one', () => {
    const messages = live(200, MINUTE).map((one) => ({ ...one, time: START }));
    const outcome = judge(messages);
    expectAll(outcome, messages);
    expect(timesOf(outcome).slice(3)).toEqual(arrivalsOf(messages).slice(3));
  });

  it('and the same value is the same reading again', () => {
    const twice = { time: START, arrival: START, value: 7 };
    const outcome = judge([twice, { ...twice, arrival: START + 1000 }]);
    expect([outcome.learned.length, outcome.dropped]).toEqual([1, ['duplicate']]);
  });
});

describe('a late reading', () => {
  it('is one that was older than allowed when it came, by the time that it is learned at', () => {
    const messages = [...backlog(180, MINUTE, START, { isBacklog: true }), ...live(1, 1)];
    const { learned } = judge(messages, { maxAge: HOUR });
    expect(learned.map(({ late }) => late)).toEqual(
      messages.map(({ time, arrival }) => Math.floor(arrival) - (time as number) > HOUR),
    );
    expect(judge([{ time: 7000, arrival: START }], { maxAge: HOUR }).learned[0]?.late).toBe(false);
  });
});
