import type { NamedInput, Probe } from '../../domain/memoryProbe.ts';
import type { SecantShares } from '../../kernel/plain/secantShares.ts';

/** @param times (T) of the rows, oldest first @param names (D − E) of the cell's inputs @param ofHead of those of the head alone */
export function splitShares(
  { inputs, head, older, baseline, answer }: SecantShares,
  times: readonly (number | undefined)[],
  names: readonly NamedInput[],
  ofHead?: NamedInput,
): Pick<Probe, 'baseline' | 'replayed' | 'older' | 'rows' | 'inputs'> {
  const T = times.length;
  const headShare = head.reduce((sum, share) => sum + share, 0);
  const byInput = new Float64Array(names.length);
  const rows = times.map((at, t) => {
    let share = t === T - 1 ? headShare : 0;
    for (let k = 0; k < names.length; k++) {
      const one = inputs[t * names.length + k];
      share += one;
      byInput[k] = byInput[k] + one;
    }
    return { lag: T - 1 - t, at, share };
  });
  const named = names.map((input, k) => ({ ...input, share: byInput[k] }));
  if (ofHead !== undefined) named.push({ ...ofHead, share: headShare });
  return { baseline, replayed: answer, older, rows: rows.reverse(), inputs: named };
}
