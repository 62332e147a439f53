import type { CellKind } from '../kernel/kernel.ts';
import { parameterCount, parameterViews } from '../kernel/parameterLayout.ts';

/** Sizes that the parameters of a network depend on. */
export interface NetworkSize {
  readonly cell: CellKind;
  /** D */ readonly inputSize: number;
  /** H */ readonly hiddenSize: number;
  /** O */ readonly outputSize: number;
}

/** The way of the parameters of one network to another. */
export interface NetworkMove {
  readonly from: NetworkSize;
  readonly to: NetworkSize;
  /** (new H): place of each unit among the old ones, −1 for one that is new. */
  readonly units: readonly number[];
  /** (new D): place of each input among the old ones, −1 for one that is new. */
  readonly inputs: readonly number[];
  /** (new D): what the old weight of each input is multiplied by, where the input is in other units now. */
  readonly factors: readonly number[];
  /** (new O): place of each head row among the old ones, −1 for one that is new. */
  readonly outputs: readonly number[];
}

/**
 * Weights for the new sizes with which the network says what it said before. What old units see of new inputs and units is 0, and
 * so is what the head takes from them, and new rows of the head; what new units see is as in `fresh`.
 * old (P), fresh (new P) → (new P)
 */
export function moveWeights(old: Float32Array, fresh: Float32Array, move: NetworkMove): Float32Array {
  return moveParameters(old, fresh.slice(), move, move.factors);
}

/** A moment of Adam for these weights; of those that are new the first is 0. @param power of the gradient: 1 or 2. old (P) → (new P) */
export function moveMoment(old: Float32Array, move: NetworkMove, power: 1 | 2): Float32Array {
  // The gradient of a weight is the larger, the smaller its weight has become.
  const factors = move.factors.map((factor) => (power === 1 ? 1 / factor : 1 / (factor * factor)));
  const moved = moveParameters(old, new Float32Array(parameterCountOf(move.to)), move, factors);
  // Adam takes three times its usual step with a weight that it knows nothing of: the usual square is the better guess.
  const usual = old.reduce((sum, square) => sum + square, 0) / old.length;
  return power === 1 ? moved : moved.map((square) => (square === 0 ? usual : square));
}

/** P */
export function parameterCountOf(size: NetworkSize): number {
  return parameterCount(shapeOf(size));
}

/** @param factors (new D): of each input */
function moveParameters(
  old: Float32Array,
  next: Float32Array,
  move: NetworkMove,
  factors: readonly number[],
): Float32Array {
  const { from, to, units, inputs, outputs } = move;
  const before = parameterViews(old, shapeOf(from));
  const after = parameterViews(next, shapeOf(to));
  const gates = before.b.length / from.hiddenSize;
  const rows = rowsOfUnits(units, gates, from.hiddenSize);
  for (const name of ['b', 'bh', 'p_i', 'p_f', 'p_o'] as const)
    moveUnits(before[name], after[name], units, from.hiddenSize);
  moveBlock(before.Wx, after.Wx, { rows, columns: inputs, factors, width: from.inputSize, isHead: false });
  moveBlock(before.Wh, after.Wh, { rows, columns: units, width: from.hiddenSize, isHead: false });
  moveBlock(before.Wy, after.Wy, { rows: outputs, columns: units, width: from.hiddenSize, isHead: true });
  moveBlock(before.S, after.S, { rows: outputs, columns: inputs, factors, width: from.inputSize, isHead: true });
  outputs.forEach((source, o) => {
    after.by[o] = source < 0 ? 0 : before.by[source];
  });
  return next;
}

/** (G·new H): old row of each row of the gates. */
function rowsOfUnits(units: readonly number[], gates: number, oldUnits: number): readonly number[] {
  return Array.from({ length: gates }, (_, gate) =>
    units.map((unit) => (unit < 0 ? -1 : gate * oldUnits + unit)),
  ).flat();
}

/** A vector with a number for each unit, of each gate; one that the old cell has not is 0 for the old units. */
function moveUnits(old: Float32Array, next: Float32Array, units: readonly number[], oldUnits: number): void {
  for (let row = 0; row < next.length; row++) {
    const unit = units[row % units.length];
    const gate = Math.floor(row / units.length);
    if (unit >= 0) next[row] = old[gate * oldUnits + unit] ?? 0;
    else if (old.length === 0) next[row] = 0;
  }
}

interface BlockMove {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly factors?: readonly number[];
  /** Columns of the old block. */
  readonly width: number;
  /** New rows are 0. */
  readonly isHead: boolean;
}

function moveBlock(old: Float32Array, next: Float32Array, { rows, columns, factors, width, isHead }: BlockMove): void {
  for (let r = 0; r < rows.length; r++) {
    if (rows[r] < 0 && !isHead) continue;
    for (let k = 0; k < columns.length; k++) {
      const isKept = rows[r] >= 0 && columns[k] >= 0;
      next[r * columns.length + k] = isKept ? old[rows[r] * width + columns[k]] * (factors?.[k] ?? 1) : 0;
    }
  }
}

function shapeOf(size: NetworkSize): Parameters<typeof parameterViews>[1] {
  return { ...size, rows: 1 };
}

/**
 * (new H): the units of a network that its forecasts owe most to, in their order, where there is room for fewer; else all of them,
 * and −1 for each that is new. weights (P)
 */
export function unitsFor(weights: Float32Array, from: NetworkSize, hiddenSize: number): readonly number[] {
  const { hiddenSize: H } = from;
  const { Wy } = parameterViews(weights, shapeOf(from));
  const shareOf = (unit: number): number => {
    let sum = 0;
    for (let at = unit; at < Wy.length; at += H) sum += Math.abs(Wy[at]);
    return sum;
  };
  const shares = Array.from({ length: H }, (_, unit) => shareOf(unit));
  const order = shares.map((_, unit) => unit).sort((a, b) => shares[b] - shares[a] || a - b);
  const kept = order.slice(0, hiddenSize).sort((a, b) => a - b);
  return Array.from({ length: hiddenSize }, (_, unit) => kept[unit] ?? -1);
}
