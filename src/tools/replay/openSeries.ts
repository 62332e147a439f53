import { createZoneOffset } from '../../adapters/clock/zoneOffset.ts';
import { closest } from '../../config/problems/closest.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { DecimalMark } from '../../domain/notation.ts';
import type { OpenColumn } from './blendWatch.ts';
import { inOrder, ROW_MS, type TimedRow } from './inOrder.ts';
import { type SeriesColumns, SeriesFile } from './seriesFile.ts';
import { type Survey, surveySeries } from './seriesSurvey.ts';
import type { TimeFormat } from './times/timeFormat.ts';

export interface SeriesOptions {
  readonly file: string;
  readonly columns: SeriesColumns;
  /** For times without an offset. */
  readonly zone: string;
  /** undefined: the whole column tells. */
  readonly format: TimeFormat | undefined;
}

/** Columns of the times, and the way in which they are read. */
interface SeriesTimes {
  readonly columns: readonly string[];
  readonly format: string;
  /** ms since 1970; NaN where none could be read. */
  readonly oldest: number;
  readonly newest: number;
}

/** A recorded series, read and looked through once. */
export interface Series {
  /** undefined: it has none, and rows are taken a minute apart. */
  readonly times: SeriesTimes | undefined;
  readonly mark: DecimalMark;
  readonly count: number;
  /** Facts that the user should know of, a sentence each. */
  readonly notices: readonly string[];
  /** Rows in the order of time. */
  rows(): AsyncGenerator<TimedRow>;
}

const LISTED_NAMES = 8;

/**
 * Opens a series. All that is decided by the whole file is decided here.
 * @throws TidegateError TG_INPUT_NOT_FOUND, or TG_INPUT_INVALID which names what is missing, also where several series share the file
 */
export async function openSeries({ file, columns, zone: zoneName, format }: SeriesOptions): Promise<Series> {
  const zone = createZoneOffset(zoneName);
  const table = await SeriesFile.open(file, columns, zone, closest);
  const { separator } = table.layout;
  const survey = await surveySeries(table.rows(), { zone, format, separator, open: openColumns(table, columns) });
  refuseBlends(file, survey);
  const chosen = survey.times;
  const sort = chosen !== undefined && chosen.unsorted > 0;
  return {
    times: chosen && {
      columns: table.timeNames,
      format: chosen.format.words,
      oldest: chosen.oldest,
      newest: chosen.newest,
    },
    mark: survey.mark,
    count: survey.rows,
    notices: noticesOf(table, survey),
    rows: () => inOrder(table.rows(), { file, format: chosen?.format, zone, sort }),
  };
}

/** Columns that are not asked for. */
function openColumns({ layout, timePlaces }: SeriesFile, wanted: SeriesColumns): readonly OpenColumn[] {
  const { value, inputs = [], label, where = [] } = wanted;
  const known = new Set([value, ...inputs, label, ...where.map(({ column }) => column)]);
  return layout.columns.flatMap((name, place) =>
    known.has(name) || timePlaces.includes(place) || name === ''
      ? []
      : [{ name, place, isKey: layout.keys.includes(name) }],
  );
}

function refuseBlends(file: string, { blends }: Survey): void {
  const [blend] = blends;
  if (blend === undefined) return;
  const [column, names] = blend;
  const listed = [...names].sort(([, a], [, b]) => b - a).map(([name, rows]) => `${name} (${rows} rows)`);
  if (listed.length > LISTED_NAMES) listed.splice(LISTED_NAMES, listed.length, `and ${names.size - LISTED_NAMES} more`);
  const [first] = names.keys();
  throw new TidegateError(
    'TG_INPUT_INVALID',
    `${file}: holds ${names.size} series, by its column ${JSON.stringify(column)}: ${listed.join(', ')}\n` +
      `choose one: --where ${JSON.stringify(`${column}=${first}`)}; or take all for one series: --where ${JSON.stringify(`${column}=*`)}`,
  );
}

function noticesOf({ layout, timeNames }: SeriesFile, { times, mark }: Survey): readonly string[] {
  const notices: string[] = [];
  if (times === undefined)
    notices.push(
      timeNames.length > 0
        ? `the column ${JSON.stringify(timeNames.join(' + '))} holds no times`
        : `no column of times was found: rows are taken ${ROW_MS / 1000} s apart; --time names one of ${layout.columns
            .slice(0, LISTED_NAMES)
            .map((name) => JSON.stringify(name))
            .join(', ')}`,
    );
  if (times?.isDoubtful === true)
    notices.push(
      `day and month cannot be told apart; taken as ${times.format.words}. --time-format dmy or mdy decides`,
    );
  if (times !== undefined && times.unsorted > 0)
    notices.push(`${times.unsorted} rows were older than one before them: all were sorted by time`);
  if (mark === 'comma') notices.push('numbers have a decimal comma');
  return notices;
}
