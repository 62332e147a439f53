import { createZoneOffset } from '../../adapters/clock/zoneOffset.ts';
import { readStateFile, writeStateFile } from '../../adapters/store/files/stateFile.ts';
import { CARRIED_WORDS, type CarryReport } from '../../domain/carryReport.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { Report } from '../../domain/events.ts';
import type { Forecast } from '../../domain/forecast.ts';
import { toStreamId } from '../../domain/streamId.ts';
import { Counters } from '../../telemetry/counters.ts';
import { countEvent } from '../../telemetry/eventTable.ts';
import { explainSnapshotFault } from '../export/explainSnapshotFault.ts';
import { AlarmLog } from './alarmLog.ts';
import { openCsv } from './csvWriter.ts';
import { describeDrop } from './dropText.ts';
import type { TimedRow } from './inOrder.ts';
import { isSameFile } from './isSameFile.ts';
import { LateLabels } from './lateLabels.ts';
import { openSeries, type Series } from './openSeries.ts';
import { SeriesPlot } from './plot/seriesPlot.ts';
import { writePlot } from './plot/writePlot.ts';
import type { ReplayOptions, ReplayReport } from './replayReport.ts';
import { ReplayScore } from './replayScore.ts';
import { ReplaySession } from './replaySession.ts';
import { type RowDrop, RowReader } from './rowReader.ts';

const STREAM = toStreamId('replay', undefined);

/**
 * Runs a recorded series row by row through the production code. Deterministic: the same file, settings and state give the
 * same bytes. @throws TidegateError of the reader, the writer, the state file or the settings; TG_INPUT_INVALID where no row could be used
 */
export async function replaySeries(options: ReplayOptions): Promise<ReplayReport> {
  const { file, out, settings, state, stop, plot } = options;
  for (const written of [out, plot]) {
    if (typeof written === 'string' && isSameFile(file, written))
      throw new TidegateError('TG_USAGE', `${written}: the result would overwrite the series that is read`);
  }
  const series = await openSeries(seriesOptions(options));
  const run = new ReplayRun(options, series);
  const writer = out === undefined ? undefined : await openCsv(out, settings);
  const started = performance.now();
  try {
    for await (const each of series.rows()) {
      if (stop.aborted) break;
      run.take(each);
      await writer?.write(each.place, each.row.time ?? '', each.row.value, run.last);
      if (run.rows % 1000 === 0) options.onProgress?.(run.rows);
    }
    const report = run.report(performance.now() - started, !stop.aborted);
    if (report.isComplete && state !== undefined) writeStateFile(state, run.session.save());
    if (plot !== undefined) writePlot(plot, run.plot.render());
    return report;
  } finally {
    await writer?.close();
    run.session.close();
  }
}

function seriesOptions(options: ReplayOptions): Parameters<typeof openSeries>[0] {
  const { file, valueColumn: value, timeColumn: time, inputColumns: inputs, labels, where, timeFormat, zone } = options;
  return { file, zone, format: timeFormat, columns: { time, value, inputs, label: labels?.column, where } };
}

/** One pass over the rows, and what comes of it. */
class ReplayRun {
  readonly session: ReplaySession;
  readonly plot: SeriesPlot;
  rows = 0;
  last: Forecast | undefined;
  readonly #series: Series;
  readonly #counters = new Counters();
  readonly #score = new ReplayScore();
  readonly #alarms = new AlarmLog();
  readonly #reader: RowReader;
  readonly #late: LateLabels;
  readonly #file: string;

  constructor(options: ReplayOptions, series: Series) {
    const { valueColumn, inputColumns, settings, labels } = options;
    const report: Report = (event) => countEvent(this.#counters, event);
    this.#file = options.file;
    this.#series = series;
    this.session = openSession(options, report);
    this.plot = new SeriesPlot({ title: valueColumn, times: series.times, rows: series.count });
    this.#late = new LateLabels(STREAM, labels?.delay ?? 0);
    const timeColumn = series.times?.columns.join(' + ') ?? options.timeColumn ?? 'time';
    const mark = settings.notation.decimal ?? series.mark;
    this.#reader = new RowReader({
      ...{ stream: STREAM, valueColumn, inputColumns, timeColumn, valid: settings.valid, mark, report },
    });
  }

  take(each: TimedRow): void {
    this.rows++;
    const sample = this.#reader.read(each);
    if (sample !== undefined)
      this.session.push(sample, (forecast, answers) => {
        this.#score.add(forecast, answers);
        this.#alarms.add(forecast);
        this.plot.add(forecast);
        this.last = forecast;
      });
    for (const told of this.#late.take(each.row.label ?? '', sample?.at)) this.session.label(told);
  }

  /** @throws TidegateError TG_INPUT_INVALID where no row could be used */
  report(elapsedMs: number, isComplete: boolean): ReplayReport {
    const { issued, dropped, inputsMissing } = this.#counters;
    const { badRows, firstDrop, used } = this.#reader;
    const drops = new Map<RowDrop, number>(badRows > 0 ? [['bad-row', badRows], ...dropped] : dropped);
    if (isComplete && used === 0) throw nothingLeft(this.#file, this.rows, drops, firstDrop && describeDrop(firstDrop));
    const { times } = this.#series;
    const { carried } = this.session;
    const notices = carried === undefined ? this.#series.notices : [...this.#series.notices, describeCarried(carried)];
    return {
      rows: this.rows,
      samples: issued,
      dropped: drops,
      firstDrop: firstDrop && describeDrop(firstDrop),
      inputsMissing,
      horizons: this.#score.scores().map((each, k) => ({ ...each, skill: this.session.skills[k] ?? null })),
      classes: this.last?.classAnswer?.scores ?? null,
      alarms: { list: this.#alarms.end(), count: this.#alarms.count },
      times: times && { columns: times.columns, format: times.format },
      notices,
      rowsPerSecond: this.rows / Math.max(elapsedMs / 1000, 1e-3),
      isComplete,
    };
  }
}

function describeCarried({ state, changes }: CarryReport): string {
  return `${CARRIED_WORDS[state]} (${changes.join('; ')})`;
}

function nothingLeft(
  file: string,
  rows: number,
  drops: ReadonlyMap<RowDrop, number>,
  first: string | undefined,
): TidegateError {
  if (rows === 0) return new TidegateError('TG_INPUT_INVALID', `${file}: has a header and no rows`);
  const why = [...drops].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return new TidegateError(
    'TG_INPUT_INVALID',
    `${file}: none of its ${rows} rows can be used (${why})\n${first ?? ''}`,
  );
}

function openSession({ settings, zone, state }: ReplayOptions, report: Report): ReplaySession {
  const restored = state === undefined ? undefined : readStateFile(state);
  try {
    return new ReplaySession({ stream: STREAM, settings, zoneOffset: createZoneOffset(zone), report, restored });
  } catch (error) {
    throw explainSnapshotFault(state ?? '', error);
  }
}
