import { exp } from '../math/exp.ts';
import { log } from '../math/log.ts';
import { type CellTrace, stateOf } from './cellTrace.ts';

const { LN2 } = Math;
/** Share below which all is forgotten: smaller numbers would let one row decide for all others. */
const NOTHING_LEFT = 1 / 512;
/** −ln f of a gate that is open but for the last bit of a float32. */
const SLOWEST_LOSS = 6e-8;

/** (T, H): share of each unit that a row keeps of what was there before, f, of a GRU z; undefined: the cell has no such gate. */
export function keptShares(trace: CellTrace): Float32Array | undefined {
  return stateOf(trace, 'f') ?? stateOf(trace, 'z');
}

/**
 * Rows after which half is left of what a unit holds, if nothing new comes in: ln 2 / −mean(ln f). The mean is the geometric one,
 * because c is multiplied by f in each row.
 * @param kept (T, H) @returns (H)
 */
export function halfLives(kept: Float32Array, H: number): Float32Array {
  const T = kept.length / H;
  const sums = new Float64Array(H);
  for (let t = 0; t < T; t++) {
    for (let u = 0; u < H; u++) sums[u] = sums[u] + log(Math.max(NOTHING_LEFT, kept[t * H + u]));
  }
  return Float32Array.from(sums, (sum) => LN2 / Math.max(SLOWEST_LOSS, -sum / T));
}

/**
 * Share of each unit in an output: mean |∂y/∂c · c| = mean |Wy·o·(1 − tanh² c)·c| over the rows, of cells without c mean |Wy·h|.
 * @param Wy (H): the output's row @returns (H), of sum 1; all 0 where no unit has a share
 */
export function unitImportance(trace: CellTrace, Wy: Float32Array): Float32Array {
  const H = Wy.length;
  const [c, o] = [stateOf(trace, 'c'), stateOf(trace, 'o')];
  const h = stateOf(trace, 'h') as Float32Array;
  const sums = new Float64Array(H);
  let all = 0;
  for (let at = 0; at < h.length; at++) {
    const u = at % H;
    const effect = Math.abs(
      Wy[u] * (c === undefined || o === undefined ? h[at] : slopeTimesState(h[at], c[at], o[at])),
    );
    sums[u] = sums[u] + effect;
    all += effect;
  }
  return Float32Array.from(sums, (sum) => (all > 0 ? sum / all : 0));
}

/** o·(1 − tanh² c)·c, with tanh c = h/o. */
function slopeTimesState(h: number, c: number, o: number): number {
  return o > 0 ? (o - (h * h) / o) * c : 0;
}

/** The half-life of a network: the geometric mean of those of its units, each with its share. NaN where no unit has one. */
export function networkHalfLife(lives: Float32Array, importance: Float32Array): number {
  let sum = 0;
  let all = 0;
  for (let u = 0; u < lives.length; u++) {
    sum += importance[u] * log(lives[u]);
    all += importance[u];
  }
  return all > 0 ? exp(sum / all) : Number.NaN;
}

/** The lag at which what is left has fallen to half, between two lags in proportion; NaN where that is farther than it is known. */
export function lagOfHalf(reach: Float32Array): number {
  for (let lag = 1; lag < reach.length; lag++) {
    const [before, after] = [reach[lag - 1], reach[lag]];
    if (before > 0.5 && after <= 0.5) return lag - 1 + (before - 0.5) / (before - after);
  }
  return Number.NaN;
}
