const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
/** Widths that people count in, ms. */
const LADDER: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 168, 336, 672].map((n) => n * HOUR),
];
/** Readings of a span of the finest tier, and the least width of the coarsest: as many of those as a tier has go back for a month. */
const FINEST_READINGS = 16;
const COARSEST = 12 * HOUR;

/** Widths of the spans of three tiers, finest first, for readings that come in this interval. @param interval ms */
export function spanWidths(interval: number): readonly [number, number, number] {
  const finest = stepFor(FINEST_READINGS * interval);
  const coarsest = Math.max(stepFor(4 * finest), COARSEST);
  return [finest, stepFor(Math.sqrt(finest * coarsest)), coarsest];
}

/** The least width of the ladder that is not below. */
function stepFor(least: number): number {
  return (
    LADDER.find((width) => width >= least) ?? (LADDER.at(-1) as number) * Math.ceil(least / (LADDER.at(-1) as number))
  );
}
