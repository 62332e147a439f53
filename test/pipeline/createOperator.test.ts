import { of, range, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createOperator } from '../../src/pipeline/createOperator.ts';
import { marbles } from '../support/marbles.ts';

const failing = createOperator<string, string>((output) => ({
  next(value) {
    if (value === 'b') throw new Error('planted');
    output.next(value);
  },
}));

describe('createOperator', () => {
  it('sends what a handler throws down the error channel and leaves the source', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a-b-c-|');
      const subs = '       ^--!    ';
      const expected = '   -a-#    ';

      expectObservable(source.pipe(failing)).toBe(expected, undefined, new Error('planted'));
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('sends what the last handler throws down the error channel', () => {
    const operator = createOperator<string, string>(() => ({
      next: () => undefined,
      complete() {
        throw new Error('planted at the end');
      },
    }));

    marbles(({ cold, expectObservable }) => {
      const source = cold('a-|');
      const expected = '   --#';

      expectObservable(source.pipe(operator)).toBe(expected, undefined, new Error('planted at the end'));
    });
  });

  it('passes the error and the completion of the source on', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a-#').pipe(failing)).toBe('a-#');
      expectObservable(cold('a-|').pipe(failing)).toBe('a-|');
    });
  });

  it('stops a synchronous source as soon as nobody listens', () => {
    let seen = 0;
    const counting = createOperator<number, number>((output) => ({
      next(value) {
        seen++;
        output.next(value);
      },
    }));

    range(0, 1_000_000).pipe(counting, take(3)).subscribe();

    expect(seen).toBe(3);
  });

  it('stops once, whether the output completes, fails or is left', () => {
    let stops = 0;
    const operator = createOperator<string, string>((output) => ({
      next: (value) => output.next(value),
      stop: () => void stops++,
    }));

    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a-|').pipe(operator)).toBe('a-|');
      expectObservable(cold('a-#').pipe(operator)).toBe('a-#');
      expectObservable(cold('a--').pipe(operator), '^-!').toBe('a--');
    });

    expect(stops).toBe(3);
  });

  it('gives every subscription a state of its own', () => {
    const numbering = createOperator<string, number>((output) => {
      let count = 0;
      return { next: () => output.next(count++) };
    });
    const numbered$ = of('a', 'b').pipe(numbering, toArray());
    const seen: number[][] = [];

    numbered$.subscribe((numbers) => seen.push(numbers));
    numbered$.subscribe((numbers) => seen.push(numbers));

    expect(seen).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
