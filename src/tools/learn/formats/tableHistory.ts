import { createZoneOffset } from '../../../adapters/clock/zoneOffset.ts';
import { TidegateError } from '../../../domain/errors.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import type { StreamSettings } from '../../../domain/streamSettings.ts';
import { openSeries, type Series } from '../../replay/openSeries.ts';
import type { Choice } from '../../replay/rowFilter.ts';
import { RowReader } from '../../replay/rowReader.ts';
import { listColumns, SeriesFile } from '../../replay/seriesFile.ts';
import type { TimeFormat } from '../../replay/times/timeFormat.ts';
import type { Assignment } from '../assignment.ts';
import type { Readings } from '../readings.ts';
import type { Faults } from '../recorded.ts';

export interface TableOptions {
  readonly zone: string;
  readonly time: string | undefined;
  readonly format: TimeFormat | undefined;
  readonly where: readonly Choice[];
  /** The column of `--value`, and the stream of `--stream` that it feeds. */
  readonly value: string | undefined;
  readonly stream: StreamId | undefined;
  readonly assignment: Assignment;
  readonly settingsOf: (stream: StreamId) => StreamSettings;
  readonly readingsOf: (stream: StreamId) => Readings;
  readonly faults: Faults;
  /** Facts that the user should know of. */
  readonly notice: (text: string) => void;
}

/** One series of a table. */
interface Column {
  readonly value: string;
  readonly where: readonly Choice[];
  readonly series: string;
  readonly stream: StreamId;
}

/** Columns that hold the readings of a table in long form, the likeliest first. */
const VALUE_NAMES = ['state', '_value', 'value', 'mean', 'reading', 'val'];
/** Columns whose cells name a series, the likeliest first. */
const NAME_COLUMNS = [
  'entity_id',
  'statistic_id',
  'topic',
  'sensor',
  'sensor_id',
  'series',
  'metric',
  'name',
  'device',
  'id',
];
const INFLUX_FIELD = '_field';

/**
 * Reads a table: each column that feeds a stream is a series, or each name in a column of names (`entity_id,state,last_changed`). Times,
 * separators, decimal commas and faults are read as `replay` does.
 */
export async function readTable(file: string, options: TableOptions): Promise<void> {
  const columns = await columnsOf(file, options);
  for (const column of columns) await readColumn(file, column, options);
}

async function columnsOf(file: string, options: TableOptions): Promise<readonly Column[]> {
  const { value, stream, where, assignment } = options;
  if (value !== undefined && stream !== undefined) return [{ value, where, series: value, stream }];
  const names = await listColumns(file);
  const wide = names.flatMap((name): Column[] => {
    const own = assignment.streamOf(name);
    return own === undefined ? [] : [{ value: name, where, series: name, stream: own }];
  });
  if (wide.length > 0) return wide;
  const reading = value ?? VALUE_NAMES.find((name) => names.includes(name));
  const key = NAME_COLUMNS.find((name) => names.includes(name)) ?? names.find((name) => name === INFLUX_FIELD);
  if (reading !== undefined && key !== undefined) return namedSeries(file, reading, key, options);
  for (const name of names) assignment.leave(name, 0);
  return [];
}

/** One look through the file for the names in a column. */
async function namedSeries(
  file: string,
  value: string,
  key: string,
  options: TableOptions,
): Promise<readonly Column[]> {
  const { where, assignment, zone, time } = options;
  const table = await SeriesFile.open(file, { value, time, inputs: [key], where }, createZoneOffset(zone));
  const columns = new Map<string, Column>();
  for await (const { fault, inputs } of table.rows()) {
    const series = fault === undefined ? (inputs[0] ?? '').trim() : '';
    if (series === '' || columns.has(series)) continue;
    const stream = assignment.streamOf(series);
    if (stream === undefined) assignment.leave(series);
    else columns.set(series, { value, where: [...where, { column: key, cell: series }], series, stream });
  }
  return [...columns.values()];
}

async function readColumn(file: string, column: Column, options: TableOptions): Promise<void> {
  const { zone, time, format, settingsOf, readingsOf, faults, notice } = options;
  const { value, where, stream } = column;
  const settings = settingsOf(stream);
  const names = await listColumns(file);
  const inputs = (settings.inputNames ?? []).filter((name) => names.includes(name));
  const series = await openSeries({ file, columns: { time, value, inputs, where }, zone, format });
  if (series.times === undefined)
    throw new TidegateError(
      'TG_INPUT_INVALID',
      `${file}: has no times, so it cannot be said when its readings were; --time names their column`,
    );
  for (const text of series.notices) notice(`${file}: ${text}`);
  const readings = readingsOf(stream);
  readings.series.add(column.series);
  const reader = readerOf(column, series, inputs, { settings, readings });
  for await (const each of series.rows()) {
    const sample = reader.read(each);
    if (sample !== undefined) readings.add(sample);
  }
  if (reader.badRows > 0) faults.note(`${reader.badRows} rows`, 'too few or too many cells');
}

function readerOf(
  { value, stream }: Column,
  { times, mark }: Series,
  inputColumns: readonly string[],
  { settings, readings }: { readonly settings: StreamSettings; readonly readings: Readings },
): RowReader {
  return new RowReader({
    stream,
    valueColumn: value,
    inputColumns,
    timeColumn: times?.columns.join(' + ') ?? 'time',
    valid: settings.valid,
    mark: settings.notation.decimal ?? mark,
    report: (event) => {
      if (event.type === 'InputDropped') readings.drop(event.reason);
    },
  });
}
