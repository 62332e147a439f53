import { Subject, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Effort } from '../../src/domain/effort.ts';
import { NO_LEARNING } from '../../src/domain/effort.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Overflow } from '../../src/domain/overflow.ts';
import type { Sample } from '../../src/domain/sample.ts';
import type { StreamInput } from '../../src/domain/streamInput.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { type AdmitOptions, admit } from '../../src/pipeline/admit.ts';
import { type Arrival, ownArrival } from '../../src/pipeline/arrival.ts';
import { COALESCING, LoadShedder } from '../../src/pipeline/loadShedder.ts';
import { marbles } from '../support/marbles.ts';
import { VirtualTime } from '../support/virtualTime.ts';
import {
  arrivalOf,
  changeOf,
  deliveryOf,
  forgetOf,
  ignore,
  labelOf,
  lendEach,
  reportLine,
  sampleOf,
  virtualClock,
  virtualDelay,
} from './samples.ts';

const a = arrivalOf('attic', 0);
const b = arrivalOf('barn', 0);
const c = arrivalOf('cellar', 0);
const arrivals = { a, b, c };

function optionsWith(more: Partial<AdmitOptions> = {}): AdmitOptions {
  return {
    ...{
      backlog: () => 0,
      credit: 1,
      maxQueue: 100,
      maxBytes: 1e9,
      overflow: 'drop_oldest',
      shedder: new LoadShedder(),
    },
    ...{ clock: virtualClock, delay: virtualDelay, report: ignore },
    ...more,
  };
}

const effortOf = (input: StreamInput | undefined): Effort => (input as Sample | undefined)?.effort ?? 0;

describe('admit', () => {
  it('lets everything through at once while the learners keep up', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-(bc)-a-|', arrivals);
      const expected = '   -a-(bc)-a-|';

      expectObservable(source.pipe(admit(optionsWith()))).toBe(expected, arrivals);
    });
  });

  it('keeps copies of what waits, and passes on what was lent where nothing waits', async () => {
    const source = new Subject<Arrival>();
    const time = new VirtualTime();
    const passed: Arrival[] = [];
    let backlog = 1;
    source
      .pipe(lendEach(), admit(optionsWith({ backlog: () => backlog, clock: time.clock, delay: time.delay })))
      .subscribe((arrival) => passed.push(ownArrival(arrival)));

    source.next(a);
    source.next(b);
    backlog = 0;
    await time.pass(10);
    source.next(c);

    expect(passed).toEqual([a, b, c]);
  });

  it('lets nothing through while they are behind, and looks again every five milliseconds', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-c--------------|', arrivals);
      const expected = '   -----------(abc)----|';
      // The first look is at frame 6, the second at 11.
      const backlog = () => (virtualClock.now() < 10 ? 1 : 0);

      expectObservable(source.pipe(admit(optionsWith({ backlog })))).toBe(expected, arrivals);
    });
  });

  it('lets through as many as there is credit for, in order, what is new behind what waits', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abc)-b-------------|', arrivals);
      const expected = '   ------a----b----c----(b|)';
      let passed = 0;
      // One step leaves the learners every five frames.
      const backlog = () => passed - Math.floor((virtualClock.now() - 1) / 5) + 1;
      const admitted = source.pipe(
        admit(optionsWith({ backlog })),
        tap(() => passed++),
      );

      expectObservable(admitted).toBe(expected, arrivals);
    });
  });

  it('completes when nothing waits any more', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-|', arrivals);
      const expected = '   ------(a|)';
      const backlog = () => (virtualClock.now() < 5 ? 1 : 0);

      expectObservable(source.pipe(admit(optionsWith({ backlog })))).toBe(expected, arrivals);
    });
  });

  it('leaves no timer behind when it is left', () => {
    const time = new VirtualTime();
    const source = new Subject<Arrival>();
    const subscription = source
      .pipe(admit(optionsWith({ backlog: () => 1, clock: time.clock, delay: time.delay })))
      .subscribe();
    source.next(a);
    expect(time.timers).toBe(1);
    subscription.unsubscribe();
    expect(time.timers).toBe(0);
  });

  it('passes the error of the source on at once', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-#', arrivals);
      const expected = '   ---#';

      expectObservable(source.pipe(admit(optionsWith({ backlog: () => 1 })))).toBe(expected);
    });
  });

  it('passes labels, settings and commands on as they are while learning is thinned', () => {
    const shedder = new LoadShedder(toDurationMs(1));
    shedder.exhaust(toEpochMs(0));
    const inputs: StreamInput[] = [
      labelOf('attic', 1),
      sampleOf('attic', 2),
      changeOf('attic', 3),
      forgetOf('attic', 4),
    ];
    const out: StreamInput[] = [];
    const source = new Subject<Arrival>();
    source.pipe(admit(optionsWith({ shedder }))).subscribe((arrival) => out.push(...arrival.inputs));
    source.next({ ...arrivalOf('attic', 1), inputs });

    const [label, reading, change, command] = inputs;
    expect(effortOf(out[1])).toBeGreaterThan(0);
    expect(out).toEqual([label, { ...reading, effort: effortOf(out[1]) }, change, command]);
  });

  it('leaves out what the overflow says where too many wait, after learning is off', () => {
    const { report, events$ } = reportLine();
    const thinned = ({ message, inputs }: Arrival): Arrival => ({
      message,
      inputs: inputs.map((input) => ({ ...input, effort: 5 })),
    });

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abc)-|', arrivals);
      const expected = '   -----------(bc|)';
      const reported = '   -(lmd)-----(tt)';
      const backlog = () => (virtualClock.now() < 10 ? 1 : 0);

      expectObservable(events$).toBe(reported, {
        l: { type: 'OverloadChanged', level: 1 },
        m: { type: 'OverloadChanged', level: 6 },
        d: { type: 'InputDropped', reason: 'queue-full', topic: 'attic' },
        t: { type: 'LearningThinned', effort: 5 },
      });
      expectObservable(source.pipe(admit(optionsWith({ backlog, maxQueue: 2, report })))).toBe(expected, {
        b: thinned(b),
        c: thinned(c),
      });
    });
  });

  describe('under a load that lasts', () => {
    /** Sends `perSecond` messages a second of one stream for some seconds, to learners that take `rate` a second. */
    async function flood(overflow: Overflow, isOwed: boolean, perSecond: number, rate: number, seconds: number) {
      const time = new VirtualTime(1_000_000);
      const events: DomainEvent[] = [];
      const out: Arrival[] = [];
      const source = new Subject<Arrival>();
      const start = time.now;
      const backlog = (): number => out.length - Math.floor(((time.now - start) * rate) / 1000);
      const report = (event: DomainEvent): void => void events.push(event);
      source
        .pipe(admit(optionsWith({ overflow, backlog, maxQueue: 200, clock: time.clock, delay: time.delay, report })))
        .subscribe((arrival) => out.push(arrival));
      for (let i = 0; i < perSecond * seconds; i++) {
        source.next(arrivalOf('attic', time.now, isOwed ? deliveryOf(i + 1) : undefined));
        await time.pass(1000 / perSecond);
      }
      const levels = events.flatMap((event) => (event.type === 'OverloadChanged' ? [event.level] : []));
      const dropped = events.filter(({ type }) => type === 'InputDropped').length;
      const thinned = events.filter(({ type }) => type === 'LearningThinned').length;
      return { time, source, out, levels, dropped, thinned, perSecond, seconds };
    }

    it('thins learning level by level before anything is left out, and recovers', async () => {
      const { time, source, out, levels, dropped, thinned } = await flood('coalesce', false, 200, 100, 4);
      expect(levels).toEqual([1, 2, 3, 4, 5, 6]);
      const efforts = out.map(({ inputs }) => effortOf(inputs[0]));
      expect(efforts[0]).toBe(0);
      expect(Math.max(...efforts)).toBe(5);
      expect(efforts.filter((effort) => effort > 0)).toHaveLength(thinned);
      expect(dropped).toBeGreaterThan(0);

      await time.pass(15_000);
      source.next(arrivalOf('attic', time.now));
      expect(effortOf(out.at(-1)?.inputs[0])).toBe(0);
      expect(time.timers).toBe(0);
    });

    it('at ten times the load for a minute: drops nothing until learning is off, and learns every sample again soon after', async () => {
      const time = new VirtualTime(1_000_000);
      const source = new Subject<Arrival>();
      // Milliseconds of a step by its effort; without learning a fifth.
      const costs = [10, 8, 6, 4, 3, 2] as const;
      let busyUntil = time.now;
      const waiting: number[] = [];
      const backlog = (): number => {
        while ((waiting[0] ?? Number.POSITIVE_INFINITY) <= time.now) waiting.shift();
        return waiting.length;
      };
      let level = 0;
      let leftOut = 0;
      let levelAtFirstLoss = Number.NaN;
      let out = 0;
      let effort = 0;
      const report = (event: DomainEvent): void => {
        if (event.type === 'OverloadChanged') level = event.level;
        if (event.type !== 'InputDropped') return;
        if (leftOut++ === 0) levelAtFirstLoss = level;
      };
      const options = { overflow: 'coalesce', credit: 64, maxQueue: 20_000 } as const;
      const admission = admit(optionsWith({ ...options, backlog, clock: time.clock, delay: time.delay, report }));
      source.pipe(admission).subscribe(({ inputs }) => {
        for (const input of inputs) {
          effort = effortOf(input);
          busyUntil = Math.max(busyUntil, time.now) + (costs[effort] ?? 2);
          waiting.push(busyUntil);
          out++;
        }
      });
      for (let i = 0; i < 60_000; i++) {
        source.next(arrivalOf(`s${i % 50}`, time.now + i / 1e6));
        if (i % 10 === 9) await time.pass(10);
      }
      expect([levelAtFirstLoss, effort]).toEqual([COALESCING, NO_LEARNING]);

      await time.pass(90_000);
      expect(leftOut).toBeGreaterThan(0);
      expect(out + leftOut).toBe(60_000);
      source.next(arrivalOf('s1', time.now));
      await time.pass(100);
      expect([level, effort, time.timers]).toEqual([0, 0, 0]);
    });

    it('leaves nothing out that the broker holds back', async () => {
      const { time, out, dropped, perSecond, seconds } = await flood('block', true, 200, 100, 4);
      await time.pass(15_000);
      expect([dropped, out.length]).toEqual([0, perSecond * seconds]);
      expect(out.every(({ inputs }) => inputs.length === 1)).toBe(true);
    });

    it('does nothing about a load that the learners can bear', async () => {
      const { levels, dropped, thinned } = await flood('coalesce', false, 100, 120, 8);
      expect([levels, dropped, thinned]).toEqual([[], 0, 0]);
    });
  });
});
