import { expect, it } from 'vitest';
import { secondsUpTo } from '../../src/cli/secondsUpTo.ts';

it('takes seconds and parts of them, up to what the command can bear', () => {
  const read = secondsUpTo(60);
  expect(['0.5', '1', '60', '1e1'].map(read)).toEqual([0.5, 1, 60, 10]);
  for (const text of ['0', '-1', '61', 'ten', '', 'Infinity', 'NaN', '1m'])
    expect(() => read(text)).toThrow('seconds, up to 60');
});
