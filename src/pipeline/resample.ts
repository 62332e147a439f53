import { map, type OperatorFunction } from 'rxjs';
import { FULL_EFFORT } from '../domain/effort.ts';
import type { Sample, Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { StepSettings } from '../domain/streamSettings.ts';
import { type DurationMs, toEpochMs, type ZoneOffset } from '../domain/time.ts';
import { createOperator } from './createOperator.ts';
import { HeldInputs } from './heldInputs.ts';

/**
 * After a gap at most so many missing steps follow, then the grid jumps to the next sample. A memory that has run this
 * long without a reading has forgotten whatever it can forget; a month of silence at 30 s would be 86,400 steps that
 * teach nothing and hold up every other stream.
 */
export const MAX_MISSING_STEPS = 512;

/**
 * One reading stands in for at most so many steps, whatever `gapAfter` says: a day of seconds. Only this bounds what one
 * sample with a time far ahead can set off.
 */
export const MAX_HELD_STEPS = 86_400;

export interface ResampleOptions {
  readonly step: StepSettings;
  readonly zoneOffset: ZoneOffset;
}

/** Samples of one stream, in the order of `inTimeOrder`, to the steps of its memory. Driven by the time of the samples alone: no timer. */
export function resample({ step, zoneOffset }: ResampleOptions): OperatorFunction<Sample, Step> {
  if (step.every === 'message')
    return map((sample) => {
      const { stream, at, value, inputs } = sample;
      return among({ stream, at, zoneOffset: zoneOffset(at), value }, inputs, sample);
    });
  return onGrid(step.every, step.gapAfter, zoneOffset);
}

/**
 * Grid points are the multiples of `every` since 1970-01-01T00:00Z, counted by `index` so that rounding never adds up.
 * Those between two samples take the value of the earlier one, or NaN once it is older than `gapAfter`; each further input
 * likewise, by the message that had it last.
 */
function onGrid(every: DurationMs, gapAfter: DurationMs, zoneOffset: ZoneOffset): OperatorFunction<Sample, Step> {
  return createOperator((output) => {
    let previous: Sample | undefined;
    /** The grid point that comes next. */
    let index = 0;
    let held = new HeldInputs(gapAfter);

    /** As much is learned from a grid point as from the sample that sets it off, whoever it has its value from; and it is as late. */
    let origin: LedTo = {};

    function emit(stream: StreamId, value: number): void {
      const at = toEpochMs(index++ * every);
      output.next(among({ stream, at, zoneOffset: zoneOffset(at), value }, held.at(at), origin));
    }

    function catchUp(last: Sample, end: number): void {
      const endOfHeld = Math.min(end, index + MAX_HELD_STEPS);
      while (index < endOfHeld && index * every - last.at <= gapAfter) emit(last.stream, last.value);
      const missing = Math.min(end, index + MAX_MISSING_STEPS);
      while (index < missing) emit(last.stream, Number.NaN);
      if (index < end) index = end;
    }

    return {
      next(sample) {
        origin = sample;
        const end = indexAtOrAfter(sample.at, every);
        // Time went back where a clock was put right: the grid begins anew there.
        if (previous !== undefined && sample.at < previous.at) held = new HeldInputs(gapAfter);
        if (previous === undefined || sample.at < previous.at) index = end;
        else catchUp(previous, end);
        held.note(sample.at, sample.inputs);
        if (index * every === sample.at) emit(sample.stream, sample.value);
        previous = sample;
      },
    };
  });
}

/** What a step has from the sample that led to it. */
type LedTo = Pick<Sample, 'effort' | 'late'>;

/** A step with what only some have. */
function among(step: Step, inputs: readonly number[] | undefined, { effort = FULL_EFFORT, late }: LedTo): Step {
  if (inputs === undefined && effort === FULL_EFFORT && late === undefined) return step;
  return { ...step, ...(inputs && { inputs }), ...(effort !== FULL_EFFORT && { effort }), ...(late && { late }) };
}

/** The first k with k·every ≥ at. The quotient may round to the wrong side of a whole number; the product decides. */
function indexAtOrAfter(at: number, every: number): number {
  const index = Math.ceil(at / every);
  if (index * every < at) return index + 1;
  return (index - 1) * every >= at ? index - 1 : index;
}
