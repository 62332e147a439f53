import type { Writable } from 'node:stream';
import type { DropReason } from '../../domain/dropReason.ts';
import type { ClassScores } from '../../domain/forecast.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { Alarm } from './alarmLog.ts';
import type { HorizonScore } from './replayScore.ts';
import type { Choice } from './rowFilter.ts';
import type { RowDrop } from './rowReader.ts';
import type { TimeFormat } from './times/timeFormat.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly valueColumn: string;
  /** Columns that are further inputs, as many as `settings.exogenous`. */
  readonly inputColumns: readonly string[];
  /** undefined: the one that names or cells show. */
  readonly timeColumn: string | undefined;
  /** undefined: the whole column tells how its times are written. */
  readonly timeFormat?: TimeFormat | undefined;
  /** Rows that are meant. Default: all. */
  readonly where?: readonly Choice[] | undefined;
  /** Column of the class of each row, each told `delay` rows later; undefined: there is none. */
  readonly labels?: { readonly column: string; readonly delay: number } | undefined;
  /** For times without an offset, and for the calendar. */
  readonly zone: string;
  readonly settings: StreamSettings;
  /** A file, or an open stream that is left open. */
  readonly out: string | Writable | undefined;
  /** File of the picture. Default: none. */
  readonly plot?: string | undefined;
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
  readonly dropped: ReadonlyMap<RowDrop, number>;
  /** The first row that was not used, in words. */
  readonly firstDrop: string | undefined;
  /** Cells of the inputs that hold no number, by why. */
  readonly inputsMissing: ReadonlyMap<DropReason, number>;
  readonly horizons: readonly ReplayedHorizon[];
  /** Scores of the published classes against the labels; null without labels. */
  readonly classes: ClassScores | null;
  /** Anomalies, the first thousand of them in full. */
  readonly alarms: { readonly count: number; readonly list: readonly Alarm[] };
  /** Columns of the time and how they were read; undefined: there are none. */
  readonly times: { readonly columns: readonly string[]; readonly format: string } | undefined;
  /** Facts about the file that the user should know of. */
  readonly notices: readonly string[];
  readonly rowsPerSecond: number;
  /** True where the whole file was read; false after an interruption, which writes no state. */
  readonly isComplete: boolean;
}
