import { type Command, InvalidArgumentError } from 'commander';
import { renderTable } from '../adapters/terminal/renderTable.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { streamSettings } from '../config/streamSettings.ts';
import { type ReplayReport, replaySeries } from '../daemon/replaySeries.ts';
import type { StreamSettings } from '../domain/streamSettings.ts';
import type { CliContext } from './context.ts';
import { createProgress } from './progress.ts';

interface Flags {
  readonly config?: string;
  readonly value: string;
  readonly time?: string;
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
    .option('--time <column>', 'column of the times (default: the first of time, timestamp, ts, date)')
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
    .action(async (file: string, flags: Flags) => {
      const settings = settingsOf(flags, context);
      const { value: valueColumn, time: timeColumn, zone, out, state } = flags;
      const { stop } = context;
      const progress = createProgress(context);
      const report = await replaySeries({
        file,
        valueColumn,
        timeColumn,
        zone,
        settings,
        out,
        state,
        stop,
        onProgress: (rows) => progress.show(`${rows} rows`),
      });
      progress.clear();
      context.stdout.write(flags.json ? `${toJson(report)}\n` : toText(report));
    });
}

function settingsOf({ config, horizons, seed, set, zone }: Flags, { env, cwd, hostname }: CliContext): StreamSettings {
  const defaults = config === undefined ? undefined : loadConfig({ file: config, env, cwd, hostname }).defaults;
  const overrides = [`time.zone=${JSON.stringify(zone)}`, ...set];
  return streamSettings({ defaults, overrides, horizons, seed });
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

function toJson({ dropped, rowsPerSecond, isComplete, ...report }: ReplayReport): string {
  return JSON.stringify({
    rows: report.rows,
    samples: report.samples,
    dropped: Object.fromEntries(dropped),
    horizons: report.horizons.map(({ horizon, forecasts, mae, maeLastValue, skill, coverage }) => ({
      horizon,
      forecasts,
      mae,
      mae_last_value: maeLastValue,
      skill,
      coverage,
    })),
    rows_per_second: Math.round(rowsPerSecond),
    complete: isComplete,
  });
}

function toText({ rows, samples, dropped, horizons, rowsPerSecond, isComplete }: ReplayReport): string {
  const figure = (value: number | null, digits: number): string => (value === null ? '-' : value.toPrecision(digits));
  const table = renderTable(
    [
      { title: 'horizon', text: (score) => score.horizon },
      { title: 'forecasts', text: (score) => String(score.forecasts), align: 'right' },
      { title: 'MAE', text: (score) => figure(score.mae, 5), align: 'right' },
      { title: 'MAE last value', text: (score) => figure(score.maeLastValue, 5), align: 'right' },
      { title: 'skill', text: (score) => figure(score.skill, 3), align: 'right' },
      { title: 'coverage', text: (score) => figure(score.coverage, 3), align: 'right' },
    ],
    horizons,
  );
  const drops = [...dropped].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const lines = [
    table,
    `${rows} rows, ${samples} steps, dropped: ${drops || 'none'}; ${Math.round(rowsPerSecond)} rows/s`,
  ];
  if (!isComplete) lines.push('interrupted: the rest of the file was not read, no state was written');
  return `${lines.join('\n')}\n`;
}
