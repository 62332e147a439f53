import type { Probe } from './memoryProbe.ts';

/** Reach of the shares of an answer, in rows. */
export interface ShareReach {
  /** Least lag up to which half of all shares lie, whatever their signs; undefined: they are older than the rows. */
  readonly half: number | undefined;
  /** Lag of the largest share before the newest row; undefined: there is none. */
  readonly peak: number | undefined;
}

export function reachOfShares({ rows, older }: Pick<Probe, 'rows' | 'older'>): ShareReach {
  const all = Math.abs(older) + rows.reduce((sum, { share }) => sum + Math.abs(share), 0);
  let within = 0;
  let atHalf: number | undefined;
  let peak: number | undefined;
  let largest = 0;
  for (const { lag, share } of rows) {
    const size = Math.abs(share);
    within += size;
    if (atHalf === undefined && all > 0 && 2 * within >= all) atHalf = lag;
    if (lag > 0 && size > largest) [largest, peak] = [size, lag];
  }
  return { half: atHalf, peak };
}

/** Shares of the groups of inputs, in the order in which they come first. */
export function groupShares(inputs: Probe['inputs']): readonly { readonly name: string; readonly share: number }[] {
  const sums = new Map<string, number>();
  for (const { group, share } of inputs) sums.set(group, (sums.get(group) ?? 0) + share);
  return [...sums].map(([name, share]) => ({ name, share }));
}

/** (H): mean size of a state of each unit over the rows. values (T, H) */
export function meanSizes(values: Float32Array, H: number): Float64Array {
  const sums = new Float64Array(H);
  for (let at = 0; at < values.length; at++) sums[at % H] += Math.abs(values[at]);
  return sums.map((sum) => (H * sum) / Math.max(1, values.length));
}
