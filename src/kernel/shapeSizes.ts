import type { NetShape } from './kernel.ts';

/** Inputs that go into the cell: D − E. */
export function cellInputSize({ inputSize, headInputSize = 0 }: NetShape): number {
  return inputSize - headInputSize;
}

/** W: rows of the longest window. */
export function longestWindow({ rows, windowRows = rows }: NetShape): number {
  return Math.max(rows, windowRows);
}

/**
 * A copy that is never changed, with every field there: so the shapes of all nets are objects of one kind for the engine,
 * which then finds their fields without a search. Copies by spread were of dozens of kinds.
 */
export function frozenShape(shape: NetShape): Required<NetShape> {
  const { cell, inputSize, hiddenSize, outputSize, rows } = shape;
  const { windowRows = rows, headInputSize = 0, keepsActivations = false } = shape;
  return Object.freeze({ cell, inputSize, hiddenSize, outputSize, rows, windowRows, headInputSize, keepsActivations });
}
