const { TIDEGATE_SEED: ONLY, TIDEGATE_SEEDS: COUNT, TIDEGATE_SEEDS_FROM: FIRST = '1' } = process.env;

/**
 * Lists the seeds of a simulation: TIDEGATE_SEEDS of them from TIDEGATE_SEEDS_FROM on, or TIDEGATE_SEED alone.
 * @param usual those without these variables: the seeds, or how many from 1 on
 * @param cost of a seed, as a multiple of the cost in other simulations: the count is divided by it
 */
export function seedsOf(usual: number | readonly number[], cost = 1): readonly number[] {
  if (ONLY !== undefined) return [Number(ONLY)];
  if (COUNT === undefined) return typeof usual === 'number' ? series(1, usual) : usual;
  return series(Number(FIRST), Math.ceil(Number(COUNT) / cost));
}

function series(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
