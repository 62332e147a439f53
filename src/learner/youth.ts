/**
 * How much less is known after n observations than after very many: what is measured is divided by 1 + youth. 1 at `half`
 * observations where those are many more than `first`, and far more below `first`.
 */
export function youth(n: number, half: number, first: number): number {
  const early = (first / n) * (first / n);
  return (half / n) * (1 + early * early);
}
