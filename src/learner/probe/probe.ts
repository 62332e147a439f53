import type { ExpertName } from '../../domain/expertName.ts';
import type { SecantShares } from '../../kernel/plain/secantShares.ts';

/** The answer that is explained. */
export type ProbedAnswer =
  | {
      readonly kind: 'class';
      readonly label: string;
      /** The stream publishes that class; else it is the network's likeliest, because none is published yet. */
      readonly isPublished: boolean;
      /** By the network alone; the published probability is a mixture's. */
      readonly probability: number;
    }
  | {
      readonly kind: 'forecast';
      readonly network: ExpertName;
      /** In steps. */ readonly horizon: number;
    };

/** Why there is nothing to explain. */
export type NoProbe = 'no-classes' | 'no-rows';

interface ProbedRow {
  /** Rows back from the newest one, which is 0. */ readonly lag: number;
  /** ms; undefined where it is not kept. */ readonly at: number | undefined;
  readonly share: number;
}

/** Shares of what a network knew in its present answer: baseline + Σ shares of the rows + older = replayed, and so by input. */
export interface Probe {
  readonly answer: ProbedAnswer;
  /** Time of the newest row, ms. */ readonly at: number;
  /** The answer with nothing known: inputs 0, h = c = 0. A forecast: in the sensor's unit, a class: log odds. */
  readonly baseline: number;
  /** The answer of the kept rows, run again with the weights of now. */ readonly replayed: number;
  /** The answer from the h and c that the stream has: they came about with earlier weights. */ readonly carried: number;
  /** Share of all that came before the kept rows. */ readonly older: number;
  /** Newest first. */ readonly rows: readonly ProbedRow[];
  readonly inputs: readonly { readonly name: string; readonly share: number }[];
}

/** @param times (T) of the rows, oldest first @param names (D − E) of the cell's inputs @param headName of those of the head alone */
export function splitShares(
  { inputs, head, older, baseline, answer }: SecantShares,
  times: readonly (number | undefined)[],
  names: readonly string[],
  headName?: string,
): Pick<Probe, 'baseline' | 'replayed' | 'older' | 'rows' | 'inputs'> {
  const T = times.length;
  const ofHead = head.reduce((sum, share) => sum + share, 0);
  const byInput = new Float64Array(names.length);
  const rows = times.map((at, t) => {
    let share = t === T - 1 ? ofHead : 0;
    for (let k = 0; k < names.length; k++) {
      const one = inputs[t * names.length + k];
      share += one;
      byInput[k] = byInput[k] + one;
    }
    return { lag: T - 1 - t, at, share };
  });
  const named = names.map((name, k) => ({ name, share: byInput[k] }));
  if (headName !== undefined) named.push({ name: headName, share: ofHead });
  return { baseline, replayed: answer, older, rows: rows.reverse(), inputs: named };
}
