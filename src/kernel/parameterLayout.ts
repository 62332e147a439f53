import type { NetShape } from './kernel.ts';

/** One named block of the flat parameter vector. */
interface ParameterBlock {
  readonly name: 'Wx' | 'Wh' | 'b' | 'Wy' | 'S' | 'by';
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
}

/** Gates per unit: i, f, g, o for the LSTM; the plain recurrent cell has only its candidate. */
export function gateCount(cell: NetShape['cell']): number {
  return cell === 'lstm' ? 4 : 1;
}

/**
 * The canonical order of all parameters of a net, row-major:
 * Wx (G·H, D), Wh (G·H, H), b (G·H), Wy (O, H), S (O, D) the linear skip, by (O). LSTM rows are stacked i | f | g | o,
 * PyTorch's order (`weight_ih_l0`, `weight_hh_l0`), with one bias instead of two.
 */
export function parameterLayout(shape: NetShape): readonly ParameterBlock[] {
  const { inputSize: D, hiddenSize: H, outputSize: O } = shape;
  const rows = gateCount(shape.cell) * H;
  const sizes = [
    ['Wx', rows, D],
    ['Wh', rows, H],
    ['b', rows, 1],
    ['Wy', O, H],
    ['S', O, D],
    ['by', O, 1],
  ] as const;
  let offset = 0;
  return sizes.map(([name, blockRows, columns]) => {
    const block = { name, offset, rows: blockRows, columns };
    offset += blockRows * columns;
    return block;
  });
}

/** P: how many parameters the net has. */
export function parameterCount(shape: NetShape): number {
  return parameterLayout(shape).reduce((sum, block) => sum + block.rows * block.columns, 0);
}

export type ParameterViews = Record<ParameterBlock['name'], Float32Array>;

/** Views into one flat vector of all parameters (or of their gradients or moments), by name. */
export function parameterViews(flat: Float32Array, shape: NetShape): ParameterViews {
  const entries = parameterLayout(shape).map(({ name, offset, rows, columns }) => [
    name,
    flat.subarray(offset, offset + rows * columns),
  ]);
  return Object.fromEntries(entries) as ParameterViews;
}
