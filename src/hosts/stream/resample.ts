import { map, type OperatorFunction } from 'rxjs';
import type { Sample, Step } from '../../domain/sample.ts';
import type { StepSettings } from '../../domain/streamSettings.ts';
import type { DurationMs, ZoneOffset } from '../../domain/time.ts';
import { createOperator } from '../../pipeline/createOperator.ts';
import { HeldInputs } from '../../pipeline/heldInputs.ts';
import { among, type LedTo, StepRun } from '../../pipeline/stepRun.ts';

/**
 * Most missing steps that follow a gap; then the grid jumps to the next sample. A memory that has run this far without
 * a reading has forgotten whatever it can forget; a month of silence at 30 s would be 86,400 steps that teach nothing
 * and hold up every other stream.
 */
export const MAX_MISSING_STEPS = 512;

/**
 * Most steps that one reading stands in for, whatever `gapAfter` says: a day of seconds. Only this bounds the steps
 * that one sample with a time far ahead can set off.
 */
export const MAX_HELD_STEPS = 86_400;

export interface ResampleOptions {
  readonly step: StepSettings;
  readonly zoneOffset: ZoneOffset;
}

/** Samples of one stream, in the order of `inTimeOrder`, to the steps of its memory. Driven by the time of the samples alone: no timer. */
export function resample({ step, zoneOffset }: ResampleOptions): OperatorFunction<Sample, Step | StepRun> {
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
 * likewise, by the message that had it last. All of them together are one run, so that a sample leads to two elements at most.
 */
function onGrid(
  every: DurationMs,
  gapAfter: DurationMs,
  zoneOffset: ZoneOffset,
): OperatorFunction<Sample, Step | StepRun> {
  return createOperator((output) => {
    let previous: Sample | undefined;
    /** The grid point that comes next. */
    let index = 0;
    let held = new HeldInputs(gapAfter);

    /** The grid points before a sample have its effort: it sets them off. They are as late as it is. */
    function catchUp({ stream, at, value }: Sample, end: number, ledBy: LedTo): void {
      const mostHeld = Math.min(end, index + MAX_HELD_STEPS);
      const heldEnd = firstBeyond(at, { every, gapAfter, from: index, to: mostHeld });
      const runEnd = Math.min(end, heldEnd + MAX_MISSING_STEPS);
      const plan = { stream, every, first: index, heldEnd, end: runEnd, value, held, ledBy, zoneOffset };
      if (runEnd === index + 1) output.next(new StepRun(plan).take());
      else if (runEnd > index) output.next(new StepRun({ ...plan, held: held.copy() }));
      if (index < end) index = end;
    }

    return {
      next(sample) {
        const { stream, value } = sample;
        const end = indexAtOrAfter(sample.at, every);
        // Time went back where a clock was put right: the grid begins anew there.
        if (previous !== undefined && sample.at < previous.at) held = new HeldInputs(gapAfter);
        if (previous === undefined || sample.at < previous.at) index = end;
        else catchUp(previous, end, sample);
        held.note(sample.at, sample.inputs);
        if (index * every === sample.at) {
          const plan = { stream, every, first: index, heldEnd: index + 1, end: index + 1 };
          output.next(new StepRun({ ...plan, value, held, ledBy: sample, zoneOffset }).take());
          index++;
        }
        previous = sample;
      },
    };
  });
}

interface Reach {
  readonly every: DurationMs;
  readonly gapAfter: DurationMs;
  readonly from: number;
  readonly to: number;
}

/** The first k of from … to with k·every − at > gapAfter, else `to`. The quotient may round to the wrong side of a whole number; the product decides. */
function firstBeyond(at: number, { every, gapAfter, from, to }: Reach): number {
  let index = Math.max(from, Math.min(to, Math.floor((at + gapAfter) / every)));
  while (index < to && index * every - at <= gapAfter) index++;
  while (index > from && (index - 1) * every - at > gapAfter) index--;
  return index;
}

/** The first k with k·every ≥ at. The quotient may round to the wrong side of a whole number; the product decides. */
function indexAtOrAfter(at: number, every: number): number {
  const index = Math.ceil(at / every);
  if (index * every < at) return index + 1;
  return (index - 1) * every >= at ? index - 1 : index;
}
