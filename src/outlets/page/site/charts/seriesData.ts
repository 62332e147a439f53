import type { Series } from '../data/series.ts';
import type { FanPoint } from '../data/stream.ts';

type Column = readonly (number | null)[];

/** Columns of the chart: x in seconds, then upper, lower, forecast, greatest and least reading. The forecasts follow the readings. */
export type ChartColumns = readonly [readonly number[], Column, Column, Column, Column, Column];

/** Share of the readings' range by which a band may leave it. */
const BAND_SHARE = 0.3;

/** The readings with the band and forecast that were issued before each, and behind them what comes next: one line does both. */
export function chartColumns(series: Series, fan: readonly FanPoint[]): ChartColumns {
  const newest = series.newest ?? Number.NEGATIVE_INFINITY;
  const ahead = fan.filter((point): point is FanPoint & { at: number } => point.at !== null && point.at > newest);
  const none: Column = ahead.map(() => null);
  return [
    [...series.ts, ...ahead.map(({ at }) => at)].map((at) => at / 1000),
    [...series.upper, ...ahead.map(({ upper, mean }) => upper ?? mean)],
    [...series.lower, ...ahead.map(({ lower, mean }) => lower ?? mean)],
    [...series.yhat, ...ahead.map(({ mean }) => mean)],
    [...series.high, ...none],
    [...series.low, ...none],
  ];
}

/** Range of the axis: the readings and all forecasts, and of the band what stays near them. */
export function valueRange([, upper, lower, yhat, high, low]: ChartColumns): [number, number] {
  const bottom = leastOf(leastOf(Number.POSITIVE_INFINITY, low), yhat);
  const top = greatestOf(greatestOf(Number.NEGATIVE_INFINITY, high), yhat);
  if (!(bottom <= top)) return [0, 1];
  const room = roomAround(bottom, top) * BAND_SHARE;
  const least = Math.max(bottom - room, leastOf(bottom, lower));
  const greatest = Math.min(top + room, greatestOf(top, upper));
  const edge = roomAround(least, greatest) * 0.04;
  return [least - edge, greatest + edge];
}

/** Height of a range. One without any has a sixth of its value: an axis has to have a height. */
export function roomAround(bottom: number, top: number): number {
  const size = Math.max(Math.abs(bottom), Math.abs(top));
  return Math.max(top - bottom, bottom === top ? size / 6 : size * 1e-9, 1e-9);
}

function leastOf(start: number, column: Column): number {
  return column.reduce<number>((least, value) => (value !== null && value < least ? value : least), start);
}

function greatestOf(start: number, column: Column): number {
  return column.reduce<number>((greatest, value) => (value !== null && value > greatest ? value : greatest), start);
}

/** Times in ms of the first and the last row of each alarm, in order. */
export function alarmSpans({ ts, alarm }: Pick<Series, 'ts' | 'alarm'>): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  let isOpen = false;
  alarm.forEach((is, i) => {
    const at = ts[i] as number;
    const last = spans.at(-1);
    if (is && isOpen && last !== undefined) last[1] = at;
    else if (is) spans.push([at, at]);
    isOpen = is;
  });
  return spans;
}

/** Places of points that have no neighbour: a line does not draw them. */
export function lonePoints(column: ArrayLike<number | null | undefined>): number[] {
  const lone: number[] = [];
  for (let i = 0; i < column.length; i++) {
    if (isThere(column[i]) && !isThere(column[i - 1]) && !isThere(column[i + 1])) lone.push(i);
  }
  return lone;
}

function isThere(value: number | null | undefined): boolean {
  return value !== null && value !== undefined;
}
