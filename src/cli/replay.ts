import { type Command, InvalidArgumentError } from 'commander';
import { renderTable } from '../adapters/terminal/renderTable.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { MAX_INPUTS } from '../config/schema/inputsSchema.ts';
import { streamSettings } from '../config/streamSettings.ts';
import { TidegateError } from '../domain/errors.ts';
import type { StreamSettings } from '../domain/streamSettings.ts';
import { type ReplayOptions, type ReplayReport, replaySeries } from '../tools/replay/replaySeries.ts';
import type { CliContext } from './context.ts';
import { createProgress } from './progress.ts';

interface Flags {
  readonly config?: string;
  readonly value: string;
  readonly inputs?: string[];
  readonly time?: string;
  readonly labels?: string;
  readonly labelDelay?: number;
  readonly horizons?: string[];
  readonly out?: string;
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
    .argument('<file.csv>', 'CSV with a header line')
    .requiredOption('--value <column>', 'column of the readings')
    .option('--inputs <columns>', 'columns that help to forecast it, e.g. outdoor,occupancy', toList)
    .option('--time <column>', 'column of the times (default: the first of time, timestamp, ts, date)')
    .option('--labels <column>', 'column of the class of each row, may be empty; with `classify`')
    .option('--label-delay <rows>', 'tell each label only so many rows later (default: 0)', toRows)
    .option('--zone <name>', 'zone of times without an offset, and of the calendar', 'UTC')
    .option('--horizons <list>', 'steps or durations ahead, e.g. 1,5', toList)
    .option('--out <file.csv>', 'write one row per input row: forecasts, bounds, anomaly score')
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
    .action((file: string, flags: Flags) => replay(file, flags, context));
}

async function replay(file: string, flags: Flags, context: CliContext): Promise<void> {
  const inputColumns = inputColumnsOf(flags);
  const settings = { ...settingsOf(flags, context), exogenous: inputColumns.length };
  const { value: valueColumn, time: timeColumn, zone, out, state } = flags;
  const labels = labelsOf(flags, settings);
  const { stop } = context;
  const progress = createProgress(context);
  const report = await replaySeries({
    file,
    valueColumn,
    inputColumns,
    timeColumn,
    labels,
    zone,
    settings,
    out,
    state,
    stop,
    onProgress: (rows) => progress.show(`${rows} rows`),
  });
  progress.clear();
  context.stdout.write(flags.json ? `${toJson(report)}\n` : toText(report));
}

function settingsOf({ config, horizons, seed, set, zone }: Flags, { env, cwd, hostname }: CliContext): StreamSettings {
  const defaults = config === undefined ? undefined : loadConfig({ file: config, env, cwd, hostname }).written.defaults;
  const overrides = [`time.zone=${JSON.stringify(zone)}`, ...set];
  return streamSettings({ defaults, overrides, horizons, seed });
}

function inputColumnsOf({ inputs = [], value }: Flags): readonly string[] {
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

function collect(item: string, items: string[]): string[] {
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

function toJson({ dropped, inputsMissing, rowsPerSecond, isComplete, ...report }: ReplayReport): string {
  return JSON.stringify({
    rows: report.rows,
    samples: report.samples,
    dropped: Object.fromEntries(dropped),
    inputs_missing: Object.fromEntries(inputsMissing),
    horizons: report.horizons.map(({ horizon, forecasts, mae, maeLastValue, gainOverLastValue, skill, coverage }) => ({
      horizon,
      forecasts,
      mae,
      mae_last_value: maeLastValue,
      gain_over_last_value: gainOverLastValue,
      skill,
      coverage,
    })),
    ...(report.classes !== null && {
      classes: {
        labels: report.classes.labels,
        labelled: report.classes.labelled,
        accuracy: report.classes.accuracy,
        macro_f1: report.classes.macroF1,
        seen: report.classes.seen,
        calibration_error: report.classes.calibrationError,
      },
    }),
    rows_per_second: Math.round(rowsPerSecond),
    complete: isComplete,
  });
}

function toText(report: ReplayReport): string {
  const { rows, samples, dropped, inputsMissing, horizons, rowsPerSecond, isComplete } = report;
  const figure = (value: number | null, digits: number): string => (value === null ? '-' : value.toPrecision(digits));
  const table = renderTable(
    [
      { title: 'horizon', text: (score) => score.horizon },
      { title: 'forecasts', text: (score) => String(score.forecasts), align: 'right' },
      { title: 'MAE', text: (score) => figure(score.mae, 5), align: 'right' },
      { title: 'MAE last value', text: (score) => figure(score.maeLastValue, 5), align: 'right' },
      { title: 'gain over last value', text: (score) => figure(score.gainOverLastValue, 3), align: 'right' },
      { title: 'skill', text: (score) => figure(score.skill, 3), align: 'right' },
      { title: 'coverage', text: (score) => figure(score.coverage, 3), align: 'right' },
    ],
    horizons,
  );
  const lines = [
    table,
    `${rows} rows, ${samples} steps, dropped: ${list(dropped) || 'none'}; ${Math.round(rowsPerSecond)} rows/s`,
  ];
  const { classes } = report;
  if (classes !== null) {
    lines.push(
      `classes: ${figure(classes.accuracy, 4)} right, macro F1 ${figure(classes.macroF1, 4)} over ${classes.seen}, calibration error ${figure(classes.calibrationError, 2)}, by ${classes.labels} labels`,
    );
  }
  if (inputsMissing.size > 0) lines.push(`values of inputs that are missing: ${list(inputsMissing)}`);
  if (!isComplete) lines.push('interrupted: the rest of the file was not read, no state was written');
  return `${lines.join('\n')}\n`;
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
}
