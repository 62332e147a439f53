import { gateCount } from '../cellSizes.ts';
import type { NetShape } from '../kernel.ts';
import { type ParameterBlock, parameterLayout } from '../parameterLayout.ts';
import { cellInputSize } from '../shapeSizes.ts';

/** Hidden units that the SIMD kernel works on together. */
const UNITS = 8;

/** H rounded up to whole blocks: the units beyond the model's own have zero weights and stay zero. */
export function paddedHiddenSize(H: number): number {
  return Math.ceil(H / UNITS) * UNITS;
}

/**
 * Calls `visit` for every parameter: its place in the canonical order and in the blocked one of the SIMD kernel. There all
 * gates of 8 units lie side by side for each k of v = [x | h | 1], block after block; then the head's rows [S | Wy | by], and
 * behind each what S has for the inputs of the head alone.
 */
export function visitParameters(shape: NetShape, visit: (canonical: number, blocked: number) => void): void {
  const { hiddenSize: H, headInputSize: E = 0 } = shape;
  const D = cellInputSize(shape);
  const G = gateCount(shape.cell);
  const K = D + paddedHiddenSize(H) + 1;
  const N = K + E;
  const headAt = K * G * (K - 1 - D);
  // The k, or column of a head row, at which each block of the canonical order begins. The cells of this kernel have no other.
  const firstColumn: Partial<Record<ParameterBlock['name'], number>> = {
    Wx: 0,
    Wh: D,
    b: K - 1,
    Wy: D,
    S: 0,
    by: K - 1,
  };
  for (const { name, offset, rows, columns } of parameterLayout(shape)) {
    const isHead = name === 'Wy' || name === 'S' || name === 'by';
    for (let row = 0; row < rows; row++) {
      const unit = row % H;
      const gate = (row - unit) / H;
      const lane = unit % UNITS;
      const blockAt = (((unit - lane) / UNITS) * K * G + gate) * UNITS + lane;
      for (let column = 0; column < columns; column++) {
        const isOfHeadAlone = name === 'S' && column >= D;
        const k = (isOfHeadAlone ? K - D : (firstColumn[name] as number)) + column;
        visit(offset + row * columns + column, isHead ? headAt + row * N + k : blockAt + k * G * UNITS);
      }
    }
  }
}
