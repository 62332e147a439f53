import { FULL_EFFORT } from '../../domain/effort.ts';
import type { Sample, Step } from '../../domain/sample.ts';
import { type LedTo, StepRow } from '../../domain/stepRow.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StepSettings } from '../../domain/streamSettings.ts';
import type { DurationMs, EpochMs, ZoneOffset } from '../../domain/time.ts';
import { HeldInputs } from '../../pipeline/heldInputs.ts';
import { StepRun } from '../../pipeline/stepRun.ts';

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

/** Hears the steps of one stream, in order. A step is lent for the time of the call; a run of them is given. */
export type PassSteps = (steps: Step | StepRun) => void;

/** Makes the steps of a stream's memory from its samples, in the order of `InTimeOrder`. Driven by the time of the samples alone: no timer. */
export interface Resampler {
  /** The sample is lent. */
  push(sample: Sample): void;
}

export function createResampler({ step, zoneOffset }: ResampleOptions, pass: PassSteps): Resampler {
  const { every, gapAfter } = step;
  return every === 'message' ? new StepPerSample(zoneOffset, pass) : new Grid(every, gapAfter, zoneOffset, pass);
}

class StepPerSample implements Resampler {
  readonly #zoneOffset: ZoneOffset;
  readonly #pass: PassSteps;
  readonly #row = new StepRow();

  constructor(zoneOffset: ZoneOffset, pass: PassSteps) {
    this.#zoneOffset = zoneOffset;
    this.#pass = pass;
  }

  push({ stream, at, value, inputs, effort, marks, late }: Sample): void {
    const row = this.#row;
    row.stream = stream;
    row.at = at;
    row.zoneOffset = this.#zoneOffset(at);
    row.value = value;
    row.inputs = inputs;
    row.effort = effort === FULL_EFFORT ? undefined : effort;
    row.marks = marks;
    row.late = late;
    this.#pass(row);
  }
}

/**
 * Grid points are the multiples of `every` since 1970-01-01T00:00Z, counted by `index` so that rounding never adds up.
 * Those between two samples take the value of the earlier one, or NaN once it is older than `gapAfter`; each further input
 * likewise, by the message that had it last. All of them together are one run, so that a sample leads to two elements at most.
 */
class Grid implements Resampler {
  readonly #every: DurationMs;
  readonly #gapAfter: DurationMs;
  readonly #zoneOffset: ZoneOffset;
  readonly #pass: PassSteps;
  /** Time and value of the sample before; undefined: there was none. */
  #previous: { readonly at: EpochMs; readonly value: number } | undefined;
  /** The grid point that comes next. */
  #index = 0;
  #held: HeldInputs;

  constructor(every: DurationMs, gapAfter: DurationMs, zoneOffset: ZoneOffset, pass: PassSteps) {
    this.#every = every;
    this.#gapAfter = gapAfter;
    this.#zoneOffset = zoneOffset;
    this.#pass = pass;
    this.#held = new HeldInputs(gapAfter);
  }

  push(sample: Sample): void {
    const { stream, at, value, inputs } = sample;
    const every = this.#every;
    const end = indexAtOrAfter(at, every);
    const previous = this.#previous;
    // Time went back where a clock was put right: the grid begins anew there.
    if (previous !== undefined && at < previous.at) this.#held = new HeldInputs(this.#gapAfter);
    if (previous === undefined || at < previous.at) this.#index = end;
    else this.#catchUp(stream, previous, end, ledBy(sample));
    this.#held.note(at, inputs);
    if (this.#index * every === at) {
      const first = this.#index++;
      const plan = { stream, every, first, heldEnd: first + 1, end: first + 1, value, held: this.#held };
      this.#pass(new StepRun({ ...plan, ledBy: ledBy(sample), zoneOffset: this.#zoneOffset }).take());
    }
    this.#previous = { at, value };
  }

  /** The grid points before a sample have its effort and its marks: it sets them off. They are as late as it is. */
  #catchUp(stream: StreamId, before: { readonly at: EpochMs; readonly value: number }, end: number, led: LedTo): void {
    const every = this.#every;
    const first = this.#index;
    const { at, value } = before;
    const mostHeld = Math.min(end, first + MAX_HELD_STEPS);
    const heldEnd = firstBeyond(at, { every, gapAfter: this.#gapAfter, from: first, to: mostHeld });
    const runEnd = Math.min(end, heldEnd + MAX_MISSING_STEPS);
    const zoneOffset = this.#zoneOffset;
    const plan = { stream, every, first, heldEnd, end: runEnd, value, held: this.#held, ledBy: led, zoneOffset };
    if (runEnd === first + 1) this.#pass(new StepRun(plan).take());
    else if (runEnd > first) this.#pass(new StepRun({ ...plan, held: this.#held.copy() }));
    if (first < end) this.#index = end;
  }
}

/** A run outlives the sample, which is only lent. */
function ledBy({ effort = FULL_EFFORT, marks, late }: Sample): LedTo {
  return { effort, ...(marks && { marks }), ...(late && { late }) };
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
