import { FULL_EFFORT } from '../domain/effort.ts';
import { hasMark, MARK } from '../domain/marks.ts';
import type { Step } from '../domain/sample.ts';
import type { LedTo } from '../domain/stepRow.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type DurationMs, type EpochMs, toEpochMs, type ZoneOffset } from '../domain/time.ts';
import type { HeldInputs } from './heldInputs.ts';

/** Consecutive grid points of one stream: first those that the last reading stands in for, then those without a reading. */
export interface StepRunPlan {
  readonly stream: StreamId;
  /** Width of the grid. */
  readonly every: DurationMs;
  /** Grid points from `first` to before `heldEnd` have `value`, those up to before `end` are missing (NaN). */
  readonly first: number;
  readonly heldEnd: number;
  readonly end: number;
  readonly value: number;
  readonly held: HeldInputs;
  readonly ledBy: LedTo;
  readonly zoneOffset: ZoneOffset;
}

/**
 * Steps that are made one by one, when there is room for them. A reading after a long silence leads to up to 86,912 steps:
 * as a plan they take some hundred bytes, whatever their number.
 */
export class StepRun {
  readonly #plan: StepRunPlan;
  /** The grid point that comes next. */
  #index: number;

  /** @param plan of one grid point at least */
  constructor(plan: StepRunPlan) {
    this.#plan = plan;
    this.#index = plan.first;
  }

  get stream(): StreamId {
    return this.#plan.stream;
  }

  /** Steps that are still to come. */
  get length(): number {
    return this.#plan.end - this.#index;
  }

  /** Time of the last step; the times before it are earlier ones. */
  get lastAt(): EpochMs {
    return toEpochMs((this.#plan.end - 1) * this.#plan.every);
  }

  /** All steps are of recorded history. */
  get isRecorded(): boolean {
    return hasMark(this.#plan.ledBy.marks, MARK.recorded);
  }

  /** The next step. There has to be one. */
  take(): Step {
    const { stream, every, heldEnd, value, held, ledBy, zoneOffset } = this.#plan;
    const index = this.#index++;
    const at = toEpochMs(index * every);
    const step = { stream, at, zoneOffset: zoneOffset(at), value: index < heldEnd ? value : Number.NaN };
    return among(step, held.at(at), ledBy);
  }
}

/** A step with what only some have. */
function among(step: Step, inputs: readonly number[] | undefined, { effort = FULL_EFFORT, marks, late }: LedTo): Step {
  if (inputs === undefined && effort === FULL_EFFORT && !marks && late === undefined) return step;
  return {
    ...step,
    ...(inputs && { inputs }),
    ...(effort !== FULL_EFFORT && { effort }),
    ...(marks && { marks }),
    ...(late && { late }),
  };
}
