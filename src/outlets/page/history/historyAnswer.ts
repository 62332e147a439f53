import { EXPERT_NAMES } from '../../../domain/expertName.ts';
import type { ApiHistory, ApiSpark } from '../api.ts';
import { isAnomalous, joinFlags, sourceOf } from './flags.ts';
import { HistoryRows, pick } from './historyRows.ts';

/** In usual intervals: readings further apart have a gap between them. */
const GAP = 3;

/** A part of a history that is asked for. Times in epoch ms, the end included. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Most rows; gaps come on top. */
  readonly points: number;
  /** Usual time between readings, ms; NaN: not known. */
  readonly interval: number;
  /** Decimals of forecasts. */
  readonly decimals: number;
}

/** The rows of a span: in full where there are no more than `points`, else as many spans of equal time, each with its least and its greatest reading. */
export function answerHistory(all: HistoryRows, span: Span): ApiHistory {
  const rows = within(all, span);
  const isThinned = rows.length > span.points || rows.width.some((width) => width > 0);
  const drawn = isThinned ? thinned(rows, span.points) : { rows, step: 0 };
  const shown = withGaps(drawn.rows, Math.max(GAP * span.interval || 0, GAP * drawn.step));
  const round = rounding(span.decimals);
  return {
    step_ms: isThinned ? drawn.step : null,
    ts: shown.at,
    ...(isThinned
      ? { y_min: shown.least.map(toNullable), y_max: shown.greatest.map(toNullable) }
      : { y: shown.least.map(toNullable) }),
    yhat: shown.mean.map(round),
    yhat_lower: shown.lower.map(round),
    yhat_upper: shown.upper.map(round),
    anomaly_score: shown.score.map(toNullable),
    anomaly: shown.flags.map(isAnomalous),
    source: shown.flags.map(sourceOf),
    sources: EXPERT_NAMES,
  };
}

/** The newest readings in small. */
export function answerSpark(
  readings: HistoryRows,
  points: number,
  { interval, decimals }: Pick<Span, 'interval' | 'decimals'>,
): ApiSpark {
  const rows = readings.length > points ? thinned(readings, points).rows : readings;
  const width = rows.width.at(-1) ?? 0;
  const shown = withGaps(rows, Math.max(GAP * interval || 0, GAP * width));
  const round = rounding(decimals);
  return {
    ts: shown.at,
    y_min: shown.least.map(toNullable),
    y_max: shown.greatest.map(toNullable),
    yhat_lower: shown.lower.map(round),
    yhat_upper: shown.upper.map(round),
    anomaly: shown.flags.map(isAnomalous),
  };
}

function within(rows: HistoryRows, { from, to }: Span): HistoryRows {
  const isWithin = (i: number): boolean => rows.at[i] <= to && rows.at[i] + rows.width[i] >= from;
  return pick(
    rows,
    rows.at.flatMap((_, i) => (isWithin(i) ? i : [])),
  );
}

/** Each row goes into the span in which it begins: none is left out, so that no peak is. */
function thinned(rows: HistoryRows, points: number): { readonly rows: HistoryRows; readonly step: number } {
  const first = rows.at[0] ?? 0;
  const step = Math.max(1, Math.ceil(((rows.at.at(-1) ?? 0) - first + 1) / points));
  const spans = new HistoryRows();
  let [span, forecasts] = [Number.NaN, 0];
  for (let i = 0; i < rows.length; i++) {
    const next = Math.floor((rows.at[i] - first) / step);
    if (next !== span) {
      span = next;
      forecasts = 0;
      spans.push(first + span * step, step, Number.NaN, Number.NaN);
      spans.pushForecast(Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0);
    }
    if (!Number.isNaN(rows.mean[i])) forecasts++;
    join(spans, rows, i, forecasts);
  }
  return { rows: spans, step };
}

/** Adds row i to the last span. */
function join(spans: HistoryRows, rows: HistoryRows, i: number, forecasts: number): void {
  const last = spans.length - 1;
  spans.least[last] = least(spans.least[last], rows.least[i]);
  spans.greatest[last] = greatest(spans.greatest[last], rows.greatest[i]);
  spans.lower[last] = least(spans.lower[last], rows.lower[i]);
  spans.upper[last] = greatest(spans.upper[last], rows.upper[i]);
  spans.score[last] = greatest(spans.score[last], rows.score[i]);
  spans.flags[last] = joinFlags(spans.flags[last], rows.flags[i]);
  if (Number.isNaN(rows.mean[i])) return;
  const before = forecasts > 1 ? spans.mean[last] : rows.mean[i];
  spans.mean[last] = before + (rows.mean[i] - before) / forecasts;
}

function least(one: number, other: number): number {
  return Number.isNaN(one) ? other : Number.isNaN(other) ? one : Math.min(one, other);
}

function greatest(one: number, other: number): number {
  return Number.isNaN(one) ? other : Number.isNaN(other) ? one : Math.max(one, other);
}

/** Puts an empty row between rows that are further apart than `longest`, so that no line is drawn where nothing was measured. */
function withGaps(rows: HistoryRows, longest: number): HistoryRows {
  if (!(longest > 0)) return rows;
  const shown = new HistoryRows();
  for (let i = 0; i < rows.length; i++) {
    const end = i > 0 ? rows.at[i - 1] + rows.width[i - 1] : rows.at[i];
    if (rows.at[i] - end > longest) {
      shown.push(Math.round((end + rows.at[i]) / 2), 0, Number.NaN, Number.NaN);
      shown.pushForecast(Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0);
    }
    shown.push(rows.at[i], rows.width[i], rows.least[i], rows.greatest[i]);
    shown.pushForecast(rows.mean[i], rows.lower[i], rows.upper[i], rows.score[i], rows.flags[i]);
  }
  return shown;
}

/** Forecasts have float32 in the history: their last digits mean nothing. */
function rounding(decimals: number): (value: number) => number | null {
  const power = 10 ** decimals;
  return (value) => toNullable(Math.round(value * power) / power);
}

function toNullable(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
