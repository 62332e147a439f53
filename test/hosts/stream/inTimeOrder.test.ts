import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../src/domain/events.ts';
import { SampleRow } from '../../../src/domain/sampleRow.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { InTimeOrder } from '../../../src/hosts/stream/inTimeOrder.ts';
import { among, ignore, reportLine, sampleOf } from '../../pipeline/samples.ts';
import { marbles } from '../../support/marbles.ts';
import { inTimeOrder } from './operators.ts';
import { HOUR, MINUTE, START } from './tellTimes.ts';

const samples = {
  a: sampleOf('hall', 1_000, 20),
  b: sampleOf('hall', 2_000, 21),
  c: sampleOf('hall', 2_000, 22),
  d: sampleOf('hall', 1_999, 22),
  e: sampleOf('hall', 2_000.5, 21),
  z: sampleOf('hall', 3_000, -0),
  o: sampleOf('hall', 3_000, 0),
};

const drops: Record<string, DomainEvent> = {
  d: { type: 'InputDropped', reason: 'duplicate', topic: 'hall' },
  c: { type: 'InputDropped', reason: 'conflict', topic: 'hall' },
  o: { type: 'InputDropped', reason: 'out-of-order', topic: 'hall' },
};

describe('inTimeOrder', () => {
  it('keeps copies of late readings that wait to be understood', () => {
    const row = new SampleRow();
    const learned: number[] = [];
    const order = new InTimeOrder({ report: ignore, pass: ({ at, value }) => learned.push(at, value) });
    const tell = (at: number, value: number): void => {
      Object.assign(row, sampleOf('hall', at, value));
      row.setOrigin(toEpochMs(START + 10 * HOUR + value), true, false);
      order.push(row);
      row.giveBack();
    };
    tell(START + 10 * HOUR, 0);
    // A backlog behind a newer reading counts once eight of it have come.
    for (let i = 1; i <= 8; i++) tell(START + i * MINUTE, i);
    const backlog = Array.from({ length: 8 }, (_, i) => [START + (i + 1) * MINUTE, i + 1]).flat();
    expect(learned).toEqual([START + 10 * HOUR, 0, ...backlog]);
  });

  it('keeps samples whose time grows, by however little', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-e-|', samples);
      const expected = '   -a-b-e-|';

      expectObservable(source.pipe(inTimeOrder({ report: ignore }))).toBe(expected, samples);
    });
  });

  it('drops the same time again: a duplicate with the same value, a conflict with another', () => {
    const { report, events$ } = reportLine();

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-b-b-c-b-|', samples);
      const expected = '   -a-b-------|';
      const reported = '   -----d-c-d--';

      expectObservable(events$).toBe(reported, drops);
      expectObservable(source.pipe(inTimeOrder({ report }))).toBe(expected, samples);
    });
  });

  it('takes for a duplicate only what has the same further inputs', () => {
    const { report, events$ } = reportLine();
    const [known, missing] = [among(sampleOf('hall', 1_000), 5, 6), among(sampleOf('hall', 2_000), 5, Number.NaN)];
    const others = {
      a: known,
      b: among(known, 5, 7),
      c: missing,
      d: among(missing, 5, 6),
      e: among(missing, 5, Number.NaN),
    };

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -a-a-b-c-d-e-|', others);
      const expected = '   -a-----c-----|';
      const reported = '   ---d-c---c-d--';

      expectObservable(events$).toBe(reported, drops);
      expectObservable(source.pipe(inTimeOrder({ report }))).toBe(expected, others);
    });
  });

  it('drops what is older than the newest, and goes on from the newest', () => {
    const { report, events$ } = reportLine();

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -b-a-d-e-|', samples);
      const expected = '   -b-----e-|';
      const reported = '   ---o-o----';

      expectObservable(events$).toBe(reported, drops);
      expectObservable(source.pipe(inTimeOrder({ report }))).toBe(expected, samples);
    });
  });

  it('takes 0 and -0 for the same value', () => {
    const { report, events$ } = reportLine();

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -z-o-|', samples);
      const expected = '   -z---|';
      const reported = '   ---d--';

      expectObservable(events$).toBe(reported, drops);
      expectObservable(source.pipe(inTimeOrder({ report }))).toBe(expected, samples);
    });
  });

  it('reports under the topic that it is told', () => {
    const events: DomainEvent[] = [];

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -b-a-|', samples);
      const expected = '   -b---|';
      const operator = inTimeOrder({ report: (event) => events.push(event), topicOf: ({ stream }) => `raw/${stream}` });

      expectObservable(source.pipe(operator)).toBe(expected, samples);
    });

    expect(events).toEqual([{ type: 'InputDropped', reason: 'out-of-order', topic: 'raw/hall' }]);
  });
});

describe('a clock that was put right', () => {
  const HOUR = 3_600_000;
  const run = (times: readonly number[]): { readonly kept: number[]; readonly events: DomainEvent[] } => {
    const events: DomainEvent[] = [];
    const kept: number[] = [];
    from(times.map((at, i) => sampleOf('hall', at, i)))
      .pipe(inTimeOrder({ report: (event) => events.push(event) }))
      .subscribe(({ at }) => kept.push(at));
    return { kept, events };
  };
  const every = (count: number, start: number, step = 30_000): number[] =>
    Array.from({ length: count }, (_, i) => start + i * step);
  const YEARS = 87_600 * HOUR;

  it('is believed by the eighth sample that agrees, where it was ten years ahead', () => {
    const { kept, events } = run([0, YEARS, ...every(20, 60_000)]);
    expect(kept).toEqual([0, YEARS, ...every(20, 60_000).slice(7)]);
    expect(events).toEqual([
      ...Array(7).fill({ type: 'InputDropped', reason: 'out-of-order', topic: 'hall' }),
      { type: 'ClockSetBack', stream: 'hall' },
    ]);
  });

  it('is believed by the 64th, where it was not an hour ahead', () => {
    const late = every(200, 0, 10_000);
    expect(run([HOUR, ...late]).kept.slice(0, 3)).toEqual([HOUR, ...late.slice(63, 65)]);
  });

  it('is not believed by samples that are late, however many, while newer ones come too', () => {
    const live = every(50, YEARS);
    const times = live.flatMap((at, i) => [at, ...every(7, i * HOUR)]);
    expect(run(times).kept).toEqual(live);
  });

  it('is not believed by old samples that contradict each other, nor by one that comes again and again', () => {
    expect(run([YEARS, ...every(100, 90 * HOUR, -30_000)]).kept).toEqual([YEARS]);
    expect(run([YEARS, ...Array(100).fill(HOUR)]).kept).toEqual([YEARS]);
  });

  it('never makes time go back twice for one old message', () => {
    const { kept } = run([YEARS, ...every(10, 0), YEARS + 1, ...every(7, HOUR)]);
    expect(kept).toEqual([YEARS, ...every(10, 0).slice(7), YEARS + 1]);
  });
});
