export interface ThinningOptions {
  /** The youngest that is as old as this is the oldest one that stays, ms. 0: only the youngest stays. */
  readonly reach: number;
  /** Gap that may be left beside what grows with the age, ms. */
  readonly slack: number;
  /** Most that stay; at least 1. */
  readonly most: number;
}

/**
 * Thins out what is kept by age: between two that stay there is a gap as large as the age of the younger one at most, and the slack, as far as there were
 * some in it. So their number grows with the logarithm of the reach. Gaps do not grow in relation to their age, so what was thinned before still is.
 * @param ages ms, youngest first
 * @returns places of those that stay, youngest first; that of the youngest is among them
 */
export function thin(ages: readonly number[], { reach, slack, most }: ThinningOptions): readonly number[] {
  if (ages.length === 0) return [];
  const old = reach === 0 ? 0 : ages.findIndex((age) => age >= reach);
  const last = old < 0 ? ages.length - 1 : old;
  const kept = [0];
  for (let place = 1; place < last; place++) {
    const [before, after] = [ages[kept.at(-1) as number] as number, ages[place + 1] as number];
    if (after > 2 * before + slack) kept.push(place);
  }
  if (last > 0) kept.push(last);
  while (kept.length > Math.max(1, most))
    kept.splice(
      leastMissed(
        kept.map((place) => ages[place] as number),
        slack,
      ),
      1,
    );
  return kept;
}

/** @returns place of the one without which the gap is smallest beside the age of the one before; never that of the youngest or, of more than two, the oldest */
function leastMissed(ages: readonly number[], slack: number): number {
  let [least, found] = [Number.POSITIVE_INFINITY, ages.length - 1];
  for (let place = 1; place < ages.length - 1; place++) {
    const before = ages[place - 1] as number;
    const gap = ((ages[place + 1] as number) - before) / (before + slack || 1);
    if (gap < least) [least, found] = [gap, place];
  }
  return found;
}
