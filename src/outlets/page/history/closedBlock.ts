import { fromScoreByte, fromSizeByte, type SizeScale, sizeScaleOf, toSizeByte } from './codes.ts';
import { type DecimalScale, decimalScaleOf, fromPlace, toPlace } from './decimalScale.ts';
import type { HistoryRows } from './historyRows.ts';
import { BLOCK, BLOCK_HEAD_BYTES, LAYOUTS, OPEN, OPEN_BYTES, READING, READING_BYTES } from './layout.ts';

const NONE = 0xffff;
const STEPS = NONE - 1;
const LARGEST_DECIMALS = 0x0f;
const FLOAT32_BIT = 0x80;

/** Numbers of the block that is being closed: arrays made for each block made the process larger by megabytes. */
const SCRATCH: readonly Float64Array[] = Array.from({ length: 5 }, () => new Float64Array(LAYOUTS[0].block));

/** Readings of the open block, as numbers in columns. */
interface Columns {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly means: Float64Array;
  readonly below: Float64Array;
  readonly above: Float64Array;
}

/** Writes the readings of the open block at `from` into the closed one at `to`, ten bytes each. */
export function closeBlock(view: DataView, from: number, to: number, count: number): void {
  const columns = readOpen(view, from, count);
  const base = Math.min(...columns.times);
  const tick = tickOf(columns.times, base);
  const scale = decimalScaleOf(columns.values, STEPS);
  const [meanLow, meanStep] = meanScaleOf(columns.means, scale);
  const sizes = sizeScaleOf(Float64Array.of(...columns.below, ...columns.above));
  view.setFloat64(to + BLOCK.base, base, true);
  view.setFloat64(to + BLOCK.low, scale.low, true);
  view.setFloat64(to + BLOCK.unit, scale.unit, true);
  view.setFloat32(to + BLOCK.tick, tick, true);
  view.setFloat32(to + BLOCK.meanLow, meanLow, true);
  view.setFloat32(to + BLOCK.meanStep, meanStep, true);
  view.setFloat32(to + BLOCK.logLeast, sizes.logLeast, true);
  view.setFloat32(to + BLOCK.logStep, sizes.logStep, true);
  view.setUint8(to + BLOCK.decimals, scale.decimals | (scale.isFloat32 ? FLOAT32_BIT : 0));
  view.setUint8(to + BLOCK.count, count);
  // As a reader finds them, so that nothing is rounded twice in different ways.
  const head = readHead(view, to);
  for (let i = 0; i < count; i++) {
    const at = to + BLOCK_HEAD_BYTES + i * READING_BYTES;
    const value = columns.values[i];
    const mean = columns.means[i];
    view.setUint16(at + READING.time, Math.min(STEPS, Math.round((columns.times[i] - base) / head.tick)), true);
    view.setUint16(at + READING.value, Number.isNaN(value) ? NONE : toPlace(value, scale), true);
    view.setUint16(at + READING.mean, Number.isNaN(mean) ? NONE : toMeanPlace(mean, head), true);
    view.setUint8(at + READING.below, toSizeByte(columns.below[i], head.sizes));
    view.setUint8(at + READING.above, toSizeByte(columns.above[i], head.sizes));
    view.setUint8(at + READING.score, view.getUint8(from + i * OPEN_BYTES + OPEN.score));
    view.setUint8(at + READING.flags, view.getUint8(from + i * OPEN_BYTES + OPEN.flags));
  }
}

function readOpen(view: DataView, from: number, count: number): Columns {
  const [times, values, means, below, above] = SCRATCH.map((column) => column.subarray(0, count));
  const columns = { times, values, means, below, above };
  for (let i = 0; i < count; i++) {
    const at = from + i * OPEN_BYTES;
    const mean = view.getFloat32(at + OPEN.mean, true);
    columns.times[i] = view.getFloat64(at + OPEN.time, true);
    columns.values[i] = view.getFloat64(at + OPEN.value, true);
    columns.means[i] = mean;
    columns.below[i] = Math.max(0, mean - view.getFloat32(at + OPEN.lower, true));
    columns.above[i] = Math.max(0, view.getFloat32(at + OPEN.upper, true) - mean);
  }
  return columns;
}

/** Milliseconds of one step of time: as many as divide all distances, or as few as reach the last reading. */
function tickOf(times: Float64Array, base: number): number {
  let divisor = 0;
  let longest = 0;
  for (const time of times) {
    const distance = Math.round(time - base);
    longest = Math.max(longest, distance);
    let [a, b] = [divisor, distance];
    while (b > 0) [a, b] = [b, a % b];
    divisor = a;
  }
  return longest <= STEPS * divisor ? Math.max(1, divisor) : Math.ceil(longest / STEPS);
}

/** Relative to the least reading: a float32 then has digits enough. */
function meanScaleOf(means: Float64Array, scale: DecimalScale): readonly [low: number, step: number] {
  const origin = fromPlace(0, scale);
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const mean of means) {
    if (mean < least) least = mean;
    if (mean > greatest) greatest = mean;
  }
  if (!(least <= greatest)) return [0, 0];
  return [least - origin, (greatest - least) / STEPS];
}

interface Head {
  readonly base: number;
  readonly tick: number;
  readonly scale: DecimalScale;
  readonly meanLow: number;
  readonly meanStep: number;
  readonly sizes: SizeScale;
  readonly count: number;
}

function readHead(view: DataView, at: number): Head {
  const decimals = view.getUint8(at + BLOCK.decimals);
  const scale = {
    low: view.getFloat64(at + BLOCK.low, true),
    unit: view.getFloat64(at + BLOCK.unit, true),
    decimals: decimals & LARGEST_DECIMALS,
    isFloat32: (decimals & FLOAT32_BIT) !== 0,
  };
  return {
    base: view.getFloat64(at + BLOCK.base, true),
    tick: view.getFloat32(at + BLOCK.tick, true),
    scale,
    meanLow: fromPlace(0, scale) + view.getFloat32(at + BLOCK.meanLow, true),
    meanStep: view.getFloat32(at + BLOCK.meanStep, true),
    sizes: {
      logLeast: view.getFloat32(at + BLOCK.logLeast, true),
      logStep: view.getFloat32(at + BLOCK.logStep, true),
    },
    count: view.getUint8(at + BLOCK.count),
  };
}

function toMeanPlace(mean: number, { meanLow, meanStep }: Head): number {
  return meanStep > 0 ? Math.min(STEPS, Math.max(0, Math.round((mean - meanLow) / meanStep))) : 0;
}

/** Adds the readings of a closed block. */
export function readClosed(view: DataView, from: number, rows: HistoryRows): void {
  const { base, tick, scale, meanLow, meanStep, sizes, count } = readHead(view, from);
  for (let i = 0; i < count; i++) {
    const at = from + BLOCK_HEAD_BYTES + i * READING_BYTES;
    const place = view.getUint16(at + READING.value, true);
    const value = place === NONE ? Number.NaN : fromPlace(place, scale);
    const meanPlace = view.getUint16(at + READING.mean, true);
    const mean = meanPlace === NONE ? Number.NaN : meanLow + meanPlace * meanStep;
    rows.push(base + view.getUint16(at + READING.time, true) * tick, 0, value, value);
    const below = fromSizeByte(view.getUint8(at + READING.below), sizes);
    const above = fromSizeByte(view.getUint8(at + READING.above), sizes);
    const score = fromScoreByte(view.getUint8(at + READING.score));
    rows.pushForecast(mean, mean - below, mean + above, score, view.getUint8(at + READING.flags));
  }
}

/** Adds the readings of the open block. */
export function readOpenRows(view: DataView, from: number, count: number, rows: HistoryRows): void {
  for (let i = 0; i < count; i++) {
    const at = from + i * OPEN_BYTES;
    const value = view.getFloat64(at + OPEN.value, true);
    rows.push(view.getFloat64(at + OPEN.time, true), 0, value, value);
    const [mean, lower, upper] = [OPEN.mean, OPEN.lower, OPEN.upper].map((place) => view.getFloat32(at + place, true));
    rows.pushForecast(
      mean,
      lower,
      upper,
      fromScoreByte(view.getUint8(at + OPEN.score)),
      view.getUint8(at + OPEN.flags),
    );
  }
}
