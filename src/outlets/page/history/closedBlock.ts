import { fromScoreByte, fromSizeByte, type SizeScale, sizeScaleOf, toSizeByte } from './codes.ts';
import { commonDivisor, type DecimalScale, decimalScaleOf, fromPlace, toPlace } from './decimalScale.ts';
import type { HistoryRows } from './historyRows.ts';
import { BLOCK, BLOCK_HEAD_BYTES, LAYOUTS, OPEN, OPEN_BYTES, READING, READING_BYTES } from './layout.ts';
import type { OpenBlock } from './openBlock.ts';

const NONE = 0xffff;
const STEPS = NONE - 1;
const LARGEST_DECIMALS = 0x0f;
const FLOAT32_BIT = 0x80;

/** Distances of the intervals' bounds from the forecasts of the block that is being closed. */
const BELOW = new Float64Array(LAYOUTS[0].block);
const ABOVE = new Float64Array(LAYOUTS[0].block);
const DISTANCES: readonly Float64Array[] = [BELOW, ABOVE];

/** Writes the readings of an open block into the closed one at `to`, ten bytes each. */
export function closeBlock(view: DataView, to: number, block: OpenBlock): void {
  const { count, times, means } = block;
  const base = leastOf(times, count);
  const scale = decimalScaleOf(block.values.subarray(0, count), STEPS);
  const [meanLow, meanStep] = meanScaleOf(means, count, scale);
  for (let i = 0; i < count; i++) {
    BELOW[i] = Math.max(0, means[i] - block.lowers[i]);
    ABOVE[i] = Math.max(0, block.uppers[i] - means[i]);
  }
  const sizes = sizeScaleOf(DISTANCES, count);
  view.setFloat64(to + BLOCK.base, base, true);
  view.setFloat64(to + BLOCK.low, scale.low, true);
  view.setFloat64(to + BLOCK.unit, scale.unit, true);
  view.setFloat32(to + BLOCK.tick, tickOf(times, count, base), true);
  view.setFloat32(to + BLOCK.meanLow, meanLow, true);
  view.setFloat32(to + BLOCK.meanStep, meanStep, true);
  view.setFloat32(to + BLOCK.logLeast, sizes.logLeast, true);
  view.setFloat32(to + BLOCK.logStep, sizes.logStep, true);
  view.setUint8(to + BLOCK.decimals, scale.decimals | (scale.isFloat32 ? FLOAT32_BIT : 0));
  view.setUint8(to + BLOCK.count, count);
  // As a reader finds them, so that nothing is rounded twice in different ways.
  writeReadings(view, to, block, readHead(view, to));
}

/** Products with reciprocals in place of quotients: what is rounded to the nearest whole number comes out the same. */
function writeReadings(view: DataView, to: number, block: OpenBlock, head: Head): void {
  const { base, scale, sizes, meanLow } = head;
  const { count, times, values, means, scores, flags } = block;
  const [perTick, perMean] = [1 / head.tick, head.meanStep > 0 ? 1 / head.meanStep : 0];
  for (let i = 0; i < count; i++) {
    const at = to + BLOCK_HEAD_BYTES + i * READING_BYTES;
    const value = values[i];
    const mean = means[i];
    view.setUint16(at + READING.time, toStep((times[i] - base) * perTick), true);
    view.setUint16(at + READING.value, Number.isNaN(value) ? NONE : toPlace(value, scale), true);
    view.setUint16(at + READING.mean, Number.isNaN(mean) ? NONE : toStep((mean - meanLow) * perMean), true);
    view.setUint8(at + READING.below, toSizeByte(BELOW[i], sizes));
    view.setUint8(at + READING.above, toSizeByte(ABOVE[i], sizes));
    view.setUint8(at + READING.score, scores[i]);
    view.setUint8(at + READING.flags, flags[i]);
  }
}

/** The nearest step that there is. */
function toStep(place: number): number {
  if (!(place > 0)) return 0;
  return place < STEPS ? (place + 0.5) | 0 : STEPS;
}

function leastOf(times: Float64Array, count: number): number {
  let least = times[0];
  for (let i = 1; i < count; i++) if (times[i] < least) least = times[i];
  return least;
}

/** Milliseconds of one step of time: as many as divide all distances, or as few as reach the last reading. */
function tickOf(times: Float64Array, count: number, base: number): number {
  let divisor = 0;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const distance = Math.round(times[i] - base);
    if (distance > longest) longest = distance;
    if (divisor !== 1) divisor = commonDivisor(divisor, distance);
  }
  return longest <= STEPS * divisor ? Math.max(1, divisor) : Math.ceil(longest / STEPS);
}

/** Relative to the least reading: a float32 then has digits enough. */
function meanScaleOf(means: Float64Array, count: number, scale: DecimalScale): readonly [low: number, step: number] {
  const origin = fromPlace(0, scale);
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    if (means[i] < least) least = means[i];
    if (means[i] > greatest) greatest = means[i];
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
