import type { NetShape } from './kernel.ts';

/** Inputs that go into the cell: D − E. */
export function cellInputSize({ inputSize, headInputSize = 0 }: NetShape): number {
  return inputSize - headInputSize;
}

/** W: rows of the longest window. */
export function longestWindow({ rows, windowRows = rows }: NetShape): number {
  return Math.max(rows, windowRows);
}
