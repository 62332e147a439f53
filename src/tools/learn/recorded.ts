import type { EpochMs } from '../../domain/time.ts';

/** One reading of recorded history, as its file has it. */
export interface Recorded {
  /** Name of its series in the file: an entity, a metric with its labels, a key. */
  readonly series: string;
  readonly at: EpochMs;
  /** A number, or whatever stands in its place. */
  readonly value: unknown;
  /** Unit that the file tells. Default: none. */
  readonly unit?: string | undefined;
}

/** Hears the readings of a file, in whatever order. */
export type TakeRecorded = (reading: Recorded) => void;

/** Counts what a file holds that is no reading, and tells of the first. */
export interface Faults {
  /** @param where in the file, such as `line 7` */
  note(where: string, what: string): void;
}
