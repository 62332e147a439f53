import { join, parse } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/loadConfig.ts';
import { MAX_INPUTS } from '../config/schema/inputsSchema.ts';
import { streamSettings } from '../config/streamSettings.ts';
import { TidegateError } from '../domain/errors.ts';
import type { StreamSettings } from '../domain/streamSettings.ts';
import { replayToJson, replayToText } from '../tools/replay/formatReplay.ts';
import type { ReplayOptions, ReplayReport } from '../tools/replay/replayReport.ts';
import { replaySeries } from '../tools/replay/replaySeries.ts';
import type { Choice } from '../tools/replay/rowFilter.ts';
import { listColumns } from '../tools/replay/seriesFile.ts';
import { timeFormatOf } from '../tools/replay/times/timePattern.ts';
import type { CliContext } from './context.ts';
import { createProgress } from './progress.ts';
import { isRecording, type RecordingFlags, runRecording } from './replayRecording.ts';

/** Stands for a file. */
const STANDARD_OUTPUT = '-';
/** Columns that an error names. */
const MOST_LISTED = 30;

interface Flags {
  readonly config?: string;
  readonly value: string[];
  readonly inputs?: string[];
  readonly time?: string;
  readonly timeFormat?: string;
  readonly where: string[];
  readonly labels?: string;
  readonly labelDelay?: number;
  readonly horizons?: string[];
  readonly out?: string;
  readonly plot?: string;
  readonly seed?: number;
  readonly set: string[];
  readonly state?: string;
  readonly zone: string;
  readonly json?: boolean;
}

export function addReplayCommand(program: Command, context: CliContext): void {
  program
    .command('replay')
    .description('run a recorded series through the production code, as fast as it goes; deterministic')
    .argument(
      '<file>',
      'recording of messages (.jsonl) that `record` has written, or a table with a header line: CSV, also with ; or tabs, packed by gzip, or of InfluxDB',
    )
    .option('--value <column>', 'column of the readings (repeatable: each is a series of its own)', collect, [])
    .option('--inputs <columns>', 'columns that help to forecast it, e.g. outdoor,occupancy', toList)
    .option('--time <column>', 'column of the times (default: the one that its name or its cells show)')
    .option(
      '--time-format <format>',
      'how times are written: ymd, dmy, mdy, … or "%d.%m.%Y %H:%M" (default: the column tells)',
    )
    .option('--where <column=cell>', 'rows that are meant, where several series share a file (repeatable)', collect, [])
    .option('--labels <column>', 'column of the class of each row, may be empty; with `classify`')
    .option('--label-delay <rows>', 'tell each label only so many rows later (default: 0)', toRows)
    .option('--zone <name>', 'zone of times without an offset, and of the calendar', 'UTC')
    .option('--horizons <list>', 'steps or durations ahead, e.g. 1,5', toList)
    .option('--out <file.csv>', 'write one row per input row: forecasts, bounds, anomaly score; - is standard output')
    .option('--plot <file.svg>', 'draw readings, expected interval, alarms')
    .option('--seed <n>', 'seed of the first weights', toSeed)
    .option(
      '--set <key=value>',
      "an option of a stream's configuration, e.g. model.hidden=16 (repeatable)",
      collect,
      [],
    )
    .option('-c, --config <file>', "take the defaults of this configuration's streams")
    .option('--state <file>', 'go on from this state where it exists, and write it at the end')
    .option('--json', 'print the result as JSON')
    .action((file: string, flags: Flags & RecordingFlags) =>
      isRecording(file) ? runRecording(file, flags, context) : replay(file, flags, context),
    );
}

async function replay(file: string, flags: Flags, context: CliContext): Promise<void> {
  const { stdout, stderr } = context;
  const { value: columns, json = false } = flags;
  if (columns.length === 0) throw await noColumnNamed(file);
  refuseConflicts(flags);
  const reports: { readonly value: string; readonly report: ReplayReport }[] = [];
  for (const value of columns) {
    const report = await replayColumn(file, value, flags, context);
    for (const notice of report.notices) stderr.write(`${file}: ${notice}\n`);
    reports.push({ value, report });
    if (context.stop.aborted) break;
  }
  // Standard output holds one result.
  const target = flags.out === STANDARD_OUTPUT ? stderr : stdout;
  target.write(json ? `${replayToJson(reports)}\n` : replayToText(reports));
}

async function noColumnNamed(file: string): Promise<TidegateError> {
  const listed = (await listColumns(file)).slice(0, MOST_LISTED).map((name) => JSON.stringify(name));
  return new TidegateError('TG_USAGE', `--value: name the column of the readings; ${file} has ${listed.join(', ')}`);
}

async function replayColumn(file: string, value: string, flags: Flags, context: CliContext): Promise<ReplayReport> {
  const inputColumns = inputColumnsOf(flags, value);
  const inputNames = inputColumns.length > 0 ? inputColumns : undefined;
  const settings = { ...settingsOf(flags, context), exogenous: inputColumns.length, inputNames };
  const { time: timeColumn, timeFormat, zone, out, plot, state } = flags;
  const own = (name: string | undefined): string | undefined => fileOf(name, value, flags.value.length);
  const progress = createProgress(context);
  const report = await replaySeries({
    ...{ file, valueColumn: value, inputColumns, timeColumn, zone, settings },
    timeFormat: timeFormat === undefined ? undefined : timeFormatOf(timeFormat),
    where: choicesOf(flags),
    labels: labelsOf(flags, settings),
    out: out === STANDARD_OUTPUT ? context.stdout : own(out),
    plot: own(plot),
    state: own(state),
    stop: context.stop,
    onProgress: (rows) => progress.show(`${rows} rows`),
  });
  progress.clear();
  return report;
}

/** Each of several series has files of its own: `out.csv` becomes `out.temperature.csv`. */
function fileOf(file: string | undefined, value: string, series: number): string | undefined {
  if (file === undefined || series < 2) return file;
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}.${value.replace(/[^\p{L}\d_-]/gu, '_')}${ext}`);
}

function refuseConflicts({ value, out, json }: Flags): void {
  const twice = value.find((column, i) => value.indexOf(column) < i);
  if (twice !== undefined)
    throw new TidegateError('TG_USAGE', `--value: names the column ${JSON.stringify(twice)} twice`);
  if (out !== STANDARD_OUTPUT) return;
  if (value.length > 1) throw new TidegateError('TG_USAGE', '--out -: takes one --value only');
  if (json) throw new TidegateError('TG_USAGE', '--out -: --json would be written there too');
}

function choicesOf({ where }: Flags): readonly Choice[] {
  return where.map((text) => {
    const at = text.indexOf('=');
    if (at < 1)
      throw new TidegateError('TG_USAGE', '--where: expected a column and its cell, such as entity_id=sensor.hall');
    return { column: text.slice(0, at).trim(), cell: text.slice(at + 1).trim() };
  });
}

function settingsOf({ config, horizons, seed, set, zone }: Flags, { env, cwd, hostname }: CliContext): StreamSettings {
  const defaults = config === undefined ? undefined : loadConfig({ file: config, env, cwd, hostname }).written.defaults;
  const overrides = [`time.zone=${JSON.stringify(zone)}`, ...set];
  return streamSettings({ defaults, overrides, horizons, seed });
}

function inputColumnsOf({ inputs = [] }: Flags, value: string): readonly string[] {
  const wrong = (text: string): TidegateError => new TidegateError('TG_USAGE', `--inputs: ${text}`);
  if (inputs.length > MAX_INPUTS) throw wrong(`at most ${MAX_INPUTS} columns`);
  for (const [i, column] of inputs.entries()) {
    if (column === '') throw wrong('expected names of columns, separated by commas');
    if (column === value) throw wrong(`${JSON.stringify(column)} is the column of the readings`);
    if (inputs.indexOf(column) < i) throw wrong(`names the column ${JSON.stringify(column)} twice`);
  }
  return inputs;
}

function labelsOf({ labels, labelDelay }: Flags, { classify }: StreamSettings): ReplayOptions['labels'] {
  if (labels === undefined) {
    if (labelDelay === undefined) return undefined;
    throw new TidegateError('TG_USAGE', '--label-delay: needs --labels');
  }
  if (classify === undefined) {
    throw new TidegateError('TG_USAGE', '--labels: needs classify, e.g. --set classify.classes=open');
  }
  return { column: labels, delay: labelDelay ?? 0 };
}

function toList(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

function collect(item: string, items: readonly string[] = []): string[] {
  return [...items, item];
}

function toSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number from 0 on');
  return Number(text);
}

function toRows(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number from 0 on');
  return Number(text);
}
