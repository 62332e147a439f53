import type { CellKind } from '../kernel.ts';
import type { ParameterBlock } from '../parameterLayout.ts';
import { coupledCellBackward, coupledCellForward } from './coupledCell.ts';
import type { Floats } from './floats.ts';
import { gruCellBackward, gruCellForward } from './gruCell.ts';
import { lstmCellBackward, lstmCellForward } from './lstmCell.ts';
import { addOuterProducts, addRows } from './matrix.ts';
import { addPeepholeGradient, peepholeCellBackward, peepholeCellForward } from './peepholeCell.ts';
import { rnnCellBackward, rnnCellForward } from './rnnCell.ts';

/** Arrays that the cells read and write in a window; those that a cell has no use for may be empty. */
export interface CellSpace {
  /** (R,D) */ readonly x: Floats;
  /** (R+1,H) */ readonly h: Floats;
  /** (R+1,H) */ readonly c: Floats;
  /** (R,G·H) */ readonly gates: Floats;
  /** (R,H) */ readonly tanhC: Floats;
  /** (R,G·H) */ readonly recurrent: Floats;
  /** (R,G·H) */ readonly dz: Floats;
  /** (R,G·H) of the GRU; of the others dz itself, since both sums are squashed as one. */ readonly dRecurrent: Floats;
  /** (R+1,H) */ readonly dh: Floats;
  /** (R+1,H) */ readonly dc: Floats;
}

type CellParameters = Readonly<Record<ParameterBlock['name'], Floats>>;

/** Row t of a window through the cell of the given kind. */
export function cellForward(
  space: CellSpace,
  w: CellParameters,
  cell: CellKind,
  t: number,
  D: number,
  H: number,
): void {
  const { gates, tanhC, recurrent, c, h, x } = space;
  switch (cell) {
    case 'lstm':
      lstmCellForward(gates, tanhC, c, h, x, w.Wx, w.Wh, w.b, t, D, H);
      break;
    case 'rnn':
      rnnCellForward(h, x, w.Wx, w.Wh, w.b, t, D, H);
      break;
    case 'gru':
      gruCellForward(gates, recurrent, h, x, w.Wx, w.Wh, w.b, w.bh, t, D, H);
      break;
    case 'lstm_peephole':
      peepholeCellForward(gates, tanhC, c, h, x, w.Wx, w.Wh, w.b, w.p_i, w.p_f, w.p_o, t, D, H);
      break;
    case 'lstm_coupled':
      coupledCellForward(gates, tanhC, c, h, x, w.Wx, w.Wh, w.b, t, D, H);
      break;
  }
}

/** The way back through row t; rows are visited from the newest to the oldest. */
export function cellBackward(space: CellSpace, w: CellParameters, cell: CellKind, t: number, H: number): void {
  const { dz, dRecurrent, dc, dh, gates, tanhC, recurrent, c, h } = space;
  switch (cell) {
    case 'lstm':
      lstmCellBackward(dz, dc, dh, gates, tanhC, c, w.Wh, t, H);
      break;
    case 'rnn':
      rnnCellBackward(dz, dh, h, w.Wh, t, H);
      break;
    case 'gru':
      gruCellBackward(dz, dRecurrent, dh, gates, recurrent, h, w.Wh, t, H);
      break;
    case 'lstm_peephole':
      peepholeCellBackward(dz, dc, dh, gates, tanhC, c, w.Wh, w.p_i, w.p_f, w.p_o, t, H);
      break;
    case 'lstm_coupled':
      coupledCellBackward(dz, dc, dh, gates, tanhC, c, w.Wh, t, H);
      break;
  }
}

/** d, the gradient by the cell's own parameters, added to from what `cellBackward` left of the T rows. */
export function addCellGradient(
  d: CellParameters,
  space: CellSpace,
  cell: CellKind,
  T: number,
  D: number,
  H: number,
): void {
  const { dz, dRecurrent, x, h, c } = space;
  const gateRows = d.b.length;
  addOuterProducts(d.Wx, dz, x, 0, T, gateRows, D);
  addOuterProducts(d.Wh, dRecurrent, h, 0, T, gateRows, H);
  addRows(d.b, dz, T, gateRows);
  if (cell === 'gru') addRows(d.bh, dRecurrent, T, gateRows);
  if (cell === 'lstm_peephole') addPeepholeGradient(d.p_i, d.p_f, d.p_o, dz, c, T, H);
}
