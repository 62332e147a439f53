import fc from 'fast-check';
import { of, Subject, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import { toDurationMs, type ZoneOffset } from '../../src/domain/time.ts';
import { type BatchPerTurnOptions, batchPerTurn } from '../../src/pipeline/batchPerTurn.ts';
import { HeldInputs } from '../../src/pipeline/heldInputs.ts';
import { StepRun } from '../../src/pipeline/stepRun.ts';
import { type HandedWork, isStep, type Work } from '../../src/pipeline/work.ts';
import { marbles } from '../support/marbles.ts';
import { evictionOf, idOf, ignore, keepEach, onNextFrame, stepOf, utc, virtualDelay } from './samples.ts';

const a = stepOf('attic', 0);
const b = stepOf('barn', 0);
const c = stepOf('cellar', 0);
const d = stepOf('den', 0);
const e = evictionOf('attic');
const work = { a, b, c, d, e };

const options: BatchPerTurnOptions = { maxBatch: 64, onNextTurn: onNextFrame, report: ignore };

/** A run of the steps 0, 1, 2 … */
const runOf = (stream: string, steps: number, zoneOffset: ZoneOffset = utc): StepRun =>
  new StepRun({
    ...{ stream: idOf(stream), every: toDurationMs(1), first: 0, heldEnd: steps, end: steps, value: 1, zoneOffset },
    ...{ held: new HeldInputs(toDurationMs(0)), ledBy: {} },
  });

describe('batchPerTurn', () => {
  it('hands the work of one turn over on the next, as one array', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abc)---d--|', work);
      const expected = '   --t-------u-|';

      expectObservable(source.pipe(batchPerTurn(options), keepEach)).toBe(expected, { t: [a, b, c], u: [d] });
    });
  });

  it('spreads what is more than one batch over the following turns', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abcd)------|', work);
      const expected = '   --tu---------|';

      expectObservable(source.pipe(batchPerTurn({ ...options, maxBatch: 3 }), keepEach)).toBe(expected, {
        t: [a, b, c],
        u: [d],
      });
    });
  });

  it('hands over the rest after the source has completed, a batch a turn, and then completes', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(abc|)', work);
      const expected = '   --t(u|)';

      expectObservable(source.pipe(batchPerTurn({ ...options, maxBatch: 2 }), keepEach)).toBe(expected, {
        t: [a, b],
        u: [c],
      });
    });
  });

  it('passes the error of the source on at once', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot(' -(ab#)', work);
      const expected = '   -#    ';

      expectObservable(source.pipe(batchPerTurn(options), keepEach)).toBe(expected);
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

  it('hands over all there is where the turn comes at once', () => {
    let batches: readonly (readonly HandedWork[])[] = [];
    const onNextTurn = (run: () => void) => {
      run();
      return () => undefined;
    };

    of(a, b, runOf('cellar', 4), d)
      .pipe(batchPerTurn({ ...options, maxBatch: 3, onNextTurn }), keepEach, toArray())
      .subscribe((all) => {
        batches = all;
      });

    const steps = [0, 1, 2, 3].map((at) => stepOf('cellar', at));
    expect(batches).toEqual([[a], [b], steps.slice(0, 3), steps.slice(3), [d]]);
  });

  it('looks again and again until there is room', () => {
    marbles(({ hot, expectObservable }) => {
      let steps = 0;
      const room = { steps: () => steps, delay: virtualDelay };
      const source = hot(' -(abcd)----------|', work);
      const expected = '   ------t------u---|';
      hot('                -----s-------s').subscribe(() => {
        steps += 2;
      });

      const handed$ = source.pipe(
        batchPerTurn({ ...options, room }),
        keepEach,
        tap((batch) => {
          steps -= batch.length;
        }),
      );
      expectObservable(handed$).toBe(expected, { t: [a, b], u: [c, d] });
    });
  });

  it('takes no more of a run than there is room for, and lets nothing overtake it', () => {
    marbles(({ hot, expectObservable }) => {
      const room = { steps: () => 2, delay: virtualDelay };
      const source = hot(' -(rea)-|', { r: runOf('attic', 3), e, a: stepOf('attic', 9) });
      const expected = '   --tuv--|';

      const [one, two, three] = [0, 1, 2].map((at) => stepOf('attic', at));
      expectObservable(source.pipe(batchPerTurn({ ...options, room }), keepEach)).toBe(expected, {
        t: [one, two],
        u: [three, e],
        v: [stepOf('attic', 9)],
      });
    });
  });

  it('gives up the rest of a run that fails, says so, and goes on', () => {
    const events: DomainEvent[] = [];
    const error = new Error('planted in the zone');
    const zoneOffset = (at: number) => {
      if (at === 2) throw error;
      return toDurationMs(0);
    };
    const handed: HandedWork[] = [];
    const depth = { waiting: 0 };
    const report = (event: DomainEvent) => void events.push(event);
    const onNextTurn = (run: () => void) => {
      run();
      return () => undefined;
    };

    of(runOf('attic', 5, zoneOffset), b)
      .pipe(batchPerTurn({ ...options, report, onNextTurn, depth }), keepEach)
      .subscribe((batch) => handed.push(...batch));

    expect(handed).toEqual([stepOf('attic', 0), stepOf('attic', 1), b]);
    expect(events).toEqual([
      { type: 'PipelineFailed', topic: 'attic', error },
      { type: 'InputDropped', reason: 'stream-failed', topic: 'attic' },
    ]);
    expect(depth.waiting).toBe(0);
  });

  it('shows how many wait', () => {
    const depth = { waiting: 0 };
    const shown: number[] = [];
    const turns: (() => void)[] = [];
    const source = new Subject<Work>();
    const onNextTurn = (run: () => void) => {
      turns.push(run);
      return () => undefined;
    };
    source.pipe(batchPerTurn({ ...options, maxBatch: 2, onNextTurn, depth })).subscribe();
    const show = (): void => void shown.push(depth.waiting);

    for (const work of [a, e, runOf('barn', 3), d]) {
      source.next(work);
      show();
    }
    for (let i = 0; i < 3; i++) {
      turns.shift()?.();
      show();
    }

    expect(shown).toEqual([1, 2, 5, 6, 4, 2, 0]);
  });

  it('never loses or reorders anything, and never hands over more than there is room for', () => {
    const stream = fc.constantFrom('attic', 'barn');
    const item = fc.oneof(
      { weight: 3, arbitrary: fc.record({ stream, steps: fc.constant(1) }) },
      { weight: 1, arbitrary: fc.record({ stream, steps: fc.integer({ min: 2, max: 40 }) }) },
      { weight: 1, arbitrary: fc.record({ stream, steps: fc.constant(0) }) },
    );
    const rounds = fc.array(fc.record({ items: fc.array(item, { maxLength: 9 }), learned: fc.nat(20) }), {
      maxLength: 20,
    });

    void fc.assert(
      fc.property(rounds, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (all, maxBatch, credit) => {
        const turns: (() => void)[] = [];
        const handed: HandedWork[] = [];
        const expected: HandedWork[] = [];
        const depth = { waiting: 0 };
        const source = new Subject<Work>();
        const onNextTurn = (run: () => void) => {
          turns.push(run);
          return () => undefined;
        };
        let backlog = 0;
        let isComplete = false;
        const room = { steps: () => credit - backlog, delay: onNextTurn };
        source.pipe(batchPerTurn({ ...options, maxBatch, onNextTurn, room, depth })).subscribe({
          next(batch) {
            expect(batch.length).toBeLessThanOrEqual(maxBatch);
            handed.push(...batch);
            backlog += batch.filter(isStep).length;
            expect(backlog).toBeLessThanOrEqual(credit);
          },
          complete: () => {
            isComplete = true;
          },
        });
        const turn = (): void => {
          expect(turns.length).toBe(depth.waiting > 0 ? 1 : 0);
          turns.shift()?.();
          expect(depth.waiting).toBe(expected.length - handed.length);
        };

        for (const { items, learned } of all) {
          for (const { stream: name, steps } of items) {
            source.next(steps === 0 ? evictionOf(name) : runOf(name, steps));
            if (steps === 0) expected.push(evictionOf(name));
            for (let at = 0; at < steps; at++) expected.push(stepOf(name, at));
          }
          turn();
          backlog = Math.max(0, backlog - learned);
        }
        source.complete();
        while (turns.length > 0) {
          turn();
          backlog = 0;
        }

        expect(handed).toEqual(expected);
        expect(isComplete).toBe(true);
      }),
    );
  });
});
