import fc from 'fast-check';
import { from, of, Subject, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import { type BatchPerTurnOptions, batchPerTurn } from '../../src/pipeline/batchPerTurn.ts';
import { isStep, type Work } from '../../src/pipeline/work.ts';
import { marbles } from '../support/marbles.ts';
import { evictionOf, ignore, onNextFrame, reportLine, stepOf } from './samples.ts';

const a = stepOf('attic', 0);
const b = stepOf('barn', 0);
const c = stepOf('cellar', 0);
const d = stepOf('den', 0);
const e = evictionOf('attic');
const work = { a, b, c, d, e };

const options: BatchPerTurnOptions = { maxBatch: 64, maxQueue: 1_000, onNextTurn: onNextFrame, report: ignore };

const queueFull = (topic: string): DomainEvent => ({ type: 'InputDropped', reason: 'queue-full', topic });

describe('batchPerTurn', () => {
  it('hands the work of one turn over on the next, as one array', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abc)---d--|', work);
      const expected = '   --t-------u-|';

      expectObservable(source.pipe(batchPerTurn(options))).toBe(expected, { t: [a, b, c], u: [d] });
    });
  });

  it('spreads what is more than one batch over the following turns', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abcd)------|', work);
      const expected = '   --tu---------|';

      expectObservable(source.pipe(batchPerTurn({ ...options, maxBatch: 3 }))).toBe(expected, { t: [a, b, c], u: [d] });
    });
  });

  it('drops the oldest where too many wait, and says so', () => {
    const { report, events$ } = reportLine();

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abcd)---|', work);
      const expected = '   --t-------|';
      const reported = '   -(xy)------';

      expectObservable(events$).toBe(reported, { x: queueFull('attic'), y: queueFull('barn') });
      expectObservable(source.pipe(batchPerTurn({ ...options, maxQueue: 2, report }))).toBe(expected, { t: [c, d] });
    });
  });

  it('never drops an eviction: as the oldest it goes ahead', () => {
    const { report, events$ } = reportLine();

    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(aebcd)---|', work);
      const expected = '   -vt--------|';
      const reported = '   -x----------';

      expectObservable(events$).toBe(reported.slice(0, -1), { x: queueFull('attic') });
      expectObservable(source.pipe(batchPerTurn({ ...options, maxQueue: 3, report }))).toBe(expected, {
        v: [e],
        t: [b, c, d],
      });
    });
  });

  it('hands over the rest when the source completes, in batches', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abc|)', work);
      const expected = '   -(tu|) ';

      expectObservable(source.pipe(batchPerTurn({ ...options, maxBatch: 2 }))).toBe(expected, { t: [a, b], u: [c] });
    });
  });

  it('passes the error of the source on at once', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(ab#)', work);
      const expected = '   -#    ';

      expectObservable(source.pipe(batchPerTurn(options))).toBe(expected);
    });
  });

  it('cancels the turn it waits for when it is left', () => {
    const cancelled: string[] = [];
    const source = new Subject<Work>();
    const onNextTurn = () => () => void cancelled.push('turn');

    const subscription = source.pipe(batchPerTurn({ ...options, onNextTurn })).subscribe();
    source.next(a);
    subscription.unsubscribe();

    expect(cancelled).toEqual(['turn']);
  });

  it('drops nothing where the turn comes at once, however short the queue', () => {
    const events: DomainEvent[] = [];
    let batches: readonly (readonly Work[])[] = [];
    const onNextTurn = (run: () => void) => {
      run();
      return () => undefined;
    };

    of(a, b, c, d)
      .pipe(batchPerTurn({ maxBatch: 8, maxQueue: 1, onNextTurn, report: (event) => events.push(event) }), toArray())
      .subscribe((all) => {
        batches = all;
      });

    expect(batches).toEqual([[a], [b], [c], [d]]);
    expect(events).toEqual([]);
  });

  it('shows how many wait', () => {
    const gauge = { waiting: 0 };
    const shown: number[] = [];
    const turns: (() => void)[] = [];
    const source = new Subject<Work>();
    const onNextTurn = (run: () => void) => {
      turns.push(run);
      return () => undefined;
    };
    source.pipe(batchPerTurn({ ...options, maxBatch: 2, maxQueue: 3, onNextTurn, gauge })).subscribe();
    const show = (): void => void shown.push(gauge.waiting);

    for (const work of [a, b, c, d]) {
      source.next(work);
      show();
    }
    for (let i = 0; i < 2; i++) {
      turns.shift()?.();
      show();
    }

    expect(shown).toEqual([1, 2, 3, 3, 1, 0]);
  });

  it('never reorders, never loses below maxQueue, and drops only the oldest above it', () => {
    const bursts = fc.array(fc.nat(30), { minLength: 1, maxLength: 12 });
    const bound = fc.integer({ min: 1, max: 40 });

    void fc.assert(
      fc.property(bursts, bound, bound, (sizes, maxBatch, maxQueue) => {
        const turns: (() => void)[] = [];
        const handedOver: Work[] = [];
        const dropped: DomainEvent[] = [];
        const source = new Subject<Work>();
        const onNextTurn = (run: () => void) => {
          turns.push(run);
          return () => undefined;
        };
        const report = (event: DomainEvent) => dropped.push(event);
        source.pipe(batchPerTurn({ maxBatch, maxQueue, onNextTurn, report })).subscribe((batch) => {
          expect(batch.length).toBeLessThanOrEqual(maxBatch);
          handedOver.push(...batch);
        });

        const model: Work[] = [];
        const expected: Work[] = [];
        let number = 0;
        for (const size of sizes) {
          for (let i = 0; i < size; i++) {
            const step = stepOf(`s${number}`, number++);
            source.next(step);
            if (model.length >= maxQueue) model.shift();
            model.push(step);
          }
          expect(turns.length).toBe(model.length > 0 ? 1 : 0);
          turns.shift()?.();
          expected.push(...model.splice(0, maxBatch));
        }
        source.complete();
        expected.push(...model);

        expect(handedOver).toEqual(expected);
        expect(handedOver.length + dropped.length).toBe(number);
      }),
    );
  });

  it('keeps every eviction in its place among the steps of its stream', () => {
    const stream = fc.constantFrom('attic', 'barn');
    const items = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: stream.map((name) => stepOf(name, 0)) },
        { weight: 1, arbitrary: stream.map((name) => evictionOf(name)) },
      ),
      { maxLength: 40 },
    );

    void fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 8 }), (all, maxQueue) => {
        const seen: Work[] = [];
        from(all)
          .pipe(batchPerTurn({ maxBatch: 3, maxQueue, onNextTurn: () => () => undefined, report: ignore }))
          .subscribe((batch) => seen.push(...batch));

        const isOther = (work: Work): boolean => !isStep(work);
        expect(seen.filter(isOther)).toEqual(all.filter(isOther));
        let from$ = 0;
        for (const item of seen) {
          const place = (all as readonly Work[]).indexOf(item, from$);
          expect(place).toBeGreaterThanOrEqual(from$);
          from$ = place + 1;
        }
      }),
    );
  });
});
