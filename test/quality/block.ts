import type { BenchTable } from '../bench/benchTables.ts';
import type { Bar } from './bars.ts';
import type { Replayed, ReplayJob } from './replay.ts';
import type { SeriesEntry } from './settings.ts';

/** Means of a block. */
export interface Measurement {
  /** Where the recorded series are. */
  readonly folder: string;
  readonly entries: readonly SeriesEntry[];
  readonly seeds: readonly number[];
  /** Seeds of the streams that the program makes itself. */
  readonly homeSeeds: readonly number[];
  /** For files in between; `out` of a job goes there too. */
  readonly work: string;
  /** Runs it when its turn has come; the same job is run once. */
  readonly replay: (job: Job) => Promise<Replayed>;
}

/** A replay whose output is called `name` below the work folder. */
export interface Job extends Omit<ReplayJob, 'out' | 'keep'> {
  readonly name: string;
  /** More than one block asks for it. */
  readonly isShared?: boolean;
}

export interface BlockResult {
  readonly tables: readonly BenchTable[];
  readonly bars: readonly Bar[];
  /** Parts that could not be measured, with the reason. */
  readonly skipped: readonly string[];
  /** Failures: a replay that ended with an error, a series without its column. */
  readonly failed?: readonly string[];
  readonly figures: object;
}
