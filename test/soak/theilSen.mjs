/** Points beyond so many are thinned out evenly: there are as many slopes as pairs. */
const MOST_POINTS = 1500;

/**
 * The median of the slopes between all pairs of points (Theil 1950, Sen 1968): up to 29 % of the points may be anything.
 * @param times in ascending order, at least two
 */
export function theilSen(times, values) {
  const every = Math.ceil(times.length / MOST_POINTS);
  const points = times.map((time, i) => [time, values[i]]).filter((_, i) => i % every === 0);
  const slopes = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      slopes.push((points[j][1] - points[i][1]) / (points[j][0] - points[i][0]));
    }
  }
  return median(slopes);
}

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param times in hours @returns minutes, in hours, and the least value in each */
export function leastOfMinutes(times, values) {
  const least = new Map();
  for (const [i, time] of times.entries()) {
    const minute = Math.floor((time - times[0]) * 60 + 1e-6) / 60;
    least.set(minute, Math.min(least.get(minute) ?? values[i], values[i]));
  }
  return [[...least.keys()], [...least.values()]];
}
