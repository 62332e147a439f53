import { asyncScheduler, type SchedulerLike, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { DueQueue } from '../../src/pipeline/dueQueue.ts';
import { marbles } from '../support/marbles.ts';
import { countingScheduler } from './countingScheduler.ts';

/** Puts the items of a marble line in, each with the same delay, and shows when they come due. */
function dueLine(scheduler: SchedulerLike) {
  const due$ = new Subject<string>();
  const queue = new DueQueue<string>({ scheduler, onDue: (item) => due$.next(item) });
  return { due$, queue };
}

describe('DueQueue', () => {
  it('hands each item out when its delay has passed, and starts the delay anew when it is put in again', () => {
    marbles(({ hot, expectObservable }) => {
      const { due$, queue } = dueLine(asyncScheduler);
      const put = ' -a-b-a----------';
      const due = ' --------b-a-----';

      expectObservable(due$).toBe(due);
      hot(put).subscribe((item) => queue.put(item, 5));
    });
  });

  it('hands items with different delays out in the order in which they come due', () => {
    marbles(({ hot, expectObservable }) => {
      const { due$, queue } = dueLine(asyncScheduler);
      const put = ' -a-b-c----------';
      const due = ' -----b-c------a-';

      expectObservable(due$).toBe(due);
      hot(put).subscribe((item) => queue.put(item, item === 'a' ? 13 : 2));
    });
  });

  it('wakes for the earliest of all that wait, in whatever order their delays first came', () => {
    marbles(({ hot, expectObservable }) => {
      const { due$, queue } = dueLine(asyncScheduler);
      const put = ' -(cba)----------';
      const due = ' ---c---b---a-----';

      expectObservable(due$).toBe(due);
      hot(put).subscribe((item) => queue.put(item, { c: 2, b: 6, a: 10 }[item] as number));
    });
  });

  it('forgets what is taken out', () => {
    marbles(({ hot, expectObservable }) => {
      const { due$, queue } = dueLine(asyncScheduler);
      const put = '    -a-b------';
      const remove = ' ----a-----';
      const due = '    --------b-';

      expectObservable(due$).toBe(due);
      hot(put).subscribe((item) => queue.put(item, 5));
      hot(remove).subscribe((item) => queue.remove(item, 5));
    });
  });

  it('runs one timer for all, and none while nothing waits', () => {
    const { scheduler, running, most } = countingScheduler();
    const runningAt: number[] = [];

    marbles(({ hot }) => {
      const { queue } = dueLine(scheduler);

      hot('      -(hgfedcba)').subscribe((item) => queue.put(item, item.charCodeAt(0) - 90));
      hot('      -----------(abcdefg)').subscribe((item) => queue.remove(item, item.charCodeAt(0) - 90));
      hot('-z-z 30ms z').subscribe(() => runningAt.push(running()));
    });

    expect(runningAt).toEqual([1, 1, 0]);
    expect(most()).toBe(1);
  });

  it('stops its timer when the last item is taken out or all are cleared', () => {
    const { scheduler, running } = countingScheduler();
    const { queue } = dueLine(scheduler);

    queue.put('a', 60_000);
    queue.remove('a', 60_000);
    const afterRemoval = running();
    queue.put('a', 60_000);
    const waiting = running();
    queue.clear();

    expect([afterRemoval, waiting, running()]).toEqual([0, 1, 0]);
  });

  it('hands everything out at once on a flush, and nothing later', () => {
    marbles(({ hot, expectObservable }) => {
      const { due$, queue } = dueLine(asyncScheduler);
      const put = '   -a-b---------';
      const flush = ' -----z-------';
      const due = '   -----(ab)----';

      expectObservable(due$).toBe(due);
      hot(put).subscribe((item) => queue.put(item, 5));
      hot(flush).subscribe(() => queue.flush());
    });
  });

  it('does not wait an hour because the clock is set back by one', () => {
    const { scheduler, clock } = countingScheduler();

    marbles(({ hot, expectObservable }) => {
      const { due$, queue } = dueLine(scheduler);
      const put = '     -a-b-------';
      const setBack = ' ----z------';
      const due = '     ------(ab)-';

      expectObservable(due$).toBe(due);
      hot(put).subscribe((item) => queue.put(item, 5));
      hot(setBack).subscribe(() => {
        clock.setBackMs = 3_600_000;
      });
    });
  });

  it('keeps an item that is put in while another is handed out', () => {
    marbles(({ hot, expectObservable }) => {
      const due$ = new Subject<string>();
      const queue = new DueQueue<string>({
        scheduler: asyncScheduler,
        onDue(item) {
          due$.next(item);
          if (item === 'a') queue.put('b', 3);
        },
      });
      const put = ' -a-------';
      const due = ' ----a--b-';

      expectObservable(due$).toBe(due);
      hot(put).subscribe((item) => queue.put(item, 3));
    });
  });
});
