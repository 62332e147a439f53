import { describe, expect, it } from 'vitest';
import { atLeast, atMost, describeBar, marked } from './bars.ts';

describe('a bar', () => {
  it('is reached at its bound', () => {
    expect(atMost('a', 0.06, 0.06).isMet).toBe(true);
    expect(atMost('a', 0.0600001, 0.06).isMet).toBe(false);
    expect(atLeast('a', 71, 71).isMet).toBe(true);
    expect(atLeast('a', 70.99, 71).isMet).toBe(false);
  });

  it('is not reached by what is no number', () => {
    expect(atMost('a', Number.NaN, 1).isMet).toBe(false);
    expect(atLeast('a', Number.NaN, 1).isMet).toBe(false);
  });

  it('marks a cell when any of its bars is missed', () => {
    expect(marked('0.93', [atLeast('a', 0.93, 0.88), atMost('a', 0.93, 0.92)])).toBe('0.93 misses');
    expect(marked('0.91', [atLeast('a', 0.91, 0.88), atMost('a', 0.91, 0.92)])).toBe('0.91 ok');
    expect(marked('0.91', [])).toBe('0.91');
  });

  it('says what was to be reached', () => {
    expect(describeBar(atMost('taxi MAPE', 0.0666903, 0.06))).toBe('taxi MAPE: 0.06669, to reach ≤ 0.06');
  });
});
