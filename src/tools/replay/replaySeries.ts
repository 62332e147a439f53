import { createZoneOffset } from '../../adapters/clock/zoneOffset.ts';
import { readJsonNumber } from '../../adapters/payload/jsonNumber.ts';
import { readNumberText } from '../../adapters/payload/numberText.ts';
import { readPayloadTime } from '../../adapters/payload/payloadTime.ts';
import { readStateFile, writeStateFile } from '../../adapters/store/files/stateFile.ts';
import { closest } from '../../config/problems/closest.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import { TidegateError } from '../../domain/errors.ts';
import type { Report } from '../../domain/events.ts';
import type { ClassScores, Forecast } from '../../domain/forecast.ts';
import type { Sample } from '../../domain/sample.ts';
import { toStreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import { type EpochMs, toEpochMs, type ZoneOffset } from '../../domain/time.ts';
import { Counters } from '../../telemetry/counters.ts';
import { countEvent } from '../../telemetry/eventTable.ts';
import { explainSnapshotFault } from '../export/explainSnapshotFault.ts';
import { type CsvRow, readCsv } from './csvReader.ts';
import { openCsv } from './csvWriter.ts';
import { isSameFile } from './isSameFile.ts';
import { LateLabels } from './lateLabels.ts';
import { type HorizonScore, ReplayScore } from './replayScore.ts';
import { ReplaySession } from './replaySession.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly valueColumn: string;
  /** Columns that are further inputs, as many as `settings.exogenous`. */
  readonly inputColumns: readonly string[];
  readonly timeColumn: string | undefined;
  /** Column of the class of each row, each told `delay` rows later; undefined: there is none. */
  readonly labels?: { readonly column: string; readonly delay: number } | undefined;
  /** For times without an offset, and for the calendar. */
  readonly zone: string;
  readonly settings: StreamSettings;
  readonly out: string | undefined;
  /** Loaded where it exists, written at the end. */
  readonly state: string | undefined;
  readonly stop: AbortSignal;
  readonly onProgress?: (rows: number) => void;
}

/** Scores of one horizon at the end of a replay. */
export interface ReplayedHorizon extends HorizonScore {
  /** Skill as it is published: against the best baseline, over about the last 500 readings. */
  readonly skill: number | null;
}

export interface ReplayReport {
  readonly rows: number;
  readonly samples: number;
  readonly dropped: ReadonlyMap<DropReason, number>;
  /** Cells of the inputs that hold no number, by why. */
  readonly inputsMissing: ReadonlyMap<DropReason, number>;
  readonly horizons: readonly ReplayedHorizon[];
  /** Scores of the published classes against the labels; null without labels. */
  readonly classes: ClassScores | null;
  readonly rowsPerSecond: number;
  /** True where the whole file was read; false after an interruption, which writes no state. */
  readonly isComplete: boolean;
}

/** Rows without a time are taken a minute apart. */
const ROW_MS = 60_000;

/**
 * Runs a recorded series row by row through the production code. Deterministic: the same file, settings and state give the
 * same bytes. @throws TidegateError of the reader, the writer, the state file or the settings
 */
export async function replaySeries(options: ReplayOptions): Promise<ReplayReport> {
  const { file, out, settings } = options;
  if (out !== undefined && isSameFile(file, out))
    throw new TidegateError('TG_USAGE', `${out}: the result would overwrite the series that is read`);
  const counters = new Counters();
  const session = openSession(options, counters);
  const score = new ReplayScore();
  const toSample = createSampler(options, counters);
  const late = new LateLabels(STREAM, options.labels?.delay ?? 0);
  const writer = out === undefined ? undefined : await openCsv(out, settings);
  const started = performance.now();
  const { timeColumn: time, valueColumn: value, inputColumns: inputs } = options;
  const label = options.labels?.column;
  let rows = 0;
  let last: Forecast | undefined;
  try {
    for await (const row of readCsv(file, { time, value, inputs, label, suggest: closest })) {
      if (options.stop.aborted) break;
      rows++;
      const sample = toSample(row, rows);
      for (const forecast of sample === undefined ? [] : session.push(sample)) {
        score.add(forecast);
        last = forecast;
      }
      for (const told of late.take(row.label ?? '', sample?.at)) session.label(told);
      await writer?.write(row.time ?? '', row.value, last);
      if (rows % 1000 === 0) options.onProgress?.(rows);
    }
    const isComplete = !options.stop.aborted;
    if (isComplete && options.state !== undefined) writeStateFile(options.state, session.save());
    const rowsPerSecond = rows / Math.max((performance.now() - started) / 1000, 1e-3);
    const { issued, dropped, inputsMissing } = counters;
    const horizons = score.scores().map((each, k) => ({ ...each, skill: session.skills[k] ?? null }));
    const classes = last?.classAnswer?.scores ?? null;
    return { rows, samples: issued, dropped, inputsMissing, horizons, classes, rowsPerSecond, isComplete };
  } finally {
    await writer?.close();
    session.close();
  }
}

const STREAM = toStreamId('replay', undefined);

function openSession({ settings, zone, state }: ReplayOptions, counters: Counters): ReplaySession {
  const restored = state === undefined ? undefined : readStateFile(state);
  const report: Report = (event) => countEvent(counters, event);
  try {
    return new ReplaySession({ stream: STREAM, settings, zoneOffset: createZoneOffset(zone), report, restored });
  } catch (error) {
    throw explainSnapshotFault(state ?? '', error);
  }
}

/** A row to a sample, or to a counted drop: values and times by the rules that hold for messages. */
function createSampler(
  { zone, inputColumns, settings }: ReplayOptions,
  counters: Counters,
): (row: CsvRow, rows: number) => Sample | undefined {
  const zoneOffset = createZoneOffset(zone);
  let previous = toEpochMs(0);
  const drop = (reason: DropReason): undefined => {
    countEvent(counters, { type: 'InputDropped', reason, topic: STREAM });
    return undefined;
  };
  const toInput = (cell: string, i: number): number => {
    const number = readNumberText(cell, undefined);
    if (typeof number === 'number') return number;
    countEvent(counters, { type: 'InputMissing', topic: STREAM, field: inputColumns[i], reason: number });
    return Number.NaN;
  };
  return (row, rows) => {
    const value = readJsonNumber(row.value, undefined, settings.valid);
    if (typeof value !== 'number') return drop(value);
    const at = timeOf(row, rows, zoneOffset, previous);
    if (at === undefined) return drop('bad-time');
    previous = at;
    const sample = { stream: STREAM, at, value };
    return inputColumns.length === 0 ? sample : { ...sample, inputs: row.inputs.map(toInput) };
  };
}

/** The row before stands in for the arrival: it decides which of two equal local times in autumn is meant. */
function timeOf(row: CsvRow, rows: number, zoneOffset: ZoneOffset, previous: EpochMs): EpochMs | undefined {
  if (row.time === undefined) return toEpochMs(rows * ROW_MS);
  return readPayloadTime(row.time, zoneOffset, previous);
}
