import { gateCount } from './cellSizes.ts';
import type { NetShape } from './kernel.ts';
import { cellInputSize } from './shapeSizes.ts';

/** One named block of the flat parameter vector. */
export interface ParameterBlock {
  readonly name: 'Wx' | 'Wh' | 'b' | 'bh' | 'p_i' | 'p_f' | 'p_o' | 'Wy' | 'S' | 'by';
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * The canonical order of all parameters of a net, row-major:
 * Wx (G·H, D − E), Wh (G·H, H), b (G·H), what only one cell has, Wy (O, H), S (O, D) the linear skip, by (O).
 * The gates are stacked i | f | g | o for the LSTM, in PyTorch's order (`weight_ih_l0`, `weight_hh_l0`) with one bias instead
 * of two; i | g | o for the coupled one; r | z | n for the GRU, whose second bias (`bias_hh_l0`) is bh (3H).
 * Peepholes: p_i, p_f, p_o (H) each.
 */
export function parameterLayout(shape: NetShape): readonly ParameterBlock[] {
  const { cell, inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const cellD = cellInputSize(shape);
  const rows = gateCount(cell) * H;
  const peepholeRows = cell === 'lstm_peephole' ? H : 0;
  const sizes = [
    ['Wx', rows, cellD],
    ['Wh', rows, H],
    ['b', rows, 1],
    ['bh', cell === 'gru' ? rows : 0, 1],
    ['p_i', peepholeRows, 1],
    ['p_f', peepholeRows, 1],
    ['p_o', peepholeRows, 1],
    ['Wy', O, H],
    ['S', O, D],
    ['by', O, 1],
  ] as const;
  let offset = 0;
  const blocks = sizes.map(([name, blockRows, columns]) => {
    const block = { name, offset, rows: blockRows, columns };
    offset += blockRows * columns;
    return block;
  });
  return blocks.filter((block) => block.rows > 0);
}

/** P: how many parameters the net has. */
export function parameterCount(shape: NetShape): number {
  return parameterLayout(shape).reduce((sum, block) => sum + block.rows * block.columns, 0);
}

export type ParameterViews = Record<ParameterBlock['name'], Float32Array>;

const NONE = new Float32Array();

/** Views into one flat vector of all parameters (or of their gradients or moments), by name; empty where the cell has none. */
export function parameterViews(flat: Float32Array, shape: NetShape): ParameterViews {
  const views: ParameterViews = {
    Wx: NONE,
    Wh: NONE,
    b: NONE,
    bh: NONE,
    p_i: NONE,
    p_f: NONE,
    p_o: NONE,
    Wy: NONE,
    S: NONE,
    by: NONE,
  };
  for (const { name, offset, rows, columns } of parameterLayout(shape)) {
    views[name] = flat.subarray(offset, offset + rows * columns);
  }
  return views;
}
