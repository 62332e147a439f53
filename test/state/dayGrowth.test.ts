import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../src/domain/time.ts';
import { DayGrowth } from '../../src/state/dayGrowth.ts';

const HOUR = 3_600_000;
const START = 1_700_000_000_000;

/** The growth of a counter that is asked for every minute, from the start on. */
function growthAfter(hours: number, countAt: (hour: number) => number, clock = (ms: number): number => START + ms) {
  const growth = new DayGrowth(toEpochMs(clock(0)));
  let day = 0;
  for (let ms = 0; ms <= hours * HOUR; ms += 60_000) day = growth.of(countAt(ms / HOUR), toEpochMs(clock(ms)));
  return day;
}

describe('DayGrowth', () => {
  it('is all of it within the first day', () => {
    expect(growthAfter(0, () => 7)).toBe(7);
    expect(growthAfter(23, (hour) => 10 * hour)).toBe(230);
  });

  it('is that of a day from then on', () => {
    for (const hours of [24, 24.5, 100, 1000.9]) {
      const day = growthAfter(hours, (hour) => 10 * hour);
      expect(day).toBeGreaterThan(230 - 1);
      expect(day).toBeLessThanOrEqual(250);
    }
  });

  it('forgets what was more than a day ago', () => {
    expect(growthAfter(26, (hour) => (hour < 1 ? 0 : 1000))).toBe(0);
  });

  it('goes on over a clock that is put back or ahead', () => {
    for (const leap of [-1e12, 1e12]) {
      const day = growthAfter(
        60,
        (hour) => 10 * hour,
        (ms) => START + ms + (ms > 30 * HOUR ? leap : 0),
      );
      expect(day).toBeGreaterThan(200);
      expect(day).toBeLessThanOrEqual(250);
    }
  });
});
