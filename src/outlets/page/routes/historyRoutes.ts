import { HttpError } from '../../../adapters/http/httpError.ts';
import type { HttpContext } from '../../../adapters/http/parts.ts';
import { CADENCE, RESOLUTION, VALUE } from '../../../domain/forecastRow.ts';
import { shownDecimals } from '../../../domain/shownDecimals.ts';
import { answerHistory, answerSpark } from '../history/historyAnswer.ts';
import { HistoryRows } from '../history/historyRows.ts';
import type { PagePorts } from '../pagePorts.ts';
import type { PageStream } from '../pageStreams.ts';
import { json } from './json.ts';
import { readWhole } from './query.ts';

/** Moments that `Date` can hold. */
const ANY_TIME = { from: -8.64e15, to: 8.64e15 };
const POINTS = { from: 2, to: 2000 };
const USUAL_POINTS = 600;

/** `history` of a stream: `from` and `to` in ms since 1970, `points` the most rows. */
export function answerHistoryOf(c: HttpContext, stream: PageStream, { history, context }: PagePorts): Response {
  const from = readWhole(c, 'from', ANY_TIME) ?? ANY_TIME.from;
  const to = readWhole(c, 'to', ANY_TIME) ?? ANY_TIME.to;
  if (from > to) throw new HttpError('TG_HTTP_INVALID', 'from: is later than to');
  const points = readWhole(c, 'points', POINTS) ?? USUAL_POINTS;
  const rows = history.find(stream.id)?.all() ?? new HistoryRows();
  return json(
    c,
    answerHistory(rows, { from, to, points, ...drawnAs(stream, context.settingsOf(stream.id).step.every) }),
  );
}

/** JSON of the `spark` of a stream. */
export function sparkOf(stream: PageStream, points: number, { history, context }: PagePorts): string {
  const readings = history.find(stream.id)?.readings() ?? new HistoryRows();
  const { every } = context.settingsOf(stream.id).step;
  return JSON.stringify(answerSpark(readings, points, drawnAs(stream, every)));
}

function drawnAs(
  { last }: PageStream,
  every: 'message' | number,
): { readonly interval: number; readonly decimals: number } {
  const numbers = last?.numbers;
  return {
    interval: every === 'message' ? (numbers?.[CADENCE] ?? Number.NaN) : every,
    decimals: numbers === undefined ? 3 : shownDecimals(numbers[VALUE], numbers[RESOLUTION]) + 1,
  };
}
