import { renderTable } from '../../adapters/terminal/renderTable.ts';
import { toIsoTime } from '../../domain/time.ts';
import type { Alarm } from './alarmLog.ts';
import type { ReplayedHorizon, ReplayReport } from './replayReport.ts';

/** A replayed column with what came of it. */
export interface NamedReport {
  readonly value: string;
  readonly report: ReplayReport;
}

/** Alarms that the text lists; JSON has up to a thousand. */
const LISTED_ALARMS = 20;

/** One object for one series, else a list of them under `series`. */
export function replayToJson(reports: readonly NamedReport[]): string {
  const [first, ...others] = reports.map(({ value, report }) => toPlain(value, report));
  return JSON.stringify(others.length === 0 ? first : { series: [first, ...others] });
}

export function replayToText(reports: readonly NamedReport[]): string {
  const isOne = reports.length === 1;
  return reports.map(({ value, report }) => `${isOne ? '' : `${value}\n`}${toText(report)}`).join('\n');
}

function toPlain(value: string, report: ReplayReport): object {
  const { times, alarms, classes } = report;
  return {
    value,
    rows: report.rows,
    samples: report.samples,
    dropped: Object.fromEntries(report.dropped),
    first_dropped: report.firstDrop ?? null,
    inputs_missing: Object.fromEntries(report.inputsMissing),
    time_columns: times?.columns ?? [],
    time_format: times?.format ?? null,
    notices: report.notices,
    horizons: report.horizons.map(toPlainHorizon),
    alarms: alarms.count,
    alarm_list: alarms.list.map(({ from, to, score, value: reading }) => ({
      ...{ from: toIsoTime(from), to: toIsoTime(to), score, value: reading },
    })),
    ...(classes !== null && {
      classes: {
        labels: classes.labels,
        labelled: classes.labelled,
        accuracy: classes.accuracy,
        macro_f1: classes.macroF1,
        seen: classes.seen,
        calibration_error: classes.calibrationError,
      },
    }),
    rows_per_second: Math.round(report.rowsPerSecond),
    complete: report.isComplete,
  };
}

function toPlainHorizon(score: ReplayedHorizon): object {
  const { horizon, forecasts, mae, rmse, maeLastValue, gainOverLastValue, skill, coverage, width, experts } = score;
  return {
    ...{ horizon, forecasts, mae, rmse },
    mae_last_value: maeLastValue,
    gain_over_last_value: gainOverLastValue,
    ...{ skill, coverage, width },
    experts: experts.map(({ expert, isBaseline, mae: own }) => ({ expert, baseline: isBaseline, mae: own })),
  };
}

const figure = (value: number | null, digits: number): string => (value === null ? '-' : value.toPrecision(digits));

function toText(report: ReplayReport): string {
  const { rows, samples, dropped, firstDrop, inputsMissing, horizons, times, rowsPerSecond, isComplete } = report;
  const table = renderTable(
    [
      { title: 'horizon', text: (score) => score.horizon },
      { title: 'forecasts', text: (score) => String(score.forecasts), align: 'right' },
      { title: 'MAE', text: (score) => figure(score.mae, 5), align: 'right' },
      { title: 'RMSE', text: (score) => figure(score.rmse, 5), align: 'right' },
      { title: 'MAE last value', text: (score) => figure(score.maeLastValue, 5), align: 'right' },
      { title: 'gain over last value', text: (score) => figure(score.gainOverLastValue, 3), align: 'right' },
      { title: 'skill', text: (score) => figure(score.skill, 3), align: 'right' },
      { title: 'coverage', text: (score) => figure(score.coverage, 3), align: 'right' },
      { title: 'width', text: (score) => figure(score.width, 4), align: 'right' },
    ],
    horizons,
  );
  const lines = [
    `${table}${expertTable(horizons)}`,
    `${rows} rows, ${samples} steps, dropped: ${list(dropped) || 'none'}; ${Math.round(rowsPerSecond)} rows/s`,
  ];
  if (firstDrop !== undefined) lines.push(`first dropped: ${firstDrop}`);
  if (times !== undefined) lines.push(`times: ${times.columns.join(' + ')}, ${times.format}`);
  lines.push(...alarmLines(report));
  if (report.classes !== null) lines.push(classLine(report.classes));
  if (inputsMissing.size > 0) lines.push(`values of inputs that are missing: ${list(inputsMissing)}`);
  if (!isComplete) lines.push('interrupted: the rest of the file was not read, no state was written');
  return `${lines.join('\n')}\n`;
}

/** MAE of each expert, a line for each horizon. */
function expertTable(horizons: readonly ReplayedHorizon[]): string {
  const experts = horizons[0]?.experts ?? [];
  if (experts.length === 0) return '';
  const columns = experts.map(({ expert, isBaseline }, i) => ({
    title: `${expert}${isBaseline ? ' (baseline)' : ''}`,
    text: (score: ReplayedHorizon) => figure(score.experts[i]?.mae ?? null, 5),
    align: 'right' as const,
  }));
  const table = renderTable([{ title: 'MAE alone', text: (score) => score.horizon }, ...columns], horizons);
  return `\n${table}`;
}

function alarmLines({ alarms: { count, list: kept } }: ReplayReport): readonly string[] {
  if (count === 0) return ['alarms: none'];
  const lines = kept.slice(0, LISTED_ALARMS).map((alarm) => `  ${alarmText(alarm)}`);
  if (count > lines.length) lines.push(`  and ${count - lines.length} more`);
  return [`alarms: ${count}`, ...lines];
}

function alarmText({ from, to, score, value }: Alarm): string {
  const end = to === from ? '' : ` to ${toIsoTime(to)}`;
  return `${toIsoTime(from)}${end}, score ${figure(score, 3)}, reading ${value ?? 'missing'}`;
}

function classLine(classes: NonNullable<ReplayReport['classes']>): string {
  const { accuracy, macroF1, seen, calibrationError, labels } = classes;
  return `classes: ${figure(accuracy, 4)} right, macro F1 ${figure(macroF1, 4)} over ${seen}, calibration error ${figure(calibrationError, 2)}, by ${labels} labels`;
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
}
