import { expect, it } from 'vitest';
import { RequestRate } from '../../../../src/outlets/bridge/requests/requestRate.ts';

it('serves 20 at once and 10 a second, refuses 100 at once and 50 a second, and only counts the rest', () => {
  const rate = new RequestRate(0);
  const judge = (now: number, count: number) => {
    const seen = { serve: 0, refuse: 0, ignore: 0 };
    for (let i = 0; i < count; i++) seen[rate.judge(now)]++;
    return seen;
  };
  expect(judge(0, 200)).toEqual({ serve: 20, refuse: 100, ignore: 80 });
  expect(judge(1000, 100)).toEqual({ serve: 10, refuse: 50, ignore: 40 });
  // A clock that stands still or runs back earns nothing.
  expect(judge(500, 1)).toEqual({ serve: 0, refuse: 0, ignore: 1 });
  expect(judge(60_000, 200)).toEqual({ serve: 20, refuse: 100, ignore: 80 });
});
