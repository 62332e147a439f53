import type { Recent } from '../data/recent.ts';
import type { FanPoint } from '../data/stream.ts';
import { roomAround } from './seriesData.ts';

/** Share of the readings' range by which a band may leave it: a wider one would flatten their curve. */
const BAND_SHARE = 0.3;

/** A range of values, and one of times. */
export interface SparkRange {
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
}

/** The span of a picture: its readings and all forecasts; of the bands what stays near. undefined: there is nothing to draw. */
export function sparkRange(recent: Recent, fan: readonly FanPoint[]): SparkRange | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < recent.length; i++) {
    low = Math.min(low, orElse(recent.low[i], low));
    high = Math.max(high, orElse(recent.high[i], high));
  }
  for (const { mean } of fan) {
    low = Math.min(low, mean);
    high = Math.max(high, mean);
  }
  if (!(low <= high)) return undefined;
  const room = roomAround(low, high) * BAND_SHARE;
  const edges = bandEdges(recent, fan);
  const from = recent.ts[0] as number;
  const ends = fan.map(({ at }) => at ?? 0);
  const to = Math.max(recent.newest, ...ends);
  return {
    low: Math.max(low - room, Math.min(low, edges.low) - room * 0.1),
    high: Math.min(high + room, Math.max(high, edges.high) + room * 0.1),
    from,
    to: to > from ? to : from + 1,
  };
}

function bandEdges(recent: Recent, fan: readonly FanPoint[]): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < recent.length; i++) {
    low = Math.min(low, orElse(recent.lower[i], low));
    high = Math.max(high, orElse(recent.upper[i], high));
  }
  for (const { lower, upper } of fan) {
    low = Math.min(low, lower ?? low);
    high = Math.max(high, upper ?? high);
  }
  return { low, high };
}

function orElse(value: number | undefined, other: number): number {
  return value === undefined || Number.isNaN(value) ? other : value;
}
