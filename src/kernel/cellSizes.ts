import type { CellKind } from './kernel.ts';

interface CellSizes {
  /** G: rows of Wx, Wh and b per hidden unit. */
  readonly gates: number;
  /** A cell state c goes from row to row beside h. */
  readonly hasCellState: boolean;
}

const SIZES: Readonly<Record<CellKind, CellSizes>> = {
  lstm: { gates: 4, hasCellState: true },
  rnn: { gates: 1, hasCellState: false },
  gru: { gates: 3, hasCellState: false },
  lstm_peephole: { gates: 4, hasCellState: true },
  lstm_coupled: { gates: 3, hasCellState: true },
};

export function gateCount(cell: CellKind): number {
  return SIZES[cell].gates;
}

/** H for a cell with cell state, else 0. */
export function cellStateSize(cell: CellKind, H: number): number {
  return SIZES[cell].hasCellState ? H : 0;
}
