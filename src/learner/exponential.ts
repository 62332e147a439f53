/** Step of an exponentially weighted mean that starts as a plain mean: max(1/n, floor), n counted from 1. */
export function rate(n: number, floor: number): number {
  return Math.max(1 / n, floor);
}

/** x limited to [−bound, bound]; NaN becomes 0, so that no feature can poison a weight. */
export function clip(x: number, bound: number): number {
  if (x > bound) return bound;
  if (x < -bound) return -bound;
  return Number.isNaN(x) ? 0 : x;
}
