import { fromScoreByte, fromShortFloat, NONE_BYTE, toShortFloat } from './codes.ts';
import { joinFlags } from './flags.ts';
import type { HistoryRows } from './historyRows.ts';
import { ROW, ROW_BYTES, TIER, TIER_BYTES } from './layout.ts';
import type { OpenBlock } from './openBlock.ts';

/** The bytes of one tier: spans of equal time, of which each keeps its least and its greatest reading. */
export interface Tier {
  readonly view: DataView;
  /** Where its head and its rows begin, and how many rows there are at most. */
  readonly at: number;
  readonly rowsAt: number;
  readonly rows: number;
  readonly origin: number;
  /** The tier of wider spans, which takes each span that closes; undefined: this is the coarsest. */
  readonly coarser: Tier | undefined;
}

/** Takes the readings of a block from the place `from` on into the span that is open; one of another span closes it before, and hands it on to the next coarser tier. */
export function addToTier(tier: Tier, block: OpenBlock, from: number): void {
  const { view, at } = tier;
  const { times, count } = block;
  const width = view.getFloat64(at + TIER.width, true);
  for (let first = from; first < count; ) {
    const span = Math.floor(times[first] / width);
    let end = first + 1;
    while (end < count && Math.floor(times[end] / width) === span) end++;
    const open = view.getFloat64(at + TIER.span, true);
    if (span !== open) turnTo(tier, open, span);
    addBounds(tier, block, first, end);
    addMeans(tier, block, first, end);
    for (let i = first; i < end; i++) addMarks(view, at, block.scores[i], block.flags[i]);
    first = end;
  }
}

function addBounds({ view, at }: Tier, { values, lowers, uppers }: OpenBlock, first: number, end: number): void {
  raiseBy(view, at + TIER.greatest, values, first, end);
  lowerBy(view, at + TIER.least, values, first, end);
  lowerBy(view, at + TIER.lower, lowers, first, end);
  raiseBy(view, at + TIER.upper, uppers, first, end);
}

function addMeans({ view, at }: Tier, { means }: OpenBlock, first: number, end: number): void {
  let sum = view.getFloat64(at + TIER.sum, true);
  let count = view.getUint32(at + TIER.forecasts, true);
  for (let i = first; i < end; i++) {
    const mean = means[i];
    if (Number.isNaN(mean)) continue;
    sum += mean;
    count++;
  }
  view.setFloat64(at + TIER.sum, sum, true);
  view.setUint32(at + TIER.forecasts, count, true);
}

/** Takes a closed span of the finer tier. */
function addSpan(tier: Tier, start: number, finer: Tier): void {
  const { view, at } = tier;
  const from = finer.at;
  const span = Math.floor(start / view.getFloat64(at + TIER.width, true));
  const open = view.getFloat64(at + TIER.span, true);
  if (span !== open) turnTo(tier, open, span);
  lower(view, at + TIER.least, view.getFloat64(from + TIER.least, true));
  raise(view, at + TIER.greatest, view.getFloat64(from + TIER.greatest, true));
  lower(view, at + TIER.lower, view.getFloat64(from + TIER.lower, true));
  raise(view, at + TIER.upper, view.getFloat64(from + TIER.upper, true));
  addForecasts(view, at, view.getFloat64(from + TIER.sum, true), view.getUint32(from + TIER.forecasts, true));
  addMarks(view, at, view.getUint8(from + TIER.score), view.getUint8(from + TIER.flags));
}

function turnTo(tier: Tier, open: number, span: number): void {
  if (!Number.isNaN(open)) {
    closeSpan(tier, open);
    if (tier.coarser !== undefined)
      addSpan(tier.coarser, open * tier.view.getFloat64(tier.at + TIER.width, true), tier);
  }
  openSpan(tier, span);
}

function addForecasts(view: DataView, at: number, sum: number, count: number): void {
  view.setFloat64(at + TIER.sum, view.getFloat64(at + TIER.sum, true) + sum, true);
  view.setUint32(at + TIER.forecasts, view.getUint32(at + TIER.forecasts, true) + count, true);
}

function addMarks(view: DataView, at: number, score: number, flags: number): void {
  const before = view.getUint8(at + TIER.score);
  if (before === NONE_BYTE || (score !== NONE_BYTE && score > before)) view.setUint8(at + TIER.score, score);
  view.setUint8(at + TIER.flags, joinFlags(view.getUint8(at + TIER.flags), flags));
}

/** Begins a tier of spans of this width, ms. */
export function startTier({ view, at }: Tier, width: number): void {
  view.setFloat64(at + TIER.width, width, true);
  view.setFloat64(at + TIER.span, Number.NaN, true);
  view.setUint16(at + TIER.next, 0, true);
  view.setUint16(at + TIER.rows, 0, true);
}

/** NaN: none. */
function lower(view: DataView, place: number, value: number): void {
  const before = view.getFloat64(place, true);
  if (value < before || Number.isNaN(before)) view.setFloat64(place, value, true);
}

function raise(view: DataView, place: number, value: number): void {
  const before = view.getFloat64(place, true);
  if (value > before || Number.isNaN(before)) view.setFloat64(place, value, true);
}

/** The same with each of some values. */
function lowerBy(view: DataView, place: number, values: Float64Array, first: number, end: number): void {
  let least = values[first];
  for (let i = first + 1; i < end; i++) if (values[i] < least || Number.isNaN(least)) least = values[i];
  lower(view, place, least);
}

function raiseBy(view: DataView, place: number, values: Float64Array, first: number, end: number): void {
  let greatest = values[first];
  for (let i = first + 1; i < end; i++) if (values[i] > greatest || Number.isNaN(greatest)) greatest = values[i];
  raise(view, place, greatest);
}

function openSpan({ view, at }: Tier, span: number): void {
  view.setFloat64(at + TIER.span, span, true);
  for (const place of [TIER.least, TIER.greatest, TIER.lower, TIER.upper])
    view.setFloat64(at + place, Number.NaN, true);
  view.setFloat64(at + TIER.sum, 0, true);
  view.setUint32(at + TIER.forecasts, 0, true);
  view.setUint8(at + TIER.score, NONE_BYTE);
  view.setUint8(at + TIER.flags, 0);
}

function closeSpan({ view, at, rowsAt, rows, origin }: Tier, span: number): void {
  const next = view.getUint16(at + TIER.next, true);
  const row = rowsAt + next * ROW_BYTES;
  const mean = view.getFloat64(at + TIER.sum, true) / view.getUint32(at + TIER.forecasts, true);
  view.setUint32(row + ROW.span, span, true);
  view.setFloat32(row + ROW.least, view.getFloat64(at + TIER.least, true) - origin, true);
  view.setFloat32(row + ROW.greatest, view.getFloat64(at + TIER.greatest, true) - origin, true);
  view.setFloat32(row + ROW.mean, mean - origin, true);
  view.setUint16(row + ROW.below, toShortFloat(mean - view.getFloat64(at + TIER.lower, true)), true);
  view.setUint16(row + ROW.above, toShortFloat(view.getFloat64(at + TIER.upper, true) - mean), true);
  view.setUint8(row + ROW.score, view.getUint8(at + TIER.score));
  view.setUint8(row + ROW.flags, view.getUint8(at + TIER.flags));
  view.setUint16(at + TIER.next, (next + 1) % rows, true);
  view.setUint16(at + TIER.rows, Math.min(rows, view.getUint16(at + TIER.rows, true) + 1), true);
}

/** Copies the newest spans, and the open one, to a tier with room for fewer. */
export function copyTier(from: Tier, to: Tier): void {
  const [source, target] = [bytesOf(from.view), bytesOf(to.view)];
  target.set(source.subarray(from.at, from.at + TIER_BYTES), to.at);
  const count = Math.min(to.rows, from.view.getUint16(from.at + TIER.rows, true));
  const next = from.view.getUint16(from.at + TIER.next, true);
  for (let i = 0; i < count; i++) {
    const row = from.rowsAt + ((next - count + i + from.rows) % from.rows) * ROW_BYTES;
    target.set(source.subarray(row, row + ROW_BYTES), to.rowsAt + i * ROW_BYTES);
  }
  to.view.setUint16(to.at + TIER.next, count % to.rows, true);
  to.view.setUint16(to.at + TIER.rows, count, true);
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Adds the closed spans that end before a moment, oldest first, and the open one. */
export function readTier(tier: Tier, before: number, rows: HistoryRows): void {
  const { view, at } = tier;
  const width = view.getFloat64(at + TIER.width, true);
  if (!(width > 0)) return;
  const count = view.getUint16(at + TIER.rows, true);
  const next = view.getUint16(at + TIER.next, true);
  for (let i = 0; i < count; i++) {
    const place = (next - count + i + tier.rows) % tier.rows;
    readRow(tier, tier.rowsAt + place * ROW_BYTES, { width, before }, rows);
  }
  readOpenSpan(tier, { width, before }, rows);
}

interface Bounds {
  readonly width: number;
  readonly before: number;
}

function readRow({ view, origin }: Tier, row: number, { width, before }: Bounds, rows: HistoryRows): void {
  const start = view.getUint32(row + ROW.span, true) * width;
  if (start >= before) return;
  rows.push(
    start,
    width,
    origin + view.getFloat32(row + ROW.least, true),
    origin + view.getFloat32(row + ROW.greatest, true),
  );
  const mean = origin + view.getFloat32(row + ROW.mean, true);
  const below = fromShortFloat(view.getUint16(row + ROW.below, true));
  const above = fromShortFloat(view.getUint16(row + ROW.above, true));
  const score = fromScoreByte(view.getUint8(row + ROW.score));
  rows.pushForecast(mean, mean - below, mean + above, score, view.getUint8(row + ROW.flags));
}

function readOpenSpan({ view, at }: Tier, { width, before }: Bounds, rows: HistoryRows): void {
  const start = view.getFloat64(at + TIER.span, true) * width;
  if (!(start < before)) return;
  const number = (place: number): number => view.getFloat64(at + place, true);
  rows.push(start, width, number(TIER.least), number(TIER.greatest));
  const mean = number(TIER.sum) / view.getUint32(at + TIER.forecasts, true);
  const score = fromScoreByte(view.getUint8(at + TIER.score));
  rows.pushForecast(mean, number(TIER.lower), number(TIER.upper), score, view.getUint8(at + TIER.flags));
}
