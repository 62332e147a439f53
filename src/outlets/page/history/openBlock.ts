import { LAYOUTS, OPEN, OPEN_BYTES } from './layout.ts';

/** Readings of an open block in columns, all numbers but times NaN where they are not known; `scores` and `flags` hold codes. Lent: the next block is written into the same. */
export interface OpenBlock {
  count: number;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly means: Float64Array;
  readonly lowers: Float64Array;
  readonly uppers: Float64Array;
  readonly scores: Uint8Array;
  readonly flags: Uint8Array;
}

/** One for all: arrays made for each block made the process larger by megabytes. */
const LENT: OpenBlock = {
  count: 0,
  times: columnOf(),
  values: columnOf(),
  means: columnOf(),
  lowers: columnOf(),
  uppers: columnOf(),
  scores: new Uint8Array(LAYOUTS[0].block),
  flags: new Uint8Array(LAYOUTS[0].block),
};

function columnOf(): Float64Array {
  return new Float64Array(LAYOUTS[0].block);
}

/** Reads the `count` readings at `from`. */
export function readOpenBlock(view: DataView, from: number, count: number): OpenBlock {
  const { times, values, means, lowers, uppers, scores, flags } = LENT;
  for (let i = 0; i < count; i++) {
    const at = from + i * OPEN_BYTES;
    times[i] = view.getFloat64(at + OPEN.time, true);
    values[i] = view.getFloat64(at + OPEN.value, true);
    means[i] = view.getFloat32(at + OPEN.mean, true);
    lowers[i] = view.getFloat32(at + OPEN.lower, true);
    uppers[i] = view.getFloat32(at + OPEN.upper, true);
    scores[i] = view.getUint8(at + OPEN.score);
    flags[i] = view.getUint8(at + OPEN.flags);
  }
  LENT.count = count;
  return LENT;
}
