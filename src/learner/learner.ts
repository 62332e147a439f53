import type { DropReason } from '../domain/dropReason.ts';
import type { ForecastRow } from '../domain/forecastRow.ts';
import type { Inspection } from '../domain/inspection.ts';
import type { Step } from '../domain/sample.ts';
import type { Instruction } from '../domain/streamInput.ts';

/**
 * One stream's mind. Pure and synchronous: no clock, no I/O. Everything that shapes its next number is in `snapshot`.
 *
 * For each step, strictly: score the pending forecasts → update mix and interval → live step and forecast with the weights
 * learned from the steps before → (the caller hands the forecast out) → learn the window that ends at and includes this step.
 */
export interface Learner {
  /**
   * Scores, then forecasts. Never throws on data and never keeps the step object.
   * Does the learning of the step before first, where the caller has not.
   * @param forecast gets the answer. Default: a new one
   * @returns `forecast`
   */
  step(step: Step, forecast?: ForecastRow): ForecastRow;
  /**
   * Reads what its next step will read first. Memory then brings it while the step of another learner is worked on: with a thousand learners
   * it is in no cache. Changes nothing.
   * @param turns steps of other learners until its own: 2 reads where its parts are, 1 reads the parts
   * @returns a number without a meaning, so that the compiler cannot leave the reads out
   */
  prefetch(turns: 1 | 2): number;
  /** Learns from the last step, as much as its effort says. Without effect where that is done already. */
  learn(): void;
  /**
   * Takes an input beside the readings, after everything that the step before has led to. Never throws on data.
   * @returns why it was not used; undefined: it was
   */
  instruct(input: Instruction): DropReason | undefined;
  /** Every number that shapes what comes next. Learns first where that is pending. */
  snapshot(): Uint8Array;
  /** A look inside, after everything that the last step has led to. Changes nothing. */
  inspect(): Inspection;
  /** Gives the kernel's memory back. */
  free(): void;
}
