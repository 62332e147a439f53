import type { AnomalySettings } from '../../domain/streamSettings.ts';

/**
 * Score of a reading that the policies keep from being an alarm: below the threshold, and above where a running alarm
 * would end.
 */
const NO_ALARM = 0.99;
/** Share of the recent errors on one side that makes a direction. */
const LEANING = 0.25;

/**
 * The score as the stream's settings want it.
 * @param deviation of the reading from the published forecast, in the sensor's unit; NaN: there was none
 */
export function withPolicies(
  news: number,
  deviation: number,
  published: number,
  { threshold, minDeviation, minRelativeDeviation }: AnomalySettings,
): number {
  const size = Math.abs(deviation);
  const isSmall = size < minDeviation || size < minRelativeDeviation * Math.abs(published);
  const score = news / threshold;
  return isSmall ? Math.min(score, NO_ALARM) : score;
}

/** @param lean of the recent errors: −1 (all below the forecast) to 1 */
export function leansTo(direction: 'up' | 'down', lean: number): boolean {
  return direction === 'up' ? lean >= LEANING : lean <= -LEANING;
}

/** Distance outside the configured range, in its widths; 0 inside and where there is none. */
export function outsideLimits(reading: number, { range }: AnomalySettings): number {
  if (range === undefined) return 0;
  return Math.max(range.low - reading, reading - range.high, 0) / Math.max(range.high - range.low, 1e-300);
}
