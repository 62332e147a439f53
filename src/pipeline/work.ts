import type { TakeState } from '../domain/learnerHost.ts';
import type { Step } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Instruction } from '../domain/streamInput.ts';
import type { StreamSource } from '../domain/streamSpec.ts';
import type { StepRun } from './stepRun.ts';

/**
 * A stream has made room for another: its learner is to be forgotten, after its state was taken where `take` says so. It
 * travels among the steps, so that the host hears of it after every step of the stream's life before, and before the first one of a life after.
 */
export interface Eviction {
  readonly evicted: StreamId;
  readonly take?: TakeState | undefined;
  /** Held until the steps before have reached their learner, which asks for the stream's settings. */
  readonly source?: StreamSource;
}

/** The state of a stream's learner after all its steps before is to be taken. */
interface Checkpoint {
  readonly checkpoint: StreamId;
  readonly take: TakeState;
}

/** An input beside the readings. */
interface Instructed {
  readonly instruction: Instruction;
}

/** Work that the learner host gets, in order. */
export type HandedWork = Step | Eviction | Checkpoint | Instructed;

/** Work that waits for the learner host, in order. */
export type Work = HandedWork | StepRun;

export function isStep(work: HandedWork): work is Step {
  return (work as Step).stream !== undefined;
}
