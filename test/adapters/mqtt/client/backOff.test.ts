import { describe, expect, it } from 'vitest';
import { backOff } from '../../../../src/adapters/mqtt/client/backOff.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';

const waits = (random: number, failures: number[]) =>
  failures.map((it) =>
    backOff({ failures: it, first: toDurationMs(1000), max: toDurationMs(60_000), random: () => random }),
  );

describe('back-off', () => {
  it('doubles from a second to a minute', () => {
    expect(waits(0.5, [0, 1, 2, 3, 4, 5, 6, 7])).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('spreads by a fifth to either side', () => {
    expect(waits(0, [0, 6])).toEqual([800, 48_000]);
    expect(waits(0.999_999, [0, 6])).toEqual([1200, 72_000]);
  });

  it('stays finite after years of failures', () => {
    expect(waits(0.5, [5000])).toEqual([60_000]);
  });
});
