import type { CellKind, NetShape } from '../../kernel/kernel.ts';
import { parameterViews } from '../../kernel/parameterLayout.ts';
import { type CellTrace, stateOf, traceCell } from '../../kernel/plain/cellTrace.ts';
import { halfLives, keptShares, networkHalfLife, unitImportance } from '../../kernel/plain/halfLives.ts';
import { secantShares } from '../../kernel/plain/secantShares.ts';
import { outputAnswer } from '../../learner/probe/answers.ts';
import { RECALL_INPUTS, type RecallSeries, type RecallTrial } from './recallTask.ts';

/** Half-lives of the units of a network, in rows, and how far back it looks all the same. */
export interface UnitMemory {
  readonly cell: CellKind;
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
  /** Half-life of the network: that of its units, each with its part in the answer. */
  readonly network: number;
  /** Goes whose cue has the largest share of all rows before the go. */
  readonly cuesFound: { readonly goes: number; readonly found: number };
}

/** Rows that are run, and goes among them whose shares are worked out. */
const ROWS = 8000;
const GOES = 60;
/** Rows of a window before its cue. */
const BEFORE_CUE = 4;

/**
 * Looks into a network that recalls cues: its gates over rows that it has never seen, and the shares of the rows in its answers.
 * @param weights (P) in canonical order
 * @returns undefined for a cell that has no gate which forgets
 */
export function measureUnits(
  weights: Float32Array,
  cell: CellKind,
  hiddenSize: number,
  { x, trials }: RecallSeries,
): UnitMemory | undefined {
  const shape: NetShape = { cell, inputSize: RECALL_INPUTS, hiddenSize, outputSize: 1, rows: 1 };
  const trace = traceCell(weights, shape, x.subarray(0, ROWS * RECALL_INPUTS));
  const kept = keptShares(trace);
  if (kept === undefined) return undefined;
  const lives = halfLives(kept, hiddenSize);
  const sorted = [...lives].sort((a, b) => a - b);
  const network = networkHalfLife(lives, unitImportance(trace, parameterViews(weights, shape).Wy));
  const goes = trials.filter(({ goAt }) => goAt < ROWS).slice(0, GOES);
  return {
    cell,
    shortest: sorted[0],
    median: sorted[hiddenSize >> 1],
    longest: sorted[hiddenSize - 1],
    network,
    cuesFound: countFound(weights, shape, x, trace, goes),
  };
}

function countFound(
  weights: Float32Array,
  shape: NetShape,
  x: Float32Array,
  trace: CellTrace,
  goes: readonly RecallTrial[],
): { readonly goes: number; readonly found: number } {
  const found = goes.filter((trial) => strongestLag(weights, shape, x, trace, trial) === trial.goAt - trial.cueAt);
  return { goes: goes.length, found: found.length };
}

/** Lag of the row with the largest share before the go, from some rows before the cue on. */
function strongestLag(
  weights: Float32Array,
  shape: NetShape,
  x: Float32Array,
  trace: CellTrace,
  { cueAt, goAt }: RecallTrial,
): number {
  const [D, H] = [RECALL_INPUTS, shape.hiddenSize];
  const from = cueAt - BEFORE_CUE;
  const [h, c] = (['h', 'c'] as const).map((name) =>
    Float64Array.from(stateOf(trace, name)?.subarray((from - 1) * H, from * H) ?? []),
  );
  const rows = Float64Array.from(x.subarray(from * D, (goAt + 1) * D));
  const window = { x: rows, headX: new Float64Array(0), h, c };
  const { inputs } = secantShares(weights, shape, window, outputAnswer(0, 1));
  let strongest = 0;
  let largest = 0;
  for (let t = 0; t < goAt - from; t++) {
    let share = 0;
    for (let k = 0; k < D; k++) share += inputs[t * D + k];
    if (Math.abs(share) > largest) [largest, strongest] = [Math.abs(share), goAt - from - t];
  }
  return strongest;
}
