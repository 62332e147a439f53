/**
 * Excess of what is not known after n observations: a measured value is divided by 1 + youth. 1 at `half` observations
 * where those are many more than `first`, and far more below `first`.
 */
export function youth(n: number, half: number, first: number): number {
  const early = (first / n) * (first / n);
  return (half / n) * (1 + early * early);
}
